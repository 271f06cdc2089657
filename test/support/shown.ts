// Everything that a person's terminal shows and is set to, to compare two of them.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Terminal } from '@xterm/headless';
import { rowsOfTerminal } from './cells.ts';
import { eventually } from './deadline.ts';
import { flagsOf, write } from './emulator.ts';
import { terminalOf } from './person.ts';

export interface ShownState {
  /** The screen's rows, with attributes. */
  rows: string[];
  cursor: string;
  alternate: string;
  modes: object;
}

/** What is on the screen, where the cursor is, which modes are set. */
export function shownBy(terminal: Terminal): ShownState {
  const { history_size, cursor_x, cursor_y, alternate_on, pane_tabs, ...flags } = flagsOf(terminal);
  return {
    rows: rowsOfTerminal(terminal).slice(-terminal.rows),
    cursor: `${cursor_x},${cursor_y}`,
    alternate: alternate_on,
    modes: { ...flags, ...terminal.modes },
  };
}

/** The rows above the screen, oldest first. */
export const aboveIn = (terminal: Terminal): string[] => rowsOfTerminal(terminal).slice(0, -terminal.rows);

/** The terminal of one who never left: it has had exactly these bytes. */
export async function neverLeft(bytes: string | Buffer, columns = 80, rows = 24): Promise<Terminal> {
  const terminal = terminalOf({ columns, rows });
  await write(terminal, Buffer.from(bytes));
  return terminal;
}

/** Waits until both are the same; says how they differ if they never are. */
export async function becomesSame(actual: () => unknown, expected: () => unknown, what: string): Promise<void> {
  await eventually(what, () => isDeepStrictEqual(actual(), expected()), 10_000).catch(() =>
    assert.deepEqual(actual(), expected(), what),
  );
}

/** What is in a cell; '' in the second half of a wide character. */
const characterAt = (terminal: Terminal, x: number, y: number) => {
  const { active } = terminal.buffer;
  const cell = active.getLine(active.baseY + y)?.getCell(x);
  if (cell === undefined) return { text: ' ', width: 1, colour: 0 };
  return {
    text: cell.getWidth() === 0 ? '' : cell.getChars() || ' ',
    width: cell.getWidth(),
    colour: cell.getBgColor(),
  };
};

/**
 * What a terminal of another size should show of `whole`: the part that fits, moved so that the cursor is where that
 * terminal has it; half of a wide character is blank. Rows of characters with the number of their background.
 */
export function cutOf(whole: Terminal, shown: Terminal): { cursor: boolean; rows: string[] } {
  const left = whole.buffer.active.cursorX - shown.buffer.active.cursorX;
  const top = whole.buffer.active.cursorY - shown.buffer.active.cursorY;
  const isInside = left >= 0 && top >= 0 && left + Math.min(shown.cols, whole.cols) <= whole.cols;
  const row = (y: number) => {
    let text = '';
    for (let x = 0; x < shown.cols; x++) {
      const cell = characterAt(whole, x + left, y + top);
      const isCut = (cell.width === 2 && x + 1 === shown.cols) || (cell.width === 0 && x === 0);
      text += x + left < whole.cols ? `${isCut ? ' ' : cell.text}${cell.colour > 0 ? cell.colour : ''}` : ' ';
    }
    return text.trimEnd();
  };
  return { cursor: isInside, rows: Array.from({ length: shown.rows }, (_, y) => (y + top < whole.rows ? row(y) : '')) };
}

/** The same of what it does show. */
export function picturedBy(shown: Terminal): { cursor: boolean; rows: string[] } {
  const row = (y: number) =>
    Array.from({ length: shown.cols }, (_, x) => characterAt(shown, x, y))
      .map(({ text, colour }) => `${text}${colour > 0 ? colour : ''}`)
      .join('')
      .trimEnd();
  return { cursor: true, rows: Array.from({ length: shown.rows }, (_, y) => row(y)) };
}
