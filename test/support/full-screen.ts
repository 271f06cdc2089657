// What a full-screen program puts out: lines on the main screen, then the alternate one drawn with cursor addressing,
// margins, modes, colours, wide characters; and how it goes on from there, which shows what else a terminal holds.

/** Numbered lines of one terminal row each. */
export const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}: \x1b[3${i % 8}mcolour\x1b[0m\r\n`).join('');

export const DRAWN = [
  '\x1b[2;5H\x1b7\x1b[?1049h\x1b[2J\x1b]2;full screen\x07',
  ...Array.from({ length: 24 }, (_, i) => `\x1b[${i + 1};1H\x1b[4${i % 8}mrow ${i}\x1b[K\x1b[0m`),
  '\x1b[4;30H\x1b[1;3;4:3;38;5;208m日本語e\u0301\x1b[0m\x1b[5;79H漢',
  '\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[?1h\x1b=\x1b[?25l\x1b[4 q\x1b[4h',
  '\x1b[3;20r\x1b[9;9H\x1b[1;35mhere',
].join('');

/** Scrolls within the margins, inserts, moves in origin mode, wraps. */
export const GOES_ON = [
  '!\x1b[20;1H\n\n日本\x1b[3;1Hinserted\x1b[?6h\x1b[2;2Horigin\x1b[?6l\x1b[4l\x1b[24;70H',
  'w'.repeat(15),
].join('');

/** Back to the main screen, which is as it was, and one line more. */
export const LEAVES = '\x1b[r\x1b[?1049l\x1b[?25h\x1b[?1002l\x1b[?2004lback again\r\nand on';

/** Modes that a program sets once and never says again, and a tab stop. */
export const SET_ONCE = '\x1b[?1004h\x1b>\x1b[3g\x1b[13G\x1bH\r';
