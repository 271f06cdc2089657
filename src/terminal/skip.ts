// What of a flood need not be parsed: lines of which nothing is left, neither on the screen nor in the scrollback,
// when those behind them have gone through. Looked for by a table of bytes, 20 times faster than a parser or more.
import { byteSet } from './byte-set.ts';

const SIMPLE = 0;
const NOT = 1;
const ESCAPE = 2;
const C1_LEAD = 3;

const LF = 10;
const CR = 13;

/** Text, what moves within a line or one line down, and what terminals ignore. Others may reach what is above. */
const KIND = new Uint8Array(256).fill(SIMPLE);
const SPECIAL: [byte: number, kind: number][] = [
  [0x0e, NOT], // the next characters are of another set
  [0x0f, NOT],
  [0x1b, ESCAPE],
  [0xc2, C1_LEAD],
];
for (const [byte, kind] of SPECIAL) KIND[byte] = kind;

export interface Skip {
  /** So many bytes at the beginning can be left out; they end with CR LF. 0: none. */
  length: number;
  /** What of them sets the pen. */
  pen: Buffer;
}

const NO_PEN = Buffer.alloc(0);
const NO_SKIP: Skip = { length: 0, pen: NO_PEN };

export class Skipper {
  /** So much of what waits is known to be simple: no byte is looked at twice. */
  private simple = 0;
  /** There has been a link: only then the last one is looked for, which takes as long as all the rest. */
  private readonly seen = { link: false };

  /**
   * What of `bytes`, that come in no sequence's middle, can be left out because at least `behind` line feeds follow
   * it, with nothing but simple bytes before them. Holds for a screen without margins, if its lines twice and those
   * of its scrollback are no more than `behind`: the cursor may be at the top.
   */
  find(bytes: Buffer, behind: number): Skip {
    if (behind > bytes.length) return NO_SKIP;
    this.simple = simpleUpTo(bytes, this.simple, this.seen);
    if (this.simple === 0) return NO_SKIP; // lastIndexOf takes -1 for the end of the buffer
    let at = this.simple;
    for (let left = behind; left > 0; left--) {
      at = bytes.lastIndexOf(LF, at - 1);
      if (at <= 0) return NO_SKIP;
    }
    // The column is known only behind CR LF.
    do at = bytes.lastIndexOf(LF, at - 1);
    while (at > 0 && bytes[at - 1] !== CR);
    if (at <= 0) return NO_SKIP;
    return { length: at + 1, pen: penIn(bytes.subarray(0, at + 1), this.seen.link) };
  }

  /** What waits is `by` bytes longer at its beginning, or shorter. */
  moved(by: number): void {
    this.simple = by > 0 ? 0 : Math.max(0, this.simple + by);
  }
}

/** Index of the first byte from `from` on that is not simple, alone or with those of its sequence. */
function simpleUpTo(bytes: Buffer, from: number, seen: { link: boolean }): number {
  const { length } = bytes;
  let i = plainUpTo(bytes, from);
  while (i < length) {
    while (
      i + 4 <= length &&
      (kind(bytes, i) | kind(bytes, i + 1) | kind(bytes, i + 2) | kind(bytes, i + 3)) === SIMPLE
    )
      i += 4;
    if (i === length) break;
    const first = kind(bytes, i);
    if (first === SIMPLE) i++;
    else if (first === NOT) return i;
    else if (first === C1_LEAD) {
      const next = bytes[i + 1];
      if (next === undefined || (next >= 0x80 && next <= 0x9f)) return i;
      i += next >= 0xa0 && next <= 0xbf ? 2 : 1; // alone it is no character, and what follows is none of it
    } else {
      const end = endOfSequence(bytes, i);
      if (end === undefined) return i;
      if (bytes[i + 1] === LINK[0]) seen.link = true;
      i = end;
    }
  }
  return length;
}

/** Behind the sequence whose ESC is at `at`, if it is simple. */
const endOfSequence = (bytes: Buffer, at: number) =>
  bytes[at + 1] === 0x5b ? endOfControl(bytes, at + 2) : endOfLink(bytes, at + 1);

/** Behind a CSI's final byte, if it sets the pen or stays within its line: SGR, EL, ECH, DCH, ICH, CHA, CUF. */
function endOfControl(bytes: Buffer, from: number): number | undefined {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined && byte >= 0x30 && byte <= 0x3b; ) byte = bytes[++at];
  return LINEWISE[bytes[at] ?? 0] === 1 ? at + 1 : undefined;
}

const LINEWISE = byteSet('mKXP@GC');

/** Behind a whole OSC 8, parameters and address, with which text becomes a link. */
function endOfLink(bytes: Buffer, from: number): number | undefined {
  for (let i = 0; i < LINK.length; i++) if (bytes[from + i] !== LINK[i]) return undefined;
  let at = from + LINK.length;
  let parts = 1;
  for (let byte = bytes[at]; byte !== undefined && byte >= 0x20 && byte < 0x7f; byte = bytes[++at])
    if (byte === 0x3b) parts++;
  if (parts < 2) return undefined; // it is none, and changes nothing
  if (bytes[at] === 0x07) return at + 1;
  return bytes[at] === 0x1b && bytes[at + 1] === 0x5c ? at + 2 : undefined;
}

const LINK = Buffer.from(']8;');

/** Most floods have no special byte at all, which is found out at the speed of memory. */
function plainUpTo(bytes: Buffer, from: number): number {
  const found = SPECIAL.map(([byte]) => bytes.indexOf(byte, from)).filter((at) => at !== -1);
  return Math.min(bytes.length, ...found);
}

const kind = (bytes: Buffer, at: number) => KIND[bytes[at] as number] as number;

/** All SGR since the last reset, and the last link. */
function penIn(bytes: Buffer, hasLink: boolean): Buffer {
  if (!bytes.includes(0x1b)) return NO_PEN; // found out 20 times faster than the words below
  const reset = Math.max(bytes.lastIndexOf('\x1b[0m'), 0);
  const from = reset + Math.max(bytes.subarray(reset).lastIndexOf('\x1b[m'), 0);
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(0x1b, from); at !== -1; ) {
    const end = endOfSequence(bytes, at) ?? at + 1;
    if (bytes[end - 1] === 0x6d && bytes[at + 1] === 0x5b) found.push(bytes.subarray(at, end));
    at = bytes.indexOf(0x1b, end);
  }
  const link = hasLink ? bytes.lastIndexOf('\x1b]8;') : -1;
  if (link !== -1) found.push(bytes.subarray(link, endOfLink(bytes, link + 1)));
  return Buffer.concat(found);
}
