// Where control sequences begin and end in a stream of bytes, as terminals parse them (ECMA-48, and C1 controls in
// UTF-8). So that output is cut between sequences only, and the questions in it can be told from the rest.

/** What the byte at hand belongs to. */
export const INSIDES = ['nothing', 'escape', 'csi', 'osc', 'dcs', 'string'] as const;
export type Inside = (typeof INSIDES)[number];

const ESC = 0x1b;
/** First byte of a C1 control (U+0080 to U+009F), and of much else. */
const C1_LEAD = 0xc2;

const OPENED_BY: Record<number, Inside> = { 80: 'dcs', 88: 'string', 91: 'csi', 93: 'osc', 94: 'string', 95: 'string' };

/** The next sequence of coloured text is mostly as near as this: sooner found byte by byte than by a call. */
const NEAR = 64;

/** Bytes that are no character are dropped before anything is parsed. */
const NONE = -1;

export interface Found {
  /** Index of the first byte of a sequence that has not ended, or a character cut short; else the length. */
  whole: number;
  /** What that sequence is. */
  inside: Inside;
}

/**
 * Looks through `bytes`, of which the first belongs to `inside`. `each` is called with every whole sequence that
 * begins in them: `bytes` from `start` to `end`.
 */
export function readSequences(
  bytes: Buffer,
  inside: Inside = 'nothing',
  each: (start: number, end: number) => void = () => {},
): Found {
  let at = 0;
  let start = 0;
  let state = inside;
  let intermediate = false;
  const open = (next: Inside, from: number) => {
    state = next;
    start = from;
    intermediate = false;
  };
  /** The next byte that can begin a sequence, from `at` on in nothing. */
  let esc = -2;
  let lead = -2;
  const skip = () => {
    const near = Math.min(bytes.length, at + NEAR);
    for (let i = at; i < near; i++) if (bytes[i] === ESC || bytes[i] === C1_LEAD) return i;
    at = near;
    if (esc !== -1 && esc < at) esc = bytes.indexOf(ESC, at);
    if (lead !== -1 && lead < at) lead = bytes.indexOf(C1_LEAD, at);
    if (esc === -1) return lead === -1 ? bytes.length : lead;
    return lead === -1 ? esc : Math.min(esc, lead);
  };

  while (at < bytes.length) {
    if (state === 'nothing') {
      at = skip();
      if (at >= bytes.length) break;
      const end = endOfPlainControl(bytes, at);
      if (end !== undefined) {
        each(at, end);
        at = end;
        continue;
      }
    }
    let code = bytes[at] as number;
    let length = 1;
    if (code >= 0x80) {
      length = lengthOfCharacter(bytes, at);
      if (at + length > bytes.length) break; // cut short
      const isControl = code === C1_LEAD && length === 2 && (bytes[at + 1] as number) < 0xa0;
      code = isControl ? (bytes[at + 1] as number) : isCharacter(bytes, at, length) ? 0x100 : NONE;
    }
    const from = at;
    at += length;
    if (code === NONE) continue;

    if (code === ESC) {
      if (state === 'osc' || state === 'dcs' || state === 'string') {
        // ESC \ ends the string and belongs to it; any other escape ends it and begins anew.
        if (at === bytes.length) return { whole: start, inside: state };
        if (bytes[at] === 0x5c) {
          at++;
          state = 'nothing';
          each(start, at);
          continue;
        }
      }
      open('escape', from);
    } else if (code === 0x18 || code === 0x1a) {
      state = 'nothing';
    } else if (code >= 0x80 && code <= 0x9f) {
      if (code === 0x9c && state !== 'nothing') {
        state = 'nothing';
        each(start, at);
      } else {
        const opened = OPENED_BY[code - 0x40];
        if (opened === undefined) state = 'nothing';
        else open(opened, from);
      }
    } else if (state === 'escape') {
      const opened = intermediate ? undefined : OPENED_BY[code];
      if (opened !== undefined) state = opened;
      else if (code >= 0x20 && code <= 0x2f) intermediate = true;
      else if (code >= 0x30 && code !== 0x7f) {
        state = 'nothing';
        each(start, at);
      }
    } else if (state === 'csi') {
      if ((code >= 0x40 && code <= 0x7e) || code === 0x100) {
        state = 'nothing';
        each(start, at);
      }
    } else if (state === 'osc' && code === 7) {
      state = 'nothing';
      each(start, at);
    }
  }
  if (state !== 'nothing') return { whole: start, inside: state };
  return { whole: bytes.length - cutCharacter(bytes), inside: 'nothing' };
}

/** Behind the CSI at `at`, if it is a whole one of nothing but parameters, intermediates and a final: floods are full of them. */
function endOfPlainControl(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== ESC || bytes[at + 1] !== 0x5b) return undefined;
  let i = at + 2;
  let code = bytes[i] as number; // undefined behind the end: no comparison holds
  while (code >= 0x20 && code <= 0x3f) code = bytes[++i] as number;
  return code >= 0x40 && code <= 0x7e ? i + 1 : undefined;
}

/** Of the bytes that belong together from `at` on, be they a character or none; more than there are: cut short. */
function lengthOfCharacter(bytes: Buffer, at: number): number {
  const lead = bytes[at] as number;
  const length = lead < 0xc0 || lead >= 0xf8 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  for (let i = 1; i < length && at + i < bytes.length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return i;
  return length;
}

/** Whether `length` bytes from `at` on are one. */
function isCharacter(bytes: Buffer, at: number, length: number): boolean {
  const text = bytes.toString('utf8', at, at + length);
  return text !== '\ufffd' && [...text].length === 1;
}

/** How many bytes of a UTF-8 character cut short are at the end. */
export function cutCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** The same as `readSequences(bytes)`, without looking at what lies long before the last sequence. */
export function wholeUpTo(bytes: Buffer): Found {
  let last = bytes.lastIndexOf(ESC);
  // An ESC that comes last may be half of the ST that ends a string: its beginning is looked for.
  if (last > 0 && last === bytes.length - 1) last = bytes.lastIndexOf(ESC, last - 1);
  if (last <= 0) return readSequences(bytes);
  const found = readSequences(bytes.subarray(last));
  return { whole: last + found.whole, inside: found.inside };
}
