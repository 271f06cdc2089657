// Whole lines are blanked, made, inserted and deleted in one go, where xterm.js goes cell by cell and line by line: on
// a large screen a sequence of four bytes would take milliseconds, and a program can send it by the thousand.
import type { Attributes, Core, Line, Params, ScreenBuffer } from './core.ts';

const CELL = 3;
const HAS_EXTENDED = 0x10000000;

/** Prototypes that are done: all terminals share them. */
const quickened = new WeakSet<object>();

/** Makes lines and buffers quick, and what moves lines up and down with them. */
export function wholeLines(core: Core): void {
  const { normal } = core._bufferService.buffers;
  quicken(Object.getPrototypeOf(normal), (buffer: ScreenBuffer) => quickBlank(buffer));
  quicken(Object.getPrototypeOf(normal.lines.get(0)), (line: Line) => quickFill(line));
  moves(core);
}

function quicken<T extends object>(prototype: T, how: (prototype: T) => void): void {
  if (quickened.has(prototype)) return;
  quickened.add(prototype);
  how(prototype);
}

function quickFill(prototype: Line): void {
  const original = prototype.fill;
  prototype.fill = function (this: Line, cell, protect = false) {
    if (protect || this.length === 0 || (cell.bg & HAS_EXTENDED) !== 0) return original.call(this, cell, protect);
    this._combined = {};
    this._extendedAttrs = {};
    this.setCell(0, cell);
    const end = this.length * CELL;
    for (let done = CELL; done < end; done *= 2) this._data.copyWithin(done, 0, Math.min(done, end - done));
  };
}

/** Lines of a screen that is no more: the next takes them. */
let spare: Line[] = [];

/** Does `reset`, which makes new screens, with the lines of the old one. */
export function withSpareLines({ _bufferService: { buffers, rows } }: Core, reset: () => void): void {
  const { lines } = buffers.normal;
  for (let row = Math.max(0, lines.length - rows); row < lines.length; row++) spare.push(lines.get(row));
  reset();
  spare = [];
}

/** A blank line is a copy of the last one, if that was as long and of the same colours. */
function quickBlank(prototype: ScreenBuffer): void {
  const original = prototype.getBlankLine;
  let last: Line | undefined;
  prototype.getBlankLine = function (this: ScreenBuffer, pen, isWrapped = false) {
    if ((pen.bg & HAS_EXTENDED) !== 0) return original.call(this, pen, isWrapped);
    const ready = spare.pop();
    if (ready?.length === this._bufferService.cols) {
      ready.fill(this.getNullCell(pen));
      ready.isWrapped = isWrapped;
      return ready;
    }
    const isSame = last?.length === this._bufferService.cols && last._data[1] === pen.fg && last._data[2] === pen.bg;
    if (last === undefined || !isSame) last = original.call(this, pen, false);
    const line = last.clone();
    line.isWrapped = isWrapped;
    return line;
  };
}

/** IL, DL, SD, and SU, which keeps what leaves at the top as a line feed does; whatever the count, it is done once. */
function moves({ _inputHandler: input, _bufferService: service }: Core): void {
  const count = (params: Params) => params.params[0] || 1;
  const fromCursor = (way: 'up' | 'down') => (params: Params) => {
    input._restrictCursor();
    const screen = input._activeBuffer;
    if (screen.y < screen.scrollTop || screen.y > screen.scrollBottom) return true;
    move(screen, screen.y, way, count(params), input._eraseAttrData());
    screen.x = 0;
    return true;
  };
  input.insertLines = fromCursor('down');
  input.deleteLines = fromCursor('up');
  input.scrollDown = (params) => {
    const screen = input._activeBuffer;
    move(screen, screen.scrollTop, 'down', count(params), input._eraseAttrData());
    return true;
  };
  input.scrollUp = (params) => {
    const screen = input._activeBuffer;
    const { scrollTop, scrollBottom } = screen;
    const pen = input._eraseAttrData();
    if (scrollTop > 0) move(screen, scrollTop, 'up', count(params), pen);
    else for (let left = Math.min(count(params), scrollBottom + 1); left > 0; left--) service.scroll(pen);
    return true;
  };
}

/** Moves the rows from `top` to the lower margin; those that go out come in again, blank. */
function move(screen: ScreenBuffer, top: number, way: 'up' | 'down', by: number, pen: Attributes): void {
  const { lines, ybase, scrollBottom } = screen;
  const rows: Line[] = [];
  for (let row = top; row <= scrollBottom; row++) rows.push(lines.get(ybase + row));
  const count = Math.min(by, rows.length);
  const out = way === 'down' ? rows.splice(rows.length - count) : rows.splice(0, count);
  for (const line of out) {
    line.fill(screen.getNullCell(pen));
    line.isWrapped = false;
  }
  const moved = way === 'down' ? [...out, ...rows] : [...rows, ...out];
  for (const [at, line] of moved.entries()) lines.set(ybase + top + at, line);
}
