// An emulator with all that is kept about it besides: what xterm.js does not know or does not keep as
// terminals do.

import type { Size } from '../base/size.ts';
import { type Charsets, trackCharsets } from './charsets.ts';
import { type Colours, trackColours } from './colours.ts';
import { type Emulator, newEmulator } from './emulator.ts';
import { type Keyboard, trackKeyboard } from './keyboard.ts';
import { type Links, trackLinks } from './links.ts';
import { type Modes, trackModes } from './modes.ts';
import { answerMore, boundTitles } from './replies.ts';
import { type SavedCursors, trackSavedCursors } from './saved-cursor.ts';

export interface Tracked extends Emulator {
  readonly saved: SavedCursors;
  readonly modes: Modes;
  readonly colours: Colours;
  readonly keyboard: Keyboard;
  readonly charsets: Charsets;
  readonly links: Links;
  /** How many lines have left the screen upwards since the beginning. */
  readonly scrolled: number;
  /** Parses whole sequences. */
  parse(bytes: Uint8Array): void;
}

/** A new emulator. `answer` gets what it replies to questions. */
export function newTracked(size: Size, scrollback: number, answer: (text: string) => void): Tracked {
  const emulator = newEmulator(size, scrollback);
  const { terminal, core } = emulator;
  const parse = (bytes: Uint8Array) => void core._inputHandler.parse(bytes);
  const saved = trackSavedCursors(emulator);
  const charsets = trackCharsets(emulator, (text) => parse(Buffer.from(text)));
  const modes = trackModes(emulator, saved);
  const colours = trackColours(emulator);
  const keyboard = trackKeyboard(emulator);

  const links = trackLinks(emulator, () => [saved.main, saved.alternate].map((each) => each?.pen.extended.urlId ?? 0));

  answerMore(emulator);
  boundTitles(emulator);

  let trimmed = 0;
  const countTrimmed = () =>
    core._bufferService.buffers.normal.lines.onTrim((count) => {
      trimmed += count;
    });
  countTrimmed();
  terminal.parser.registerEscHandler({ final: 'c' }, () => {
    trimmed += core._bufferService.buffers.normal.ybase;
    core._inputHandler.fullReset();
    core.coreService.isCursorHidden = false; // which xterm.js leaves hidden
    countTrimmed();
    for (const each of [saved, modes, colours, keyboard]) each.reset();
    return true;
  });
  terminal.onData(answer);
  return {
    ...emulator,
    saved,
    modes,
    colours,
    keyboard,
    charsets,
    links,
    get scrolled() {
      return trimmed + core._bufferService.buffers.normal.ybase;
    },
    parse,
  };
}

// The rest of what the emulation is asked for, so that one file has to be loaded.
export { beginRun } from './between-runs.ts';
export { pack } from './checkpoint.ts';
export { writePicture, writeStill } from './picture.ts';
export { writeSnapshot } from './snapshot.ts';
export { writeFarewell } from './switch-off.ts';
