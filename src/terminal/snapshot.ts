// Writes out all that an emulator holds, so that another terminal that reads it is in the same state: both
// screens with scrollback, cursors, modes, margins, tab stops, charsets, colours. The order matters: what moves
// the cursor comes before the cursor, what shifts or translates characters after the characters.
import { CANCEL } from '../base/cancel.ts';
import type { Core, ScreenBuffer } from './core.ts';
import { type Pen, PLAIN, penNow, samePen } from './pen.ts';
import { drawRow, Ink, lastRow, penAt, textAt, widthAt, wrapsInto } from './row.ts';
import type { Saved } from './saved-cursor.ts';
import type { Tracked } from './tracked.ts';
import { widthOf } from './widths.ts';

/** What the terminal shows that reads it: nothing yet; a shell's lines, which go up; or this session already. */
export type Onto = 'nothing' | 'shell' | 'session';

const ESC = '\x1b';

/** A terminal that knows this shows nothing half drawn. */
const SYNCHRONIZED = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };

/** In all four sets: a saved cursor takes them along. */
const ASCII = `${ESC}(B${ESC})B${ESC}*B${ESC}+B\x0f`;

/** `above`: so many lines of the scrollback are written first, those next to the screen. */
export function writeSnapshot(tracked: Tracked, onto: Onto, above: number): string {
  const { core, terminal, saved, modes, colours, keyboard, links } = tracked;
  const { cols: columns, rows } = terminal;
  const { normal, alt, active } = core._bufferService.buffers;
  const ink = new Ink(links);

  ink.add(begin(onto, rows));
  drawScreen(ink, normal, Math.min(above, normal.ybase), columns, rows);
  ink.add(keyboard.writeFlags('main'));
  writeSaved(ink, saved.main, normal, tracked);
  const isAlternate = active === alt;
  const by1049 = isAlternate && modes.leftBy === 1049;
  ink.add(by1049 ? `${ESC}[?1049h` : `${ESC}7`);
  endSaved(ink, tracked);
  if (isAlternate) {
    if (!by1049) {
      putCursor(ink, normal, Math.min(normal.x, columns - 1), normal.y, 0, columns);
      ink.add(`${ESC}[?1047h`);
    }
    ink.add(eraseRows(rows)); // not every terminal has a second screen
    drawScreen(ink, alt, 0, columns, rows);
    ink.add(keyboard.writeFlags('alternate'));
    writeSaved(ink, saved.alternate, alt, tracked);
    ink.add(`${ESC}7`);
    endSaved(ink, tracked);
  }
  ink.add(writeTitles(core, onto) + colours.write() + keyboard.write());
  ink.add(writeTabs(active, columns));
  ink.add(`${ESC}[${shapeNow(core)} q${modes.write(onto === 'session')}`);
  ink.add(`${ESC}[${active.scrollTop + 1};${active.scrollBottom + 1}r`);
  if (core.coreService.decPrivateModes.synchronizedOutput) ink.add(SYNCHRONIZED.begin);
  else if (onto !== 'nothing') ink.add(SYNCHRONIZED.end);
  writeCursor(ink, active, tracked);
  return ink.text;
}

/** A blank screen, the cursor at home, everything that disturbs drawing switched off. */
export function begin(onto: Onto, rows: number): string {
  if (onto === 'nothing') return '';
  const plain = `${ESC}[0m${ESC}[0"q${ESC}]8;;${ESC}\\${ASCII}${ESC}[?7h${ESC}[4l${ESC}[20l`;
  if (onto === 'shell') {
    // Margins and origin mode move the cursor, which must stay: as many line feeds push up what is above it. DECRC
    // brings origin mode back, so that it is ended behind them.
    return `${SYNCHRONIZED.begin}${ESC}7${ESC}[r${ESC}8${plain}\r${ESC}[J${'\n'.repeat(rows - 1)}${ESC}[?6l${ESC}[H`;
  }
  return `${CANCEL}${SYNCHRONIZED.begin}${ESC}[?1047l${ESC}[r${ESC}[?6l${plain}${eraseRows(rows)}`;
}

/** Row by row: to erase all of the screen at once would move it into the scrollback of some terminals. */
function eraseRows(rows: number): string {
  let erase = '';
  for (let row = 1; row <= rows; row++) erase += `${ESC}[${row};1H${ESC}[K`;
  return `${erase}${ESC}[H`;
}

/** `rows`: drawn also if they are blank. Line feeds at the bottom bring what is above into the terminal's scrollback. */
export function drawScreen(ink: Ink, buffer: ScreenBuffer, above: number, columns: number, rows: number): void {
  const end = buffer.ybase + (above > 0 && rows > 0 ? rows : lastRow(buffer, columns) + 1);
  let entered = false;
  for (let y = buffer.ybase - above; y < end; y++) {
    const line = buffer.lines.get(y);
    if (line === undefined) break;
    const next = y + 1 < end ? buffer.lines.get(y + 1) : undefined;
    const isLeft = wrapsInto(line, next, columns);
    drawRow(ink, line, 0, columns, entered, isLeft);
    entered = isLeft;
    ink.endRow();
    if (isLeft || next === undefined) continue;
    ink.use(PLAIN); // a line feed at the bottom fills the new row
    ink.add('\r\n');
  }
  ink.use(PLAIN);
}

/** Puts the cursor where it was saved, with what was saved with it. */
function writeSaved(ink: Ink, saved: Saved | undefined, buffer: ScreenBuffer, { charsets, terminal }: Tracked): void {
  const { x, y } = saved ?? { x: 0, y: 0 };
  if (saved?.origin) ink.add(`${ESC}[?6h`);
  putCursor(ink, buffer, Math.min(x, terminal.cols), Math.min(y, terminal.rows - 1), 0, terminal.cols);
  if (saved !== undefined) {
    ink.use(penNow(saved.pen));
    ink.add(charsets.write(saved));
  }
}

/** Undoes what was put on for a cursor to be saved with. */
function endSaved(ink: Ink, { charsets }: Tracked): void {
  ink.use(PLAIN);
  ink.add(`${charsets.write(undefined)}${ESC}[?6l`);
}

/** Puts the cursor to `x`, `y`; behind the last column by writing there again what is there. */
function putCursor(ink: Ink, buffer: ScreenBuffer, x: number, y: number, top: number, columns: number): void {
  const to = (column: number) => ink.add(`${ESC}[${y - top + 1};${column + 1}H`);
  if (x < columns) return to(x);
  rewrite(ink, buffer, columns, y, to, undefined);
}

/** What the next character is to be drawn with, and how charsets translate it. */
interface Next {
  pen: Pen;
  charsets: string;
  translated: Record<string, string> | undefined;
}

/** Writes the character before column `x` again; with `next`, so that it was the last thing, whatever it was drawn with. */
function rewrite(
  ink: Ink,
  buffer: ScreenBuffer,
  x: number,
  y: number,
  to: (column: number) => void,
  next: Next | undefined,
): void {
  const line = buffer.lines.get(buffer.ybase + y);
  if (line === undefined) return;
  const isWide = x >= 2 && textAt(line, x - 1) === '' && textAt(line, x - 2) !== '' && widthAt(line, x - 2) === 2;
  const column = isWide ? x - 2 : x - 1;
  const text = textAt(line, column) || ' ';
  const drawn = penAt(line, column);
  const isInside = widthAt(line, column) === 2 && column + 2 > x;
  const isTranslated = next?.translated?.[text.charAt(0)] !== undefined; // its charset came behind it, before its mark
  if (!isTranslated) ink.add(next?.charsets ?? '');
  to(column);
  if (next === undefined || (samePen(drawn, next.pen) && !isInside && !isTranslated)) {
    ink.use(drawn);
    ink.add(text);
    return;
  }
  // Only a mark can come behind another pen, or inside a wide character; or it has an underline's colour that no
  // cell keeps.
  const marks = lastMark(text);
  if (marks > 0) {
    ink.use(drawn);
    ink.add(text.slice(0, marks));
    if (isInside) to(x);
  }
  if (isTranslated) ink.add(next.charsets);
  ink.use(next.pen);
  ink.add(text.slice(marks));
}

/** Where in a cell's text the last mark begins, with what a joiner drew in behind it; 0: there is none. */
function lastMark(text: string): number {
  let mark = 0;
  let at = 0;
  for (const each of text) {
    if (at > 0 && widthOf(each.codePointAt(0) as number) === 0) mark = at;
    at += each.length;
  }
  return mark;
}

/** Cursor, pen and charsets, so that what comes next is taken as the emulator would take it. */
function writeCursor(ink: Ink, active: ScreenBuffer, { core, terminal, charsets }: Tracked): void {
  const { origin } = core.coreService.decPrivateModes;
  const { insertMode } = core.coreService.modes;
  const { scrollTop, scrollBottom } = active;
  const top = origin ? scrollTop : 0;
  // DECRC can put it outside the margins of origin mode, where nothing else gets it.
  const y = origin ? Math.max(scrollTop, Math.min(scrollBottom, active.y)) : active.y;
  const pen = penNow(core._inputHandler._curAttrData);
  const isAtMargin = !core.coreService.decPrivateModes.wraparound && active.x === terminal.cols - 1; // printed there, or before
  const isSure = active.x > 0 && !insertMode && !isAtMargin && y === active.y;
  const justPrinted = core._inputHandler._parser.precedingJoinState !== 0 && isSure;
  if (origin) ink.add(`${ESC}[?6h`);
  if (justPrinted) {
    // The last thing was a character: a mark that combines with it, or REP, may follow.
    const to = (column: number) => ink.add(`${ESC}[${y - top + 1};${column + 1}H`);
    const translated = core._charsetService.charset;
    rewrite(ink, active, active.x, y, to, { pen, charsets: charsets.write(charsets.now()), translated });
    return;
  }
  const isPending = active.x >= terminal.cols;
  const { wraparound } = core.coreService.decPrivateModes;
  if (isPending && !wraparound) ink.add(`${ESC}[?7h`); // it was on when the cursor came there
  putCursor(ink, active, active.x, y, top, terminal.cols);
  if (isPending && !wraparound) ink.add(`${ESC}[?7l`);
  ink.use(pen);
  ink.add(charsets.write(charsets.now()));
}

/** A terminal that shows this session already has those that were pushed. */
function writeTitles({ _inputHandler: input }: Core, onto: Onto): string {
  const write = (which: 1 | 2, pushed: string[], now: string) => {
    let isSet = false; // until then it is the terminal's own, which only it can push and pop
    const title = (text: string) => {
      isSet ||= text !== '';
      return isSet ? `${ESC}]${which};${text}${ESC}\\` : '';
    };
    const pushes = pushed.map((each) => `${title(each)}${ESC}[22;${which}t`);
    return (onto === 'session' ? '' : pushes.join('')) + title(now);
  };
  return write(2, input._windowTitleStack, input._windowTitle) + write(1, input._iconNameStack, input._iconName);
}

function writeTabs({ tabs }: ScreenBuffer, columns: number): string {
  let text = `${ESC}[3g`;
  for (let x = 1; x < columns; x++) if (tabs[x]) text += `${ESC}[${x + 1}G${ESC}H`;
  return text;
}

const SHAPES = { block: 2, underline: 4, bar: 6 };

/** The parameter of DECSCUSR; 0: as the terminal has it. */
export function shapeNow({ coreService }: Core): number {
  const { cursorStyle, cursorBlink } = coreService.decPrivateModes;
  return cursorStyle === undefined ? 0 : SHAPES[cursorStyle] - (cursorBlink ? 1 : 0);
}
