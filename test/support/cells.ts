// What a terminal shows, cell by cell, in one form for the emulator and for what tmux captures: a row is a string in
// which ⟦attributes⟧ stand before the text they hold for.
import type { IBufferCell, Terminal } from '@xterm/headless';

const GRAPHICS = '◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

interface Cell {
  text: string;
  style: string;
}

/** Blanks in plain style at the end of a row show nothing. */
function rowOf(cells: Cell[]): string {
  let end = cells.length;
  while (end > 0 && cells[end - 1]?.text === ' ' && cells[end - 1]?.style === '') end--;
  let row = '';
  let style = '';
  for (const cell of cells.slice(0, end)) {
    if (cell.style !== style) row += `⟦${cell.style}⟧`;
    style = cell.style;
    row += cell.text;
  }
  return row;
}

/** The text of such a row alone. */
export const textOf = (row: string) => row.replace(/⟦[^⟧]*⟧/g, '').trimEnd();

/** The row without blanks at its end of whatever colour: tmux captures them only as far as something was written. */
export const written = (row: string) => row.replace(/(?: |⟦[^⟧]*⟧)+$/, '');

/** Attributes in a fixed order. `underline` is 0 to 5; its colour counts only where there is an underline. */
const styleOf = (flags: string, underline: number, foreground: string, background: string, colour: string) =>
  [flags, underline ? `u${underline}${colour && `:${colour}`}` : '', foreground, background && `on ${background}`]
    .filter((part) => part !== '')
    .join(' ');

const rgb = (colour: number) => `#${colour.toString(16).padStart(6, '0')}`;

function colourOf(mode: number, value: number): string {
  if (mode === 0) return '';
  if (mode === 3) return rgb(value & 0xffffff);
  return mode === 1 ? `${value & 0xff}` : `i${value & 0xff}`;
}

interface Extended {
  _ext?: number;
}

function cellOf(cell: IBufferCell): Cell {
  const flags = [
    cell.isBold() && 'b',
    cell.isDim() && 'd',
    cell.isItalic() && 'i',
    cell.isBlink() && 'k',
    cell.isInverse() && 'r',
    cell.isInvisible() && 'h',
    cell.isStrikethrough() && 's',
    cell.isOverline() && 'o',
  ].filter(Boolean);
  // A hyperlink counts as an underline in xterm.js, where terminals draw it so: here only what the program asked for.
  const { fg, bg, extended } = cell as unknown as { fg: number; bg: number; extended: Extended };
  const ext = bg & 0x10000000 ? (extended._ext ?? 0) : 0;
  return {
    text: cell.getChars() || ' ',
    style: styleOf(
      flags.join(''),
      fg & 0x10000000 ? (ext >> 26) & 7 || 1 : 0,
      colourOf(cell.getFgColorMode() >> 24, cell.getFgColor()),
      colourOf(cell.getBgColorMode() >> 24, cell.getBgColor()),
      colourOf((ext >> 24) & 3, ext),
    ),
  };
}

/** The rows of the emulator, the history first. On the alternate screen, too: the main screen's history. */
export function rowsOfTerminal(terminal: Terminal): string[] {
  const { active, normal } = terminal.buffer;
  const rows: string[] = [];
  const add = (buffer: typeof active, from: number, to: number) => {
    for (let number = from; number < to; number++) {
      const line = buffer.getLine(number);
      const cells: Cell[] = [];
      for (let column = 0; column < terminal.cols; column++) {
        const cell = line?.getCell(column);
        if (cell && cell.getWidth() > 0) cells.push(cellOf(cell));
      }
      rows.push(rowOf(cells));
    }
  };
  add(normal, 0, normal.baseY);
  add(active, active.baseY, active.baseY + terminal.rows);
  return rows;
}

const FLAGS: Record<number, string> = { 1: 'b', 2: 'd', 3: 'i', 5: 'k', 7: 'r', 8: 'h', 9: 's', 53: 'o' };
const ORDER = 'bdikrhso';

/** The same of `capture-pane -e` and its `lines`. */
export function rowsOfCapture(lines: string[]): string[] {
  let flags = new Set<string>();
  let [underline, foreground, background, colour, isGraphic] = [0, '', '', '', false];
  const apply = (text: string) => {
    const codes = text
      .replace(/\b5:3\b/g, '53') // tmux 3.3a writes an overline so
      .split(';')
      .flatMap((code) => (code.startsWith('4:') ? [code] : code.split(':').filter(Boolean)));
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at] as string;
      const value = Number(code || 0);
      if (code.startsWith('4:')) underline = Number(code.slice(2));
      else if (value === 0) [flags, underline, foreground, background, colour] = [new Set(), 0, '', '', ''];
      else if (value === 4) underline = 1;
      else if (FLAGS[value]) flags.add(FLAGS[value]);
      else if (value === 39) foreground = '';
      else if (value === 49) background = '';
      else if (value === 59) colour = '';
      else if (value === 38 || value === 48 || value === 58) {
        const isIndex = codes[at + 1] === '5';
        const numbers = codes.slice(at + 2, at + (isIndex ? 3 : 5)).map(Number);
        const [red = 0, green = 0, blue = 0] = numbers;
        const set = isIndex ? `i${red}` : rgb((red << 16) | (green << 8) | blue);
        if (value === 38) foreground = set;
        else if (value === 48) background = set;
        else colour = set;
        at += isIndex ? 2 : 4;
      } else if (value >= 90) {
        if (value < 100) foreground = `${value - 82}`;
        else background = `${value - 92}`;
      } else if (value < 40) foreground = `${value - 30}`;
      else background = `${value - 40}`;
    }
  };
  return lines.map((line) => {
    const cells: Cell[] = [];
    for (const [part, codes] of line.matchAll(/\x1b\[([0-9;:]*)m|\x0e|\x0f|[^\x1b\x0e\x0f]\p{M}*/gsu)) {
      if (codes !== undefined) apply(codes);
      else if (part === '\x0e' || part === '\x0f') isGraphic = part === '\x0e';
      else {
        const drawn =
          isGraphic && part >= '`' && part < '\x7f' ? GRAPHICS[part.charCodeAt(0) - 96] + part.slice(1) : part;
        const letters = ORDER.replace(/./g, (flag) => (flags.has(flag) ? flag : ''));
        cells.push({ text: drawn, style: styleOf(letters, underline, foreground, background, colour) });
      }
    }
    return rowOf(cells);
  });
}
