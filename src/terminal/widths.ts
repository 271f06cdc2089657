// How many columns a character takes, as glibc 2.36 (Unicode 15) says and tmux asks it: 0, 1 or 2.
// Wide ones come from get-east-asian-width, those without width from the engine's own Unicode data.
// Characters newer than Unicode 15 are taken as they are defined now, as terminals do that know them.
import type { Terminal } from '@xterm/headless';
import { eastAsianWidth } from 'get-east-asian-width';

type Width = 0 | 1 | 2;
type Ranges = readonly (readonly [first: number, last: number])[];

const VERSION = 'session';
const ZWJ = 0x200d;

/** Marks that stay above or below another character, and characters that only format. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Where glibc 2.36 differs from the two sources. */
const ZERO: Ranges = [
  [0x1160, 0x11ff], // vowels and finals of Hangul: part of the syllable begun before
  [0xd7b0, 0xd7c6],
  [0xd7cb, 0xd7fb],
  [0x1171e, 0x1171e],
];
const ONE: Ranges = [
  [0xad, 0xad], // the soft hyphen
  [0x600, 0x605], // signs that enclose the digits after them
  [0x6dd, 0x6dd],
  [0x70f, 0x70f],
  [0x890, 0x891],
  [0x8e2, 0x8e2],
  [0x2630, 0x2637], // wide only since Unicode 16
  [0x268a, 0x268f],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x1d300, 0x1d356],
  [0x1d360, 0x1d376],
];
const TWO: Ranges = [[0x3248, 0x324f]];

const isIn = (ranges: Ranges, code: number) => ranges.some(([first, last]) => code >= first && code <= last);

function define(code: number): Width {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (isIn(ZERO, code)) return 0;
  if (isIn(ONE, code)) return 1;
  if (isIn(TWO, code)) return 2;
  if (WITHOUT_WIDTH.test(String.fromCodePoint(code))) return 0;
  return eastAsianWidth(code);
}

/** A page of 256 characters is looked up when the first of it is printed: most are never seen. */
const PAGES: (Uint8Array | undefined)[] = new Array(0x110000 >> 8).fill(undefined);

function page(number: number): Uint8Array {
  const made = new Uint8Array(256);
  for (let low = 0; low < 256; low++) made[low] = define((number << 8) | low);
  PAGES[number] = made;
  return made;
}

/** The columns that a character takes. */
export function widthOf(code: number): Width {
  if (code < 0x7f) return code < 0x20 ? 0 : 1;
  return (PAGES[code >> 8] ?? page(code >> 8))[code & 0xff] as Width;
}

/** xterm.js packs what it knows of a character: 24 bits of state, two of width, one that says `joins`. */
const pack = (state: number, width: number, joins: boolean) => (state << 3) | (width << 1) | (joins ? 1 : 0);
const AFTER_ZWJ = 1;

/** Whether the character before, packed by `describe`, draws the next one into its own cell. */
export const joinsNext = (packed: number) => packed >> 3 === AFTER_ZWJ;

/**
 * What xterm.js must know of a character behind another one (`before`, packed; 0: none, or none known):
 * what has no width joins the cell before it, and so does whatever a zero-width joiner glues to it.
 */
export function describe(code: number, before: number): number {
  const width = widthOf(code);
  if (before === 0 || (width !== 0 && !joinsNext(before))) return pack(code === ZWJ ? AFTER_ZWJ : 0, width, false);
  // ASCII never joins: a joiner left at the end of a word must not swallow the space behind it.
  if (code < 0x7f) return pack(0, width, false);
  return pack(code === ZWJ ? AFTER_ZWJ : 0, (before >> 1) & 3, true);
}

/** Makes a terminal (with allowProposedApi) measure characters so. */
export function measure(terminal: Terminal): void {
  terminal.unicode.register({ version: VERSION, wcwidth: widthOf, charProperties: describe });
  terminal.unicode.activeVersion = VERSION;
}
