// Makes xterm.js do what terminals do where it differs from them; where terminals differ among themselves, what tmux
// does together with at least one other. Its handlers call their methods on the instance, so an own method replaces one.
import type { Terminal } from '@xterm/headless';
import { wholeCharacters } from './characters.ts';
import { type Core, coreOf, type Input, type Params } from './core.ts';
import { wholeLines, withSpareLines } from './lines.ts';
import { printing, splitWide } from './printing.ts';
import { resizing } from './resizing.ts';

/** Corrects a terminal that has just been made. */
export function correct(terminal: Terminal): void {
  const core = coreOf(terminal);
  wholeCharacters(terminal);
  printing(terminal, core._inputHandler._curAttrData.clone());
  resizing(terminal, core._inputHandler._curAttrData.clone());
  bound(core);
  movements(core);
  pendingWrap(core);
  erasing(core);
  wholeLines(core);
  screens(core);
  colours(core._inputHandler);
  resets(core);
}

const first = (params: Params) => params.params[0] || 1;

/** Counts that xterm.js would loop over for minutes: no screen is larger. */
function bound({ _inputHandler: input, _bufferService: service }: Core): void {
  for (const [name, most] of [
    ['cursorForwardTab', () => service.cols],
    ['cursorBackwardTab', () => service.cols],
  ] as const) {
    const original = input[name].bind(input);
    input[name] = (params) => {
      params.params[0] = Math.min(first(params), most());
      return original(params);
    };
  }
}

/** In origin mode xterm.js adds the upper margin once more to what is relative to the cursor's row, or has no row. */
function movements({ _inputHandler: input, _bufferService: service, coreService }: Core): void {
  const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
  input._moveCursor = (x, y) => {
    const screen = input._activeBuffer;
    const { origin } = coreService.decPrivateModes;
    screen.x = clamp(clamp(screen.x, 0, service.cols - 1) + x, 0, service.cols - 1);
    screen.y = clamp(screen.y + y, origin ? screen.scrollTop : 0, origin ? screen.scrollBottom : service.rows - 1);
  };
  const toColumn = (params: Params) => {
    input._activeBuffer.x = Math.min(first(params), service.cols) - 1;
    return true;
  };
  input.cursorCharAbsolute = toColumn;
  input.charPosAbsolute = toColumn;
  const { deviceStatus } = input;
  input.deviceStatus = (params) => {
    if (params.params[0] !== 6) return deviceStatus.call(input, params);
    // A program must be able to go back to where it is told that it is.
    const screen = input._activeBuffer;
    const top = coreService.decPrivateModes.origin ? screen.scrollTop : 0;
    coreService.triggerDataEvent(`\x1b[${screen.y - top + 1};${Math.min(screen.x, service.cols - 1) + 1}R`);
    return true;
  };
}

/** Behind the last column the cursor stays there, whatever moves it up and down only; characters there are no one's. */
function pendingWrap({ _inputHandler: input, _bufferService: service }: Core): void {
  for (const name of ['lineFeed', 'index', 'reverseIndex', 'linePosAbsolute'] as const) {
    const original = input[name].bind(input) as (params?: Params) => boolean;
    input[name] = (params?: Params) => {
      const isPending = input._activeBuffer.x >= service.cols;
      original(params);
      if (isPending && input._activeBuffer.x === service.cols - 1) input._activeBuffer.x = service.cols;
      return true;
    };
  }
  for (const name of ['eraseChars', 'insertChars', 'deleteChars'] as const) {
    const original = input[name].bind(input);
    input[name] = (params) => {
      const screen = input._activeBuffer;
      if (screen.x >= service.cols) return true;
      // Inserting would tear the second half of a wide character from its first.
      if (name === 'insertChars') {
        splitWide(screen.lines.get(screen.ybase + screen.y), screen.x, input._eraseAttrData());
      }
      return original(params);
    };
  }
  const { tabSet } = input;
  input.tabSet = () => input._activeBuffer.x >= service.cols || tabSet.call(input);
  const back = input.cursorBackwardTab;
  input.cursorBackwardTab = (params) => {
    input._activeBuffer.x = Math.min(input._activeBuffer.x, service.cols - 1);
    return back(params);
  };
}

/** ED: what it clears of a main screen goes into the history; upwards it does not stumble over the last row. */
function erasing(core: Core): void {
  const { _inputHandler: input, _bufferService: service } = core;
  const original = input.eraseInDisplay.bind(input);
  input.eraseInDisplay = (params, protect = false) => {
    const screen = input._activeBuffer;
    const { normal } = service.buffers;
    const what = params.params[0];
    if (what === 1) {
      const column = Math.min(screen.x, service.cols - 1) + 1;
      for (let row = 0; row < screen.y; row++) input._resetBufferLine(row, protect);
      input._eraseInBufferLine(screen.y, 0, column, true, protect);
    } else if (what === 3) {
      const above = normal.lines.length - service.rows;
      if (above > 0) normal.lines.trimStart(above);
      normal.ybase = 0;
      normal.ydisp = 0;
    } else if (screen === normal && !protect && (what === 2 || (what === 0 && screen.x === 0 && screen.y === 0))) {
      keepCleared(core);
    } else return original(params, protect);
    return true;
  };
}

/** Moves the main screen into the history, down to its last row in use, whatever the margins are. */
function keepCleared({ _inputHandler: input, _bufferService: service }: Core): void {
  const screen = input._activeBuffer;
  const { scrollTop, scrollBottom } = screen;
  let used = service.rows;
  while (used > 0 && screen.lines.get(screen.ybase + used - 1).getTrimmedLength() === 0) used--;
  screen.scrollTop = 0;
  screen.scrollBottom = service.rows - 1;
  for (let row = 0; row < used; row++) service.scroll(input._eraseAttrData());
  screen.scrollTop = scrollTop;
  screen.scrollBottom = scrollBottom;
  for (let row = 0; row < service.rows - used; row++) input._resetBufferLine(row, false);
}

/** Margins and tab stops belong to the terminal, not to one of its screens; the alternate one begins plain. */
function screens({ _inputHandler: input, _bufferService: service }: Core): void {
  const { buffers } = service;
  const plain = input._curAttrData.clone();
  for (const name of ['activateNormalBuffer', 'activateAltBuffer'] as const) {
    const original = buffers[name].bind(buffers) as (fill?: object) => void;
    buffers[name] = () => {
      const { active } = buffers;
      const { scrollTop, scrollBottom, tabs } = active;
      original(plain);
      if (active === buffers.active) return;
      Object.assign(buffers.active, { scrollTop, scrollBottom, tabs: { ...tabs } });
      if (buffers.active === buffers.normal) buffers.normal.x = Math.min(buffers.normal.x, service.cols - 1);
    };
  }
}

/** SGR 6 blinks like 5; 59 gives the underline back the text's colour; 38:2:R:G:B may lack the colour space. */
function colours(input: Input): void {
  const original = input.charAttributes.bind(input);
  input.charAttributes = (params) => {
    let isCommon = true;
    for (let at = 0; at < params.length && isCommon; at++) {
      const value = params.params[at];
      isCommon = value !== 6 && value !== 59 && !params.hasSubParams(at);
    }
    if (isCommon) return original(params);
    const part: Attribute[] = [];
    for (const each of attributes(params)) {
      if (each.value !== 59) part.push(each);
      else {
        if (part.length > 0) original(asParams(part.splice(0)));
        const pen = input._curAttrData;
        pen.extended = pen.extended.clone();
        pen.extended.underlineColor = 0;
        pen.updateExtended();
      }
    }
    if (part.length > 0) original(asParams(part));
    return true;
  };
}

interface Attribute {
  value: number;
  sub: number[] | null;
}

/** The attributes in forms that xterm.js understands; a colour given with semicolons as one of them. */
function* attributes(params: Params): Generator<Attribute> {
  for (let at = 0; at < params.length; at++) {
    const value = params.params[at] as number;
    const sub = params.hasSubParams(at) ? Array.from(params.getSubParams(at) ?? []) : null;
    // An underline of no known style is none of ours.
    if (value === 4 && sub && (sub[0] ?? 0) > 5) continue;
    if (value !== 38 && value !== 48 && value !== 58) yield { value: value === 6 ? 5 : value, sub };
    else if (sub) yield { value, sub: sub.length === 4 && sub[0] === 2 ? [2, 0, ...sub.slice(1)] : sub };
    else {
      const [mode, ...rest] = params.params.slice(at + 1, at + 5);
      if (mode === 5) yield { value, sub: [5, rest[0] ?? 0] };
      else if (mode === 2) yield { value, sub: [2, 0, rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0] };
      at += mode === 5 ? 2 : mode === 2 ? 4 : 1;
    }
  }
}

const asParams = (list: Attribute[]): Params => ({
  length: list.length,
  params: list.map(({ value }) => value),
  hasSubParams: (at) => list[at]?.sub !== null,
  getSubParams: (at) => list[at]?.sub ?? null,
});

/** DECALN also ends margins and draws plainly; RIS also ends line feed mode and a blinking cursor. */
function resets(core: Core): void {
  const { _inputHandler: input, _bufferService: service, optionsService } = core;
  const plain = input._curAttrData.clone();
  const align = input.screenAlignmentPattern.bind(input);
  input.screenAlignmentPattern = () => {
    const screen = input._activeBuffer;
    const pen = input._curAttrData;
    screen.scrollTop = 0;
    screen.scrollBottom = service.rows - 1;
    input._curAttrData = plain;
    align();
    input._curAttrData = pen;
    return true;
  };
  const reset = input.fullReset.bind(input);
  input.fullReset = () => {
    optionsService.options.convertEol = false;
    optionsService.options.cursorBlink = false;
    withSpareLines(core, reset);
    return true;
  };
}
