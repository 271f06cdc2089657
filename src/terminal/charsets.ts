// The character sets designated as G0 to G3, and which of them is in use. xterm.js keeps tables without names:
// the names are found by designating each once.
import type { Emulator } from './emulator.ts';

export interface InUse {
  charsets: unknown[];
  glevel: number;
}

export interface Charsets {
  now(): InUse;
  /** What designates and shifts to `use`; without it, ASCII in all of them. */
  write(use: InUse | undefined): string;
}

const FINALS = '0ABCEHKQRYZ4567=`>f%&"';
const DESIGNATE = ['(', ')', '*', '+'];
const SHIFT = ['\x0f', '\x0e', '\x1bn', '\x1bo'];

export function trackCharsets({ core }: Emulator, parse: (text: string) => void): Charsets {
  const { _charsetService: charsets } = core;
  const names = new Map<unknown, string>();
  for (const final of FINALS) {
    parse(`\x1b(${final}`);
    const table = charsets._charsets[0];
    if (table !== undefined && !names.has(table)) names.set(table, final);
  }
  parse('\x1b(B');
  return {
    now: () => ({ charsets: [0, 1, 2, 3].map((each) => charsets._charsets[each]), glevel: charsets.glevel }),
    write: (use) =>
      DESIGNATE.map((each, index) => `\x1b${each}${names.get(use?.charsets[index]) ?? 'B'}`).join('') +
      SHIFT[use?.glevel ?? 0],
  };
}
