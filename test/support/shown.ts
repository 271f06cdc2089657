// Everything that a person's terminal shows and is set to, to compare two of them.
import type { Terminal } from '@xterm/headless';
import { rowsOfTerminal } from './cells.ts';
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
