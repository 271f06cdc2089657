// The modes that a program can set with CSI ? h and l: those that xterm.js knows, those that it does not (they
// are kept all the same, for the terminal that will know them), and the two screens.
import type { Params } from './core.ts';
import type { Emulator } from './emulator.ts';
import type { SavedCursors } from './saved-cursor.ts';

export interface Modes {
  /** How the main screen was left for the alternate one: with the cursor saved (1049), or without. */
  readonly leftBy: 1047 | 1049;
  /**
   * What sets a terminal's modes as they are, whatever they were; but for those that move the cursor. A terminal that
   * `knew` this session may have modes that were reset since.
   */
  write(knew: boolean): string;
  /** What switches off all that a program can have switched on. */
  writeOff(): string;
  reset(): void;
}

const MOUSE: Record<string, number> = { X10: 9, VT200: 1000, DRAG: 1002, ANY: 1003 };
const ENCODING: Record<string, number> = { SGR: 1006, SGR_PIXELS: 1016 };

/** Not kept by number: screens and cursor, what moves the cursor, and what the emulator keeps better. */
const OTHERWISE = new Set([
  1, 3, 6, 7, 9, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1006, 1016, 1047, 1048, 1049, 2004, 2026,
]);

/** A program that sets more unknown modes than there are is not believed. */
const MOST_UNKNOWN = 64;

export function trackModes({ terminal, core }: Emulator, saved: SavedCursors): Modes {
  const { _inputHandler: input, _bufferService: screens, coreService, coreMouseService } = core;
  let leftBy: 1047 | 1049 = 1049;
  /** Null: reset since, to what the terminal has by itself. */
  const unknown = new Map<number, boolean | null>();

  const set = (mode: number, on: boolean) => {
    const isAlternate = screens.buffers.active === screens.buffers.alt;
    switch (mode) {
      case 47:
      case 1047:
        if (on && !isAlternate) leftBy = 1047;
        return on ? screens.buffers.activateAltBuffer() : screens.buffers.activateNormalBuffer();
      case 1048:
        return on ? saved.save() : saved.restore();
      case 1049:
        if (on && !isAlternate) leftBy = 1049;
        if (on && !isAlternate) saved.save(true);
        if (on) screens.buffers.activateAltBuffer();
        else screens.buffers.activateNormalBuffer();
        if (!on) saved.restore();
        return;
    }
    const params: Params = { length: 1, params: [mode], hasSubParams: () => false, getSubParams: () => null };
    if (on) input.setModePrivate(params);
    else input.resetModePrivate(params);
    if (OTHERWISE.has(mode) || (!unknown.has(mode) && unknown.size >= MOST_UNKNOWN)) return;
    unknown.set(mode, on);
  };
  const all = (on: boolean) => (params: (number | number[])[]) => {
    for (const mode of params) if (typeof mode === 'number') set(mode, on);
    return true;
  };
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, all(true));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, all(false));

  return {
    get leftBy() {
      return leftBy;
    },
    write(knew) {
      const { modes, decPrivateModes: dec, isCursorHidden } = coreService;
      const mouse = MOUSE[coreMouseService.activeProtocol];
      const encoding = ENCODING[coreMouseService.activeEncoding];
      const on = (mode: number, isOn: boolean) => `\x1b[?${mode}${isOn ? 'h' : 'l'}`;
      return [
        modes.insertMode ? '\x1b[4h' : '\x1b[4l',
        terminal.options.convertEol ? '\x1b[20h' : '\x1b[20l',
        on(1, dec.applicationCursorKeys),
        dec.applicationKeypad ? '\x1b=' : '\x1b>',
        on(7, dec.wraparound),
        on(45, dec.reverseWraparound),
        ...[9, 1000, 1002, 1003].map((each) => on(each, false)),
        ...(mouse === undefined ? [] : [on(mouse, true)]),
        ...[1006, 1016].map((each) => on(each, false)),
        ...(encoding === undefined ? [] : [on(encoding, true)]),
        on(1004, dec.sendFocus),
        on(2004, dec.bracketedPasteMode),
        ...[...unknown].map(([mode, isOn]) => (isOn === null && !knew ? '' : on(mode, isOn === true))),
        on(25, !isCursorHidden),
      ].join('');
    },
    writeOff: () =>
      ['\x1b[4l\x1b[20l\x1b>', '\x1b[?7h\x1b[?25h']
        .concat([1, 9, 45, 1000, 1002, 1003, 1004, 1006, 1016, 2004, 2026].map((each) => `\x1b[?${each}l`))
        .concat([...unknown].filter(([, isOn]) => isOn).map(([mode]) => `\x1b[?${mode}l`))
        .join(''),
    reset() {
      for (const mode of unknown.keys()) unknown.set(mode, null);
      terminal.options.convertEol = false;
    },
  };
}
