// Draws rows of the emulator's screen: characters and attributes where they are, blanks skipped or erased with
// their background, and a line that goes on in the next row so that the terminal wraps it by itself.
import type { Line, ScreenBuffer } from './core.ts';
import type { Links } from './links.ts';
import { HAS_EXTENDED, isBackgroundOnly, isProtected, type Pen, PLAIN, penOf, samePen, writePen } from './pen.ts';

const CELL = 3;
const CODE = 0x1fffff;
const COMBINED = 0x200000;
const WIDTH = 22;
/** From here on there are characters that combine. */
const FIRST_THOUGHT = 0x300;

/** A link is said again wherever it begins again: behind so many bytes of them they are left out. */
const MOST_LINK_BYTES = 4 * 1024 * 1024;

/** Draws the character behind it into its own cell, if that comes at once. */
const JOINER = '\u200d';
/** Changes nothing while drawing, which wraps; but what comes behind it is not joined. */
const APART = '\x1b[?7h';

/** A text being written for a terminal of which the pen is known. */
export class Ink {
  private readonly rows: string[] = [];
  private row = '';
  private pen: Pen = PLAIN;
  private linkBytes = 0;
  private readonly links: Links;

  constructor(links: Links) {
    this.links = links;
  }

  get text(): string {
    this.endRow();
    return this.rows.join('');
  }

  add(text: string): void {
    this.row += text;
  }

  /** Its many thousand pieces would each be kept until the end: to look at a character makes V8 join them. */
  endRow(): void {
    this.row.charCodeAt(0);
    this.rows.push(this.row);
    this.row = '';
  }

  use(pen: Pen): void {
    const before = this.pen;
    if (samePen(before, pen)) return;
    this.pen = pen;
    if (pen.link !== before.link) {
      const link = this.linkBytes > MOST_LINK_BYTES ? undefined : this.links.get(pen.link);
      this.linkBytes += link?.uri.length ?? 0;
      const id = link?.id === undefined ? '' : `id=${link.id}`;
      this.row += `\x1b]8;${id};${link?.uri ?? ''}\x1b\\`;
    }
    if (pen.fg !== before.fg || pen.bg !== before.bg || pen.ext !== before.ext) this.row += writePen(pen);
    // DECSCA is no part of SGR, but SGR 0 resets it in some emulators.
    if (isProtected(pen)) this.row += '\x1b[1"q';
    else if (isProtected(before)) this.row += '\x1b[0"q';
  }
}

export const penAt = (line: Line, x: number) =>
  penOf(line._data[x * CELL + 1] as number, line._data[x * CELL + 2] as number, line._extendedAttrs[x]);

const contentAt = (line: Line, x: number) => line._data[x * CELL] as number;

/** Columns of the cell's character: 2 in the first of a wide one, 0 in its second. */
export const widthAt = (line: Line, x: number) => contentAt(line, x) >>> WIDTH;

/** The characters of a cell; '' for a blank one and for the second half of a wide one. */
export function textAt(line: Line, x: number): string {
  const content = contentAt(line, x);
  if (content & COMBINED) return line._combined[x] ?? '';
  const code = content & CODE;
  return code === 0 ? '' : String.fromCodePoint(code);
}

/** Whether the terminal wraps by itself from `line` into `next`. */
export function wrapsInto(line: Line, next: Line | undefined, columns: number): boolean {
  if (next?.isWrapped !== true) return false;
  const isFull = textAt(line, columns - 1) !== '' || widthAt(line, columns - 1) === 0;
  return isFull ? textAt(next, 0) !== '' : widthAt(next, 0) === 2;
}

/**
 * Draws the columns `from` to `to` of `line` into a row that is blank. `entered` by a wrap: the cursor is still
 * behind the row above. `isLeft` by one: the cursor stays behind the last column.
 */
export function drawRow(ink: Ink, line: Line, from: number, to: number, entered: boolean, isLeft: boolean): void {
  let blanks = 0; // skipped so far, with the default background
  for (let x = from; x < to; ) {
    const text = textAt(line, x);
    const pen = penAt(line, x);
    const width = widthAt(line, x) || 1;
    if (text === '' || x + width > to) {
      if (x > from && widthAt(line, x) === 0 && widthAt(line, x - 1) === 2) {
        x++; // the second half of a wide character
        continue;
      }
      let end = x + 1;
      while (end < to && textAt(line, end) === '' && widthAt(line, end) !== 0 && samePen(penAt(line, end), pen)) end++;
      if (isBackgroundOnly(pen) && pen.bg === 0) blanks += end - x;
      else {
        blanks = move(ink, blanks);
        ink.use(pen);
        if (!isBackgroundOnly(pen)) ink.add(' '.repeat(end - x));
        else if (end < to) ink.add(`\x1b[${end - x}X\x1b[${end - x}C`);
        else {
          ink.add('\x1b[K');
          if (isLeft) move(ink, to - 1 - x);
        }
      }
      x = end;
      continue;
    }
    blanks = move(ink, blanks);
    ink.use(pen);
    ink.add(text);
    x += width;
    if (entered && x === from + width && pen.bg !== 0 && x < to) {
      ink.use(PLAIN); // the wrap may have scrolled, and filled the row with this background
      ink.add('\x1b[K');
    }
    // Combined characters and emoji: terminals do not agree on their width, so the column is said again.
    if (text.length > 1 && x < to) ink.add(`\x1b[${x - from + 1}G`);
    else if (text.endsWith(JOINER) && isLeft) ink.add(APART);
    if (entered && x === from + width) continue; // the pen may be another
    const like = alike(line, x - width, x, to);
    ink.add(like);
    x += like.length;
  }
  if (blanks > 0 && isLeft) move(ink, blanks - 1); // a wide character wraps from the last column
}

/** The characters from `x` on that look as the one in `first` does and need no thought: nearly all are such. */
function alike({ _data: data }: Line, first: number, x: number, to: number): string {
  const fg = data[first * CELL + 1];
  const bg = data[first * CELL + 2] as number;
  let text = '';
  if ((bg & HAS_EXTENDED) !== 0) return text;
  for (let at = x * CELL; at < to * CELL; at += CELL) {
    const content = data[at] as number;
    const code = content & CODE;
    if (code === 0 || code >= FIRST_THOUGHT || content !== (code | (1 << WIDTH))) break;
    if (data[at + 1] !== fg || data[at + 2] !== bg) break;
    text += String.fromCharCode(code);
  }
  return text;
}

function move(ink: Ink, columns: number): 0 {
  if (columns > 0) ink.add(`\x1b[${columns}C`);
  return 0;
}

/** The last row with anything in it, from 0; -1: all are blank. */
export function lastRow(buffer: ScreenBuffer, columns: number): number {
  for (let row = buffer.lines.length - 1 - buffer.ybase; row >= 0; row--) {
    const line = buffer.lines.get(buffer.ybase + row);
    for (let x = 0; line !== undefined && x < columns; x++) {
      if (textAt(line, x) !== '' || line._data[x * 3 + 2] !== 0) return row;
    }
  }
  return -1;
}
