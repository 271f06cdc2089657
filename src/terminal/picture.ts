// Screens that are only looked at: one shown on a terminal of another size, where raw output would wrap and scroll
// at the wrong places, and the last one of a program that is gone.
import type { Size } from '../base/size.ts';
import { PLAIN } from './pen.ts';
import { drawRow, Ink, lastRow } from './row.ts';
import { begin, drawScreen } from './snapshot.ts';
import type { Tracked } from './tracked.ts';

/** What fits into `size`, around the cursor, painted in place. `isFirst`: what the terminal shows is a shell's, and goes up. */
export function writePicture(tracked: Tracked, size: Size, isFirst: boolean): string {
  const { core, terminal, modes, links } = tracked;
  const { active } = core._bufferService.buffers;
  const columns = Math.min(size.columns, terminal.cols);
  const rows = Math.min(size.rows, terminal.rows);
  // A program that hides its cursor has put it anywhere.
  const follows = !core.coreService.isCursorHidden;
  const cursor = { x: Math.min(active.x, terminal.cols - 1), y: active.y };
  const left = follows ? Math.max(0, cursor.x - columns + 1) : 0;
  const top = follows ? Math.max(0, cursor.y - rows + 1) : 0;
  const ink = new Ink(links);
  // Nothing may wrap or scroll here.
  ink.add(`${begin(isFirst ? 'shell' : 'session', size.rows)}\x1b[?25l\x1b[?7l`);
  for (let y = 0; y < rows; y++) {
    const line = active.lines.get(active.ybase + top + y);
    if (line === undefined) break;
    ink.add(`\x1b[${y + 1};1H`);
    drawRow(ink, line, left, left + columns, false, false);
    ink.use(PLAIN);
    if (columns < size.columns) ink.add(`\x1b[${y + 1};${columns + 1}H\x1b[K`); // a coloured row goes no further
  }
  // What a mouse points at is where it seems to be only if nothing is cut off before it.
  const mouse = top === 0 && left === 0 ? '' : MOUSE_OFF;
  ink.add(`${modes.write(!isFirst)}${mouse}\x1b[?6l\x1b[${cursor.y - top + 1};${cursor.x - left + 1}H\x1b[?2026l`);
  return ink.text;
}

const MOUSE_OFF = [9, 1000, 1002, 1003].map((each) => `\x1b[?${each}l`).join('');

/**
 * The last screen with its scrollback, below a shell's lines: the alternate one, too, which would be gone with it. On a
 * terminal of so many `rows`, of any width, which it is only a text to.
 */
export function writeStill({ core, terminal, links }: Tracked, rows: number): string {
  const { active } = core._bufferService.buffers;
  const ink = new Ink(links);
  ink.add(begin('shell', rows));
  drawScreen(ink, active, active.ybase, terminal.cols, 0);
  const isBlank = active.ybase === 0 && lastRow(active, terminal.cols) < 0;
  ink.add(`\x1b[?2026l${isBlank ? '' : '\r\n'}`);
  return ink.text;
}
