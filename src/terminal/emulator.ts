// The headless terminal emulator that parses a session's output, made so that it does what terminals do: the only
// door to @xterm/headless.
import { Terminal } from '@xterm/headless';
import type { Size } from '../base/size.ts';
import { type Core, coreOf } from './core.ts';
import { correct } from './corrections.ts';
import { measure } from './widths.ts';

export interface Emulator {
  readonly terminal: Terminal;
  readonly core: Core;
}

/** A new emulator with an empty screen, and so many lines of scrollback at most. */
export function newEmulator({ columns, rows }: Size, scrollback: number): Emulator {
  const terminal = new Terminal({
    cols: columns,
    rows,
    scrollback,
    allowProposedApi: true, // for the widths
    logLevel: 'off',
    windowOptions: { getWinSizeChars: true, pushTitle: true, popTitle: true },
  });
  measure(terminal);
  correct(terminal);
  return { terminal, core: coreOf(terminal) };
}
