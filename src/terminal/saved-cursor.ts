// The saved cursor (DECSC, DECRC and their kin) of both screens. xterm.js keeps its row relative to the
// scrollback, so that it moves when the screen scrolls, and forgets charsets and origin mode: it is kept here.
import type { Attributes } from './core.ts';
import type { Emulator } from './emulator.ts';

export interface Saved {
  x: number;
  y: number;
  pen: Attributes;
  charsets: unknown[];
  glevel: number;
  origin: boolean;
  /** By ?1049, in the same moment in which the main screen was left. */
  isLeft: boolean;
}

export interface SavedCursors {
  /** What each screen would restore; undefined: nothing was saved, the cursor goes home. */
  main: Saved | undefined;
  alternate: Saved | undefined;
  save(isLeft?: boolean): void;
  restore(): void;
  reset(): void;
}

export function trackSavedCursors({ terminal, core }: Emulator): SavedCursors {
  const { _bufferService: screens, _charsetService: charsets, _inputHandler: input, coreService } = core;
  const plain = input._curAttrData.clone();
  const which = () => (screens.buffers.active === screens.buffers.alt ? 'alternate' : 'main');
  const self: SavedCursors = {
    main: undefined,
    alternate: undefined,
    save(isLeft = false) {
      const { x, y } = screens.buffers.active;
      self[which()] = {
        x,
        y,
        pen: input._curAttrData.clone(),
        charsets: [0, 1, 2, 3].map((each) => charsets._charsets[each]),
        glevel: charsets.glevel,
        origin: coreService.decPrivateModes.origin,
        isLeft,
      };
    },
    restore() {
      const saved = self[which()];
      const { active } = screens.buffers;
      active.x = Math.min(saved?.x ?? 0, terminal.cols);
      active.y = Math.min(saved?.y ?? 0, terminal.rows - 1);
      coreService.decPrivateModes.origin = saved?.origin ?? false;
      input._curAttrData = (saved?.pen ?? plain).clone();
      for (let which = 0; which < 4; which++) charsets.setgCharset(which, saved?.charsets[which]);
      charsets.setgLevel(saved?.glevel ?? 0);
    },
    reset() {
      self.main = undefined;
      self.alternate = undefined;
    },
  };
  // Lines that come back from the scrollback below a full-screen program, or go there, take along where the main
  // screen was left: the shell's prompt goes on there.
  const { buffers } = screens;
  const resize = buffers.resize.bind(buffers);
  buffers.resize = (columns, rows) => {
    const before = buffers.normal.y;
    resize(columns, rows);
    if (self.main?.isLeft !== true || buffers.active !== buffers.alt) return;
    const y = Math.max(0, Math.min(self.main.y + buffers.normal.y - before, rows - 1));
    self.main = { ...self.main, x: Math.min(self.main.x, columns), y };
  };
  terminal.buffer.onBufferChange(({ type }) => {
    if (type === 'alternate')
      self.alternate = undefined; // what an earlier one saved is nobody's
    else if (self.main !== undefined) self.main = { ...self.main, isLeft: false }; // it was returned to
  });
  const done = (deed: () => void) => () => {
    deed();
    return true;
  };
  terminal.parser.registerEscHandler({ final: '7' }, done(self.save));
  terminal.parser.registerEscHandler({ final: '8' }, done(self.restore));
  terminal.parser.registerCsiHandler({ final: 's' }, done(self.save));
  terminal.parser.registerCsiHandler({ final: 'u' }, done(self.restore));
  return self;
}
