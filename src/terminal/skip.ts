// What of a flood need not be parsed: lines of which nothing is left, neither on the screen nor in the scrollback,
// when those behind them have gone through. Looked for by a table of bytes, 10 to 20 times faster than a parser.

const SIMPLE = 0;
const NOT = 1;
const ESCAPE = 2;
const C1_LEAD = 3;

const LF = 10;
const CR = 13;

/** Text and what only moves within a line or one line down. Anything else may reach what is above. */
const KIND = new Uint8Array(256).fill(NOT, 0, 0x20);
for (const byte of [7, 8, 9, LF, CR]) KIND[byte] = SIMPLE;
KIND[0x1b] = ESCAPE;
KIND[0x7f] = NOT;
KIND[0xc2] = C1_LEAD;

export interface Skip {
  /** So many bytes at the beginning can be left out; they end with CR LF. 0: none. */
  length: number;
  /** Lines in them. */
  lines: number;
  /** What of them sets the pen. */
  pen: Buffer;
}

const NO_SKIP: Skip = { length: 0, lines: 0, pen: Buffer.alloc(0) };

/**
 * What of `bytes`, that come in no sequence's middle, can be left out because at least `behind` line feeds follow
 * it, with nothing but simple bytes before them. Holds for a screen without margins, if its lines twice and those of
 * its scrollback are no more than `behind`: the cursor may be at the top.
 */
export function findSkip(bytes: Buffer, behind: number): Skip {
  const end = simpleUpTo(bytes);
  if (end === 0) return NO_SKIP; // lastIndexOf takes -1 for the end of the buffer
  let at = end;
  for (let left = behind; left > 0; left--) {
    at = bytes.lastIndexOf(LF, at - 1);
    if (at <= 0) return NO_SKIP;
  }
  // The column is known only behind CR LF.
  do at = bytes.lastIndexOf(LF, at - 1);
  while (at > 0 && bytes[at - 1] !== CR);
  if (at <= 0) return NO_SKIP;
  const left = bytes.subarray(0, at + 1);
  let lines = 0;
  for (let i = left.indexOf(LF); i !== -1; i = left.indexOf(LF, i + 1)) lines++;
  return { length: left.length, lines, pen: penIn(left) };
}

/** Index of the first byte that is not simple, SGR being so. */
function simpleUpTo(bytes: Buffer): number {
  const length = bytes.length;
  let i = 0;
  while (i < length) {
    const kind = KIND[bytes[i] as number];
    if (kind === SIMPLE) i++;
    else if (kind === NOT) return i;
    else if (kind === C1_LEAD) {
      const next = bytes[i + 1];
      if (next === undefined || (next >= 0x80 && next <= 0x9f)) return i;
      i += 2;
    } else {
      if (bytes[i + 1] !== 0x5b) return i;
      let j = i + 2;
      for (let byte = bytes[j]; byte !== undefined && byte >= 0x30 && byte <= 0x3b; ) byte = bytes[++j];
      if (bytes[j] !== 0x6d) return i;
      i = j + 1;
    }
  }
  return length;
}

/** All SGR since the last reset. */
function penIn(bytes: Buffer): Buffer {
  const from = Math.max(bytes.lastIndexOf('\x1b[0m'), bytes.lastIndexOf('\x1b[m'), 0);
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(0x1b, from); at !== -1; ) {
    const end = bytes.indexOf(0x6d, at);
    found.push(bytes.subarray(at, end + 1));
    at = bytes.indexOf(0x1b, end);
  }
  return Buffer.concat(found);
}
