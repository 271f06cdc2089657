// How characters get into cells, in place of xterm.js's own printing. What differs: a character without width joins
// the cell before the cursor also behind a control sequence (and nothing at the left margin); a wide one that is half
// overwritten, or does not fit, leaves plain blanks and nothing of the new pen; a row begun by wrapping is plain;
// REP stays in its row. All as tmux, and as VTE. It is faster, too: runs of ASCII are written at once.
import type { Terminal } from '@xterm/headless';
import { type Attributes, coreOf, type Line } from './core.ts';
import { describe, joinsNext, widthOf } from './widths.ts';

const CELL = 3;
const WIDTH_SHIFT = 22;
const NARROW = 1 << WIDTH_SHIFT;
const HAS_CONTENT = 0x3fffff;
const HAS_EXTENDED = 0x10000000;
/** Longer than any emoji; a program that stacks marks for ever must not fill the memory. */
const LONGEST = 32;

/** Makes `line` blank where a wide character stands with its second half in `column`. */
export function splitWide(line: Line, column: number, plain: Attributes): void {
  if (column > 0 && column < line.length && line.getWidth(column) === 0) {
    line.setCellFromCodepoint(column - 1, 0, 1, plain);
    line.setCellFromCodepoint(column, 0, 1, plain);
  }
}

/** Puts printing, and REP with it, into `terminal`. `plain`: the pen of a fresh terminal. */
export function printing(terminal: Terminal, plain: Attributes): void {
  const core = coreOf(terminal);
  const input = core._inputHandler;
  const parser = input._parser;
  const service = core._bufferService;
  /** Where the last character went: valid while nothing else came behind it. */
  let last = 0;

  const row = () => {
    const screen = input._activeBuffer;
    return screen.lines.get(screen.ybase + screen.y);
  };

  const wrap = () => {
    const screen = input._activeBuffer;
    screen.x = 0;
    if (screen.y === screen.scrollBottom) service.scroll(plain, true);
    else {
      if (screen.y < service.rows - 1) screen.y++;
      screen.lines.get(screen.ybase + screen.y).isWrapped = true;
    }
    return row();
  };

  /** Adds a character to the one before the cursor. */
  const join = (line: Line, code: number, before: number) => {
    const screen = input._activeBuffer;
    let column = before === 0 ? screen.x - 1 : last;
    if (column < 0) return;
    if (column > 0 && line.getWidth(column) === 0) column--;
    last = column;
    const at = column * CELL;
    const content = line._data[at] as number;
    if ((content & HAS_CONTENT) === 0) line._data[at] = content | 0x20;
    if (line.getString(column).length < LONGEST) line.addCodepointToCell(column, code, 0);
  };

  /** Writes ASCII up to the right margin and tells how far it came. */
  const run = (line: Line, data: Uint32Array, from: number, to: number, pen: Attributes) => {
    const screen = input._activeBuffer;
    const cells = line._data;
    const most = Math.min(to, from + service.cols - screen.x);
    let { x } = screen;
    let pos = from;
    const { fg, bg } = pen;
    splitWide(line, x, plain);
    let at = x * CELL;
    for (let code = 0; pos < most && (code = data[pos] as number) < 127; pos++) {
      cells[at++] = code | NARROW;
      cells[at++] = fg;
      cells[at++] = bg;
    }
    x += pos - from;
    if (bg & HAS_EXTENDED) for (let column = screen.x; column < x; column++) line._extendedAttrs[column] = pen.extended;
    if (x < service.cols && cells[at] !== undefined && (cells[at] as number) >>> WIDTH_SHIFT === 0) {
      line.setCellFromCodepoint(x, 0, 1, plain);
    }
    screen.x = x;
    last = x - 1;
    return pos;
  };

  const put = (line: Line, code: number, width: number, pen: Attributes) => {
    const screen = input._activeBuffer;
    const end = screen.x + width;
    splitWide(line, screen.x, plain);
    if (core.coreService.modes.insertMode) line.insertCells(screen.x, width, screen.getNullCell(plain));
    splitEnd(line, end);
    line.setCellFromCodepoint(screen.x, code, width, pen);
    if (width === 2) line.setCellFromCodepoint(screen.x + 1, 0, 0, pen);
    last = screen.x;
    screen.x = end;
  };

  /** The second half of a wide character whose first is about to be overwritten. */
  const splitEnd = (line: Line, column: number) => {
    if (column < service.cols && line.getWidth(column) === 0) line.setCellFromCodepoint(column, 0, 1, plain);
  };

  const print = (data: Uint32Array, from: number, to: number) => {
    const screen = input._activeBuffer;
    const { cols } = service;
    const pen = input._curAttrData;
    const charset = core._charsetService.charset;
    const wraps = core.coreService.decPrivateModes.wraparound;
    const isPlain = wraps && !charset && !core.coreService.modes.insertMode;
    let before = parser.precedingJoinState;
    let line = row();
    for (let pos = from; pos < to; ) {
      let code = data[pos] as number;
      if (code < 127 && isPlain) {
        if (screen.x >= cols) line = wrap();
        pos = run(line, data, pos, to, pen);
        before = 1 << 1;
        continue;
      }
      pos++;
      if (code < 127 && charset) code = charset[String.fromCharCode(code)]?.charCodeAt(0) ?? code;
      const width = widthOf(code);
      if (width === 0 || (code > 127 && before !== 0 && joinsNext(before))) {
        join(line, code, before);
        // At the left margin there is nothing to join, and nothing that a joiner could hold on to.
        before = screen.x === 0 ? 0 : describe(code, before || describe(0x20, 0));
        continue;
      }
      before = width << 1;
      if (screen.x + width > cols) {
        if (wraps) line = wrap();
        else if (width === 2) {
          before = 0; // it went nowhere
          continue;
        } else screen.x = cols - 1;
      }
      put(line, code, width, pen);
      // Where nothing wraps, the cursor stays on the last column, with nothing pending.
      if (!wraps && screen.x >= cols) screen.x = cols - 1;
    }
    parser.precedingJoinState = before;
  };
  parser.setPrintHandler(print);

  input.repeatPrecedingCharacter = (params) => {
    const before = parser.precedingJoinState;
    if (before === 0) return true;
    const screen = input._activeBuffer;
    const text = [...screen.lines.get(screen.ybase + screen.y).getString(last)].map(
      (each) => each.codePointAt(0) as number,
    );
    const times = Math.min(params.params[0] || 1, service.cols - screen.x);
    for (let time = 0; time < times; time++) print(Uint32Array.from(text), 0, text.length);
    return true;
  };
}
