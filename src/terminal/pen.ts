// SGR attributes as xterm.js packs them, and the sequence that makes a terminal's pen have them.
import type { Attributes, Extended } from './core.ts';

const INVERSE = 0x4000000;
const BOLD = 0x8000000;
const UNDERLINE = 0x10000000;
const BLINK = 0x20000000;
const INVISIBLE = 0x40000000;
const STRIKETHROUGH = 0x80000000;
const ITALIC = 0x4000000;
const DIM = 0x8000000;
/** Of a cell's second word: more is said of it elsewhere. */
export const HAS_EXTENDED = 0x10000000;
const PROTECTED = 0x20000000;
const OVERLINE = 0x40000000;

const MODE = 0x3000000;
const PALETTE_16 = 0x1000000;
const PALETTE_256 = 0x2000000;
/** Mode and value of a colour. */
const COLOUR = 0x3ffffff;
/** What xterm.js makes of SGR 59 (no colour of the underline's own); white cannot be told from it. */
const NO_UNDERLINE_COLOUR = COLOUR;

/** What a pen has, as numbers that can be compared: a cell's two words, its underline and its link. */
export interface Pen {
  fg: number;
  bg: number;
  /** Style and colour of the underline, as ExtendedAttrs packs them. */
  ext: number;
  link: number;
}

export const PLAIN: Pen = { fg: 0, bg: 0, ext: 0, link: 0 };

/** xterm.js leaves bits of the colour before in a word whose colour needs fewer. */
function tidy(word: number): number {
  const mode = word & MODE;
  if (mode === 0) return word & ~0xffffff;
  return mode === PALETTE_16 || mode === PALETTE_256 ? word & ~0xffff00 : word;
}

/** The pen of a cell's two words. `extended` may be absent where none is said to be there. */
export function penOf(fg: number, bg: number, extended: Extended | undefined): Pen {
  const has = (bg & HAS_EXTENDED) !== 0 && extended !== undefined;
  const style = fg & UNDERLINE ? (has && (extended._ext >>> 26) & 7) || 1 : 0;
  const colour = has ? extended._ext & COLOUR : 0;
  return {
    fg: tidy(fg),
    bg: tidy(bg & ~HAS_EXTENDED),
    ext: (style << 26) | (colour === NO_UNDERLINE_COLOUR ? 0 : tidy(colour)),
    link: has ? extended.urlId : 0,
  };
}

/** The pen itself, whose underline may have a colour before there is one. */
export const penNow = ({ fg, bg, extended }: Attributes) => penOf(fg, bg | HAS_EXTENDED, extended);

export const samePen = (a: Pen, b: Pen) => a.fg === b.fg && a.bg === b.bg && a.ext === b.ext && a.link === b.link;

/** A cell erased with this background looks the same as a blank one with these attributes. */
export const isBackgroundOnly = ({ fg, bg, ext, link }: Pen) =>
  fg === 0 && (bg & ~COLOUR) === 0 && ext === 0 && link === 0;

function colour(code: number, value: number): string {
  const mode = value & MODE;
  const index = value & 0xff;
  if (mode === 0) return '';
  if (mode === PALETTE_16) return `;${index < 8 ? code + index : code + 52 + index}`;
  if (mode === PALETTE_256) return `;${code + 8};5;${index}`;
  return `;${code + 8};2;${(value >>> 16) & 0xff};${(value >>> 8) & 0xff};${index}`;
}

/** The sequence for SGR; `links` is left to the caller, since it is an OSC. */
export function writePen({ fg, bg, ext }: Pen): string {
  let text = '\x1b[0';
  if (fg & BOLD) text += ';1';
  if (bg & DIM) text += ';2';
  if (bg & ITALIC) text += ';3';
  const style = (ext >>> 26) & 7;
  if (style === 1) text += ';4';
  else if (style > 1) text += `;4:${style}`;
  if (fg & BLINK) text += ';5';
  if (fg & INVERSE) text += ';7';
  if (fg & INVISIBLE) text += ';8';
  if (fg & STRIKETHROUGH) text += ';9';
  if (bg & OVERLINE) text += ';53';
  text += colour(30, fg) + colour(40, bg);
  const underline = ext & COLOUR;
  if ((underline & MODE) === PALETTE_16 || (underline & MODE) === PALETTE_256) text += `;58:5:${underline & 0xff}`;
  else if (underline !== 0) {
    text += `;58:2::${(underline >>> 16) & 0xff}:${(underline >>> 8) & 0xff}:${underline & 0xff}`;
  }
  return `${text}m`;
}

/** DECSCA, which SGR 0 leaves alone. */
export const isProtected = ({ bg }: Pen) => (bg & PROTECTED) !== 0;
