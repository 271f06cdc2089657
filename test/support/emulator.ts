// The emulator as the supervisor has it, and what it shows, in the words in which tmux tells of a pane.
import type { Terminal } from '@xterm/headless';
import { newTracked } from '../../src/terminal/tracked.ts';
import type { Flags } from './tmux-pane.ts';

export const emulator = (columns: number, rows: number, scrollback = 2000): Terminal =>
  newTracked({ columns, rows }, scrollback, () => {}).terminal;

export const write = (terminal: Terminal, bytes: Uint8Array | string) =>
  new Promise<void>((resolve) => terminal.write(bytes, resolve));

interface Core {
  buffer: { x: number; y: number; scrollTop: number; scrollBottom: number; tabs: Record<string, boolean> };
  coreService: {
    isCursorHidden: boolean;
    modes: { insertMode: boolean };
    decPrivateModes: Record<'applicationCursorKeys' | 'applicationKeypad' | 'origin' | 'wraparound', boolean>;
  };
  coreMouseService: { activeProtocol: string; activeEncoding: string };
}

/** Everything of `Flags` that is not the pane's own. */
export function flagsOf(terminal: Terminal): Omit<Flags, 'pane_title'> {
  const { buffer, coreService, coreMouseService } = (terminal as unknown as { _core: Core })._core;
  const { modes, decPrivateModes } = coreService;
  const flag = (is: boolean) => (is ? '1' : '0');
  const mouse = coreMouseService.activeProtocol;
  const tabs = Object.keys(buffer.tabs).map(Number);
  return {
    cursor_x: `${buffer.x}`,
    cursor_y: `${buffer.y}`,
    cursor_flag: flag(!coreService.isCursorHidden),
    insert_flag: flag(modes.insertMode),
    keypad_cursor_flag: flag(decPrivateModes.applicationCursorKeys),
    keypad_flag: flag(decPrivateModes.applicationKeypad),
    mouse_all_flag: flag(mouse === 'ANY'),
    mouse_button_flag: flag(mouse === 'DRAG'),
    mouse_standard_flag: flag(mouse === 'VT200'),
    mouse_sgr_flag: flag(coreMouseService.activeEncoding === 'SGR'),
    origin_flag: flag(decPrivateModes.origin),
    scroll_region_upper: `${buffer.scrollTop}`,
    scroll_region_lower: `${buffer.scrollBottom}`,
    wrap_flag: flag(decPrivateModes.wraparound),
    alternate_on: flag(terminal.buffer.active.type === 'alternate'),
    // The first column always is one, and is told of by tmux only if it was set.
    pane_tabs: tabs
      .filter((column) => column > 0 && column < terminal.cols)
      .sort((one, other) => one - other)
      .join(','),
    history_size: `${terminal.buffer.normal.baseY}`,
  };
}

/** Writes into the last cell of every row, since tmux captures a row only as far as it has been written. */
export const reveal = (columns: number, rows: number) =>
  `\x1b[?6l\x1b[?7h\x1b[4l\x1b(B\x0f\x1b[m${Array.from({ length: rows }, (_, row) => `\x1b[${row + 1};${columns}H.`).join('')}`;
