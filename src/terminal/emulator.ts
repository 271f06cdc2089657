// The headless terminal emulator that parses a session's output: the only door to @xterm/headless. Its exact
// version is pinned, since the snapshot reads and the trackers mend what lies behind its public face.
import { Terminal } from '@xterm/headless';
import type { Size } from '../base/size.ts';

/** SGR attributes, packed as xterm.js packs them: pen.ts knows the bits. */
export interface Attributes {
  fg: number;
  bg: number;
  extended: Extended;
  clone(): Attributes;
  updateExtended(): void;
}

export interface Extended {
  /** Style and colour of the underline; not its getters, which show every link dashed. */
  readonly _ext: number;
  urlId: number;
  clone(): Extended;
}

export interface Line {
  isWrapped: boolean;
  /** Three numbers a cell: content, foreground, background. */
  readonly _data: Uint32Array;
  readonly _combined: Record<number, string>;
  readonly _extendedAttrs: Record<number, Extended | undefined>;
}

export interface ScreenBuffer {
  /** Columns from 0; as many as the screen has while a wrap is pending. */
  x: number;
  y: number;
  /** How many lines lie above the screen. */
  readonly ybase: number;
  scrollTop: number;
  scrollBottom: number;
  tabs: Record<number, boolean | undefined>;
  readonly lines: {
    readonly length: number;
    get(index: number): Line | undefined;
    onTrim(listener: (count: number) => void): unknown;
  };
}

export interface Params {
  length: number;
  params: ArrayLike<number>;
}

/** What of xterm.js's insides is used. */
export interface Core {
  readonly _inputHandler: {
    _curAttrData: Attributes;
    _windowTitle: string;
    _iconName: string;
    _windowTitleStack: string[];
    _iconNameStack: string[];
    readonly _parser: { readonly currentState: number; readonly precedingJoinState: number };
    parse(bytes: Uint8Array): unknown;
    setModePrivate(params: Params): boolean;
    resetModePrivate(params: Params): boolean;
  };
  readonly _bufferService: {
    readonly buffers: {
      readonly active: ScreenBuffer;
      readonly normal: ScreenBuffer;
      readonly alt: ScreenBuffer;
      activateNormalBuffer(): void;
      activateAltBuffer(): void;
    };
  };
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean;
      readonly applicationKeypad: boolean;
      readonly cursorStyle?: 'block' | 'underline' | 'bar';
      readonly cursorBlink?: boolean;
      readonly bracketedPasteMode: boolean;
      origin: boolean;
      readonly reverseWraparound: boolean;
      readonly sendFocus: boolean;
      readonly synchronizedOutput: boolean;
      readonly wraparound: boolean;
    };
    triggerDataEvent(data: string): void;
  };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  readonly _charsetService: {
    readonly glevel: number;
    readonly _charsets: unknown[];
    setgLevel(level: number): void;
    setgCharset(which: number, charset: unknown): void;
  };
}

export interface Emulator {
  readonly terminal: Terminal;
  readonly core: Core;
}

/** A new emulator with an empty screen. */
export function newEmulator({ columns, rows }: Size, scrollback: number): Emulator {
  const terminal = new Terminal({
    cols: columns,
    rows,
    scrollback,
    allowProposedApi: true,
    logLevel: 'off',
    // What terminals do: ED 2 moves the screen into the scrollback, lines wrap anew when the width changes.
    scrollOnEraseInDisplay: true,
    windowOptions: { getWinSizeChars: true, pushTitle: true, popTitle: true },
  });
  return { terminal, core: (terminal as unknown as { _core: Core })._core };
}

/** The state of xterm.js's parser in which the next byte begins something new. */
export const GROUND = 0;
