// The inside of @xterm/headless 6.0.0, as far as its corrections reach: not its public face, so the version is pinned.
import type { Terminal } from '@xterm/headless';

/** The attributes of the pen or of a cell, packed as xterm.js packs them. */
export interface Pen {
  fg: number;
  bg: number;
  extended: { underlineStyle: number; underlineColor: number; urlId: number; clone(): Pen['extended'] };
  clone(): Pen;
  updateExtended(): void;
}

export interface Line {
  /** Three words a cell: content, foreground, background. */
  _data: Uint32Array;
  _combined: Record<number, string>;
  _extendedAttrs: Record<number, Pen['extended'] | undefined>;
  length: number;
  isWrapped: boolean;
  getWidth(column: number): number;
  getString(column: number): string;
  setCellFromCodepoint(column: number, code: number, width: number, pen: Pen): void;
  addCodepointToCell(column: number, code: number, width: number): void;
  insertCells(column: number, count: number, fill: object): void;
  getTrimmedLength(): number;
}

export interface Lines {
  length: number;
  get(row: number): Line;
  splice(row: number, remove: number, ...insert: Line[]): void;
  trimStart(count: number): void;
}

export interface Screen {
  x: number;
  y: number;
  ybase: number;
  ydisp: number;
  scrollTop: number;
  scrollBottom: number;
  tabs: Record<number, boolean | undefined>;
  lines: Lines;
  getNullCell(pen: Pen): object;
  getBlankLine(pen: Pen): Line;
}

export interface Params {
  length: number;
  params: Int32Array | number[];
  hasSubParams(at: number): boolean;
  getSubParams(at: number): ArrayLike<number> | null;
}

type Handler = (params: Params, protect?: boolean) => boolean;

export interface Input {
  _activeBuffer: Screen;
  _curAttrData: Pen;
  _eraseAttrData(): Pen;
  _moveCursor(x: number, y: number): void;
  _setCursor(x: number, y: number): void;
  _eraseInBufferLine(row: number, from: number, to: number, unwrap: boolean, protect: boolean): void;
  _resetBufferLine(row: number, protect: boolean): void;
  _parser: {
    precedingJoinState: number;
    setPrintHandler(print: (data: Uint32Array, from: number, to: number) => void): void;
  };
  _utf8Decoder: { decode(bytes: Uint8Array, into: Uint32Array): number };
  lineFeed(): boolean;
  index(): boolean;
  reverseIndex(): boolean;
  screenAlignmentPattern(): boolean;
  fullReset(): boolean;
  cursorCharAbsolute: Handler;
  charPosAbsolute: Handler;
  linePosAbsolute: Handler;
  cursorForwardTab: Handler;
  cursorBackwardTab: Handler;
  eraseInDisplay: Handler;
  eraseChars: Handler;
  insertChars: Handler;
  deleteChars: Handler;
  insertLines: Handler;
  deleteLines: Handler;
  scrollUp: Handler;
  scrollDown: Handler;
  repeatPrecedingCharacter: Handler;
  charAttributes: Handler;
  deviceStatus: Handler;
}

export interface Inside {
  _inputHandler: Input;
  _bufferService: {
    cols: number;
    rows: number;
    buffers: {
      active: Screen;
      normal: Screen;
      alt: Screen;
      activateNormalBuffer(): void;
      activateAltBuffer(fill?: Pen): void;
    };
    scroll(pen: Pen, wrapped?: boolean): void;
  };
  _charsetService: { charset: Record<string, string> | undefined };
  _oscLinkService: { addLineToLink(link: number, row: number): void };
  coreService: {
    modes: { insertMode: boolean };
    decPrivateModes: { wraparound: boolean; origin: boolean };
    triggerDataEvent(data: string): void;
  };
  optionsService: { rawOptions: { convertEol: boolean }; options: { convertEol: boolean; cursorBlink: boolean } };
}

export const inside = (terminal: Terminal) => (terminal as unknown as { _core: Inside })._core;
