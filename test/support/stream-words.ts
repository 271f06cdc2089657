// What generated streams are made of: chances that repeat, words, attributes, modes.

export type Chance = ReturnType<typeof chance>;

/** The same chances for the same seed. */
export function chance(seed: number) {
  let state = (seed * 2654435761) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    /** One time in `count`. */
    once: (count: number) => below(count) === 0,
    /** From `low` to `high`, both included. */
    from: (low: number, high: number) => low + below(high - low + 1),
    of: <T>(list: readonly T[]) => list[below(list.length)] as T,
  };
}

export const WORDS = [
  'session',
  'a',
  'the quick',
  '100%',
  'ls -l',
  '{x}',
  '~',
  'zażółć',
  '─┐',
  '\u00a0',
  'naïve',
  '->',
] as const;
export const WIDE = ['漢字', '한국', 'ｆｕｌｌ', '🚀', '👍🏽', '、', '日本語です'] as const;
export const MARKS = ['\u0301', '\u0308', '\ufe0f', '\u20e3'] as const;
export const STYLES =
  '0 1 2 3 4 5 6 7 8 9 21 22 23 24 25 27 28 29 53 55 4:0 4:1 4:2 4:3 4:4 4:5 59 58;5;9 58:2::1:2:3 58:5:200'.split(' ');
export const CHARSETS = ['\x1b(0', '\x1b(B', '\x1b)0', '\x1b)B', '\x0e', '\x0f'] as const;
export const MODES =
  '\x1b[?25l \x1b[?25h \x1b[?1h \x1b[?1l \x1b= \x1b> \x1b[?1000h \x1b[?1002h \x1b[?1003h \x1b[?1003l \x1b[?1006h \x1b[?1006l \x1b[?2004h \x1b[?2004l \x1b[?1004h \x1b[?12h \x1b[3_q \x1b[6_q \x1b[0_q'
    .split(' ')
    .map((mode) => mode.replace('_', ' '));
export const SILENT = [
  '\x1b]2;a title\x07',
  '\x1b]7;file:///tmp\x1b\\',
  '\x1b]8;;http://x.y\x1b\\',
  '\x1b]8;;\x07',
  '\x1b]133;A\x07',
  '\x07',
  '\0',
];

/** A colour in one of the forms of SGR: of the text (30) or behind it (40). */
export function colour(c: Chance, base: 30 | 40): string {
  switch (c.from(0, 5)) {
    case 0:
      return `${base + 9}`;
    case 1:
      return `${base + 60 + c.from(0, 7)}`;
    case 2:
      return `${base + 8};5;${c.from(0, 255)}`;
    case 3:
      return `${base + 8};2;${c.from(0, 255)};${c.from(0, 255)};${c.from(0, 255)}`;
    case 4:
      return c.of([`${base + 8}:5:${c.from(0, 255)}`, `${base + 8}:2::1:${c.from(0, 255)}:3`, `${base + 8}:2:9:8:7`]);
    default:
      return `${base + c.from(0, 7)}`;
  }
}
