// Answers that the emulator gives, when no terminal does, beyond those of xterm.js: its name and version, its unit
// number, the pen and the cursor's shape as they are, and that it has no capabilities to tell of.
import { version } from '../base/version.ts';
import type { Emulator } from './emulator.ts';
import { penNow, writePen } from './pen.ts';
import { shapeNow } from './snapshot.ts';

export function answerMore({ terminal, core }: Emulator): void {
  const answer = (text: string) => {
    core.coreService.triggerDataEvent(text);
    return true;
  };
  terminal.parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => answer(`\x1bP>|session(${version})\x1b\\`));
  terminal.parser.registerCsiHandler({ prefix: '=', final: 'c' }, () => answer('\x1bP!|00000000\x1b\\'));
  terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, (data) => {
    if (data === 'm') return answer(`\x1bP1$r${writePen(penNow(core._inputHandler._curAttrData)).slice(2)}\x1b\\`);
    if (data === ' q') return answer(`\x1bP1$r${shapeNow(core)} q\x1b\\`);
    return false;
  });
  terminal.parser.registerDcsHandler({ intermediates: '+', final: 'q' }, (data) => {
    // Names come as hexadecimal numbers; anything else said back would be typed into the program, line ends and all.
    return answer(`\x1bP0+r${/^[0-9a-f;]*$/i.test(data) ? data : ''}\x1b\\`);
  });
}

/** A longer title is none: it would be written out with every redraw. */
const LONGEST_TITLE = 1024;

/** Keeps what a program can make the emulator remember within bounds. */
export function boundTitles({ terminal }: Emulator): void {
  for (const which of [0, 1, 2]) terminal.parser.registerOscHandler(which, (text) => text.length > LONGEST_TITLE);
}
