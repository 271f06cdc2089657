// Finds the detach key, or the keys that together are it, in what is typed: in every way that terminals encode a key,
// also cut by a read.
import { type Key, withCtrl } from './key.ts';

export interface Found {
  /** To be passed on. */
  typed: Buffer;
  /** The key came right behind it; what follows the key is dropped. */
  detach: boolean;
}

/**
 * A key as kitty and others send it, CSI-u (with other keys of that place, the modifiers, the event, the text it would
 * give), and as xterm's modifyOtherKeys does.
 */
const ENCODED = /\x1b\[(\d+)(?::\d*(?::(\d*))?)?(?:;(\d{1,3})?(?::([123]))?)?(?:;[\d:]*)?u|\x1b\[27;(\d{1,3});(\d+)~/y;

/** What one of them may begin with, at the end of a read. */
const BEGINNING = /\x1b(?:\[(?:\d[\d:;]{0,40})?)?$/y;

/** An Esc or Esc [ alone may be a key of its own: it is passed on at once and only remembered. */
const SHORTEST_HELD = 3;

const CONTROL = 4;
const LOCKS = 64 | 128;
const RELEASED = '3';
/** Shift, Ctrl and their like, which some terminals tell of by themselves. */
const isModifier = (code: number) => code >= 57441 && code <= 57454;

interface Token {
  length: number;
  /** Undefined: no key that could be one of ours. */
  key: Key | undefined;
  /** A key let go, or a modifier: between two keys it changes nothing. */
  isNothing: boolean;
}

export interface DetachKey {
  /** Looks through the next chunk that is typed. */
  look(chunk: Buffer): Found;
  /** What was passed on, and may be the beginning of the key all the same. */
  readonly remembered: Buffer;
  /** Something waits for the next chunk, and was not passed on. */
  readonly withholds: boolean;
}

/**
 * Looks for `keys`. The start of an encoding at a chunk's end waits for the next. `remembered`: of another that has looked so
 * far and withholds nothing.
 */
export function detachKey(keys: Key[], remembered: Buffer = Buffer.alloc(0)): DetachKey {
  let kept = remembered; // what may be the beginning of them, of which so much was passed on already:
  let passed = remembered.length;
  const look = (chunk: Buffer): Found => {
    if (kept.length === 0 && isPlain(chunk)) return { typed: chunk, detach: false }; // the first is a Ctrl key
    const all = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const text = all.toString('latin1');
    const pieces: Buffer[] = [];
    const pass = (from: number, to: number) => {
      if (Math.max(from, passed) < to) pieces.push(all.subarray(Math.max(from, passed), to));
    };
    let at = 0;
    let start = 0; // of the first key, once that came
    let done = 0; // keys that came so far
    for (;;) {
      const token = at < all.length ? tokenAt(text, at) : undefined;
      if (token === undefined) break;
      if (token.isNothing) at += token.length;
      else if (isKey(token, keys[done])) {
        at += token.length;
        if (++done === keys.length) {
          pass(0, start);
          return { typed: Buffer.concat(pieces), detach: true };
        }
        continue;
      } else if (done > 0 && isKey(token, keys[0])) {
        // Twice the first key is that key, once: for the program.
        pass(0, at);
        at += token.length;
        passed = Math.max(passed, at);
        done = 0;
      } else if (done > 0) done = 0;
      else at += token.length;
      if (done === 0) start = at;
    }
    const isHeld = done > 0 || all.length - start >= SHORTEST_HELD;
    pass(0, isHeld ? start : all.length);
    passed = isHeld ? Math.max(0, passed - start) : all.length - start;
    kept = Buffer.from(all.subarray(start));
    return { typed: Buffer.concat(pieces), detach: false };
  };
  return {
    look,
    get remembered() {
      return passed === 0 ? NONE : kept.subarray(0, passed);
    },
    get withholds() {
      return kept.length > passed;
    },
  };
}

/** For every key that is typed: a loop and nothing else. */
function isPlain(chunk: Buffer): boolean {
  for (let i = 0; i < chunk.length; i++) if ((chunk[i] as number) < 0x20) return false;
  return true;
}

const NONE = Buffer.alloc(0);

/** Undefined: its end has not come yet. */
function tokenAt(text: string, at: number): Token | undefined {
  ENCODED.lastIndex = at;
  const found = ENCODED.exec(text);
  if (found !== null) {
    const [whole, plain, base, modifiers, event, others, other] = found;
    const held = (Number(modifiers ?? others ?? 1) - 1) & ~LOCKS;
    const ctrl = held === CONTROL;
    const code = Number(plain ?? other);
    const isNothing = event === RELEASED || isModifier(code);
    // What a Latin layout has there counts only where this one has no Latin character.
    const meant = code >= 0x80 && base ? Number(base) : ctrl ? (withCtrl(code) ?? code) : code;
    const key = held === 0 || ctrl ? { code: meant, ctrl } : undefined;
    return { length: whole.length, key, isNothing };
  }
  BEGINNING.lastIndex = at;
  if (BEGINNING.test(text)) return undefined;
  const byte = text.charCodeAt(at);
  return { length: 1, key: keyOf(byte), isNothing: false };
}

function keyOf(byte: number): Key | undefined {
  if (byte >= 0x80) return undefined;
  if (byte >= 0x20) return { code: byte, ctrl: false };
  const code = byte | 0x40; // Ctrl-A is 1
  return { code: code >= 0x41 && code <= 0x5a ? code + 0x20 : code, ctrl: true };
}

const isKey = ({ key }: Token, wanted: Key | undefined) =>
  key !== undefined && key.code === wanted?.code && key.ctrl === wanted.ctrl;
