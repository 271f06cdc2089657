// The inside of @xterm/headless 6.0.0, as far as it is read, corrected and written out: not its public face, so the
// version is pinned.
import type { Terminal } from '@xterm/headless';

/** The attributes of the pen or of a cell, packed as xterm.js packs them: pen.ts knows the bits. */
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
  underlineColor: number;
  urlId: number;
  clone(): Extended;
}

export interface Line {
  /** Three words a cell: content, foreground, background. */
  readonly _data: Uint32Array;
  _combined: Record<number, string>;
  _extendedAttrs: Record<number, Extended | undefined>;
  readonly length: number;
  isWrapped: boolean;
  getWidth(column: number): number;
  getString(column: number): string;
  setCellFromCodepoint(column: number, code: number, width: number, pen: Attributes): void;
  addCodepointToCell(column: number, code: number, width: number): void;
  insertCells(column: number, count: number, fill: Attributes): void;
  getTrimmedLength(): number;
  resize(columns: number, fill: Attributes): void;
  fill(cell: Attributes, protect?: boolean): void;
  setCell(column: number, cell: Attributes): void;
  clone(): Line;
}

export interface Lines {
  readonly length: number;
  maxLength: number;
  get(row: number): Line;
  set(row: number, line: Line): void;
  splice(row: number, remove: number, ...insert: Line[]): void;
  trimStart(count: number): void;
  onTrim(listener: (count: number) => void): unknown;
}

export interface ScreenBuffer {
  /** Columns from 0; as many as the screen has while a wrap is pending. */
  x: number;
  y: number;
  /** How many lines lie above the screen. */
  ybase: number;
  ydisp: number;
  scrollTop: number;
  scrollBottom: number;
  tabs: Record<number, boolean | undefined>;
  readonly lines: Lines;
  readonly _bufferService: { readonly cols: number };
  /** Lines that became shorter are to give back what they do not use. */
  readonly _memoryCleanupQueue: { flush(): void };
  getNullCell(pen: Attributes): Attributes;
  getBlankLine(pen: Attributes, isWrapped?: boolean): Line;
}

export interface Params {
  length: number;
  params: Int32Array | number[];
  hasSubParams(at: number): boolean;
  getSubParams(at: number): ArrayLike<number> | null;
}

type Handler = (params: Params, protect?: boolean) => boolean;

export interface Input {
  _activeBuffer: ScreenBuffer;
  _curAttrData: Attributes;
  _windowTitle: string;
  _iconName: string;
  readonly _windowTitleStack: string[];
  readonly _iconNameStack: string[];
  readonly _parser: {
    readonly currentState: number;
    precedingJoinState: number;
    /** Characters behind ASCII count as 0xa0. */
    readonly _transitions: { add(code: number, state: number, action: number, next: number): void };
    setPrintHandler(print: (data: Uint32Array, from: number, to: number) => void): void;
  };
  readonly _utf8Decoder: { decode(bytes: Uint8Array, into: Uint32Array): number };
  parse(bytes: Uint8Array): unknown;
  _eraseAttrData(): Attributes;
  _moveCursor(x: number, y: number): void;
  _restrictCursor(): void;
  _setCursor(x: number, y: number): void;
  _eraseInBufferLine(row: number, from: number, to: number, unwrap: boolean, protect: boolean): void;
  _resetBufferLine(row: number, protect: boolean): void;
  lineFeed(): boolean;
  index(): boolean;
  reverseIndex(): boolean;
  screenAlignmentPattern(): boolean;
  fullReset(): boolean;
  tabSet(): boolean;
  setModePrivate: Handler;
  resetModePrivate: Handler;
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

export interface Core {
  readonly _inputHandler: Input;
  readonly _bufferService: {
    readonly cols: number;
    readonly rows: number;
    readonly buffers: {
      readonly active: ScreenBuffer;
      readonly normal: ScreenBuffer;
      readonly alt: ScreenBuffer;
      resize(columns: number, rows: number): void;
      activateNormalBuffer(): void;
      activateAltBuffer(fill?: Attributes): void;
    };
    scroll(pen: Attributes, wrapped?: boolean): void;
  };
  readonly coreService: {
    isCursorHidden: boolean;
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
    readonly charset: Record<string, string> | undefined;
    readonly glevel: number;
    readonly _charsets: unknown[];
    setgLevel(level: number): void;
    setgCharset(which: number, charset: unknown): void;
  };
  readonly optionsService: {
    readonly rawOptions: { convertEol: boolean };
    readonly options: { convertEol: boolean; cursorBlink: boolean };
  };
}

export const coreOf = (terminal: Terminal) => (terminal as unknown as { _core: Core })._core;
