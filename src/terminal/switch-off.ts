// Everything that a program switched on in a terminal, switched off: between two runs, and when a client leaves.
import { CANCEL } from '../base/cancel.ts';
import type { ScreenBuffer } from './core.ts';
import { lastRow } from './row.ts';
import type { Tracked } from './tracked.ts';

/** The main screen, no margins, plain pen, usual keys, no mouse; the cursor below everything that is there. */
export function writeFarewell({ core, terminal, modes, colours, keyboard, charsets }: Tracked): string {
  const { active, alt, normal } = core._bufferService.buffers;
  const { _windowTitleStack: titles, _iconNameStack: icons } = core._inputHandler;
  const last = lastRow(normal, terminal.cols);
  return [
    CANCEL,
    keyboard.writeOff('alternate', active === alt),
    active === alt ? '\x1b[?1049l' : '',
    keyboard.writeOff('main', true),
    '\x1b[r\x1b[?6l\x1b[0m\x1b[0"q\x1b]8;;\x1b\\',
    charsets.write(undefined),
    writeUsualTabs(active, terminal.cols),
    '\x1b[H\x1b7',
    '\x1b[0 q',
    modes.writeOff(),
    colours.writeOff(),
    '\x1b[23;2t'.repeat(titles.length) + '\x1b[23;1t'.repeat(icons.length),
    last < 0 ? '\x1b[H' : `\x1b[${last + 1};1H\r\n`,
    '\x1b[J', // lines that are not the session's
  ].join('');
}

/** Nothing where they are as usual: a wider terminal has more of them than we know. */
function writeUsualTabs({ tabs }: ScreenBuffer, columns: number): string {
  let text = '\x1b[3g';
  let areUsual = true;
  for (let x = 1; x < columns; x++) {
    if ((tabs[x] === true) !== (x % 8 === 0)) areUsual = false;
    if (x % 8 === 0) text += `\x1b[${x + 1}G\x1bH`;
  }
  return areUsual ? '' : text;
}
