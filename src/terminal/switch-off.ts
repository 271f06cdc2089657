// Everything that a program switched on in a terminal, switched off: between two runs, and when a client leaves.
import { lastRow } from './row.ts';
import type { Tracked } from './tracked.ts';

/** The main screen, no margins, plain pen, usual keys, no mouse; the cursor below everything that is there. */
export function writeFarewell({ core, terminal, modes, colours, keyboard, charsets }: Tracked): string {
  const { active, alt, normal } = core._bufferService.buffers;
  let tabs = '\x1b[3g';
  for (let x = 8; x < terminal.cols; x += 8) tabs += `\x1b[${x + 1}G\x1bH`;
  const last = lastRow(normal, terminal.cols);
  return [
    keyboard.writeOff('alternate', active === alt),
    active === alt ? '\x1b[?1049l' : '',
    keyboard.writeOff('main', true),
    '\x1b[r\x1b[?6l\x1b[0m\x1b[0"q\x1b]8;;\x1b\\',
    charsets.write(undefined),
    tabs,
    '\x1b[H\x1b7',
    '\x1b[0 q',
    modes.writeOff(),
    colours.writeOff(),
    last < 0 ? '\x1b[H' : `\x1b[${last + 1};1H\r\n`,
    '\x1b[J', // lines that are not the session's
  ].join('');
}
