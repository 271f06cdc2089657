// Streams of all that a program may put out, also what terminals do not agree on, or only some of them know: for one
// emulator against itself. Always the same for a seed.
import { type Chance, chance, colour, MARKS, MODES, SILENT, STYLES, WIDE, WORDS } from './stream-words.ts';
import { stream } from './streams.ts';

const ESC = '\x1b';
const csi = (rest: string) => `${ESC}[${rest}`;
const st = (c: Chance) => c.of(['\x07', `${ESC}\\`, '\u009c']);
const few = (c: Chance, most: number) => (c.once(5) ? '' : `${c.from(0, most)}`);

const JOINED = ['👩\u200d🚀', 'क\u200dष', '\u200d', 'e\u0301\u0308', '\u0301', '\ufe0f'];
const LINKS = ['http://x.y', 'http://x.y/2', 'file:///etc/passwd', 'mailto:a@b.c?subject=d;e'];
const PRIVATE = [1, 5, 6, 7, 8, 9, 12, 25, 40, 45, 66, 69, 80, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015];
const LATER = [1016, 1034, 1035, 1036, 1042, 2004, 2026, 2027, 2031, 2048, 7727, 9001];
const SCREENS = [47, 1047, 1048, 1049];
const COLOURS = ['#123456', 'rgb:ff/80/00', 'rgb:ffff/8000/1234', 'red', '#fff'];

type Make = (c: Chance, columns: number, rows: number) => string;

/** Each with how often it comes. */
const MAKERS: [number, Make][] = [
  [14, (c) => `${c.of(WORDS)}${c.once(3) ? ' ' : ''}`],
  [5, (c) => c.of(WIDE)],
  [3, (c) => c.of(MARKS) + (c.once(2) ? c.of(JOINED) : '')],
  [3, (c, columns) => c.of(['x', '-', '漢', ' ', '👍🏽', 'é']).repeat(c.from(columns >> 1, columns))],
  [8, (c) => c.of(['\r\n', '\r\n', '\r\n', '\n', '\r', '\b', '\t', '\v', `${ESC}D`, `${ESC}M`, `${ESC}E`, '\u0085'])],
  [8, (c) => csi(`${c.once(4) ? '' : c.once(2) ? c.of(STYLES) : colour(c, c.of([30, 40]))}m`)],
  [3, (c) => csi(`${c.of(STYLES)};${c.of(STYLES)};${colour(c, 40)}m`)],
  [
    3,
    (c) => csi(c.of(['4:1m', '4:2m', '4:3m', '4:4m', '4:5m', '24m', '58:2::9:8:7m', '58;5;200m', '59m', '4;58:5:1m'])),
  ],
  [8, (c, columns, rows) => csi(`${few(c, rows)};${few(c, columns)}${c.of(['H', 'H', 'f'])}`)],
  [3, (c, columns) => csi(`${few(c, columns)}${c.of(['G', '`', 'C', 'D', 'a'])}`)],
  [3, (c, _, rows) => csi(`${few(c, rows)}${c.of(['d', 'A', 'B', 'E', 'F', 'e'])}`)],
  [4, (c) => csi(`${c.once(3) ? '?' : ''}${c.of(['', '0', '1', '2', '3'])}${c.of(['J', 'K', 'K'])}`)],
  [4, (c) => csi(`${few(c, 9)}${c.of(['X', 'P', '@', 'L', 'M', 'S', 'T', 'I', 'Z', 'b'])}`)],
  [2, (c) => c.of([`${ESC}7`, `${ESC}8`, csi('s'), csi('u')])],
  [2, (c, _, rows) => csi(c.once(3) ? 'r' : `${few(c, rows)};${few(c, rows)}r`)],
  [6, (c) => csi(`?${c.once(3) ? c.of(LATER) : c.of(PRIVATE)}${c.of(['h', 'l'])}`)],
  [1, (c) => csi(`?${c.of(PRIVATE)};${c.of(LATER)}${c.of(['h', 'l'])}`)],
  [2, (c) => csi(`?${c.of(SCREENS)}${c.of(['h', 'l'])}`)],
  [2, (c) => csi(`${c.of([4, 4, 20])}${c.of(['h', 'l'])}`)],
  [2, (c) => c.of(MODES) + c.of(SILENT)],
  [2, (c) => `${ESC}${c.of(['(', ')', '*', '+'])}${c.of(['0', 'B', 'A', '4', 'K'])}`],
  [2, (c) => c.of(['\x0e', '\x0f', `${ESC}n`, `${ESC}o`])],
  [1, (c) => csi(`${c.from(0, 6)} q`)],
  [2, (c) => c.of([`${ESC}H`, csi('g'), csi('3g'), `${ESC}=`, `${ESC}>`])],
  [1, (c) => csi(`${c.from(0, 2)}"q`)],
  [3, (c) => `${ESC}]8;${c.once(2) ? '' : `id=${c.from(1, 3)}`};${c.once(3) ? '' : c.of(LINKS)}${st(c)}`],
  [2, (c) => `${ESC}]${c.from(0, 2)};${c.of(['a title', 'ein Täter', '漢'])} ${c.from(1, 9)}${st(c)}`],
  [2, (c) => csi(`${c.of([22, 23])};${c.from(0, 2)}t`)],
  [
    2,
    (c) => `${ESC}]4;${c.from(0, 255)};${c.of(COLOURS)}${c.once(3) ? `;${c.from(0, 9)};${c.of(COLOURS)}` : ''}${st(c)}`,
  ],
  [2, (c) => `${ESC}]${c.from(10, 19)};${c.of(COLOURS)}${c.once(4) ? `;${c.of(COLOURS)}` : ''}${st(c)}`],
  [1, (c) => `${ESC}]${c.of(['104', `104;${c.from(0, 9)}`, '110', '111', '112', '117'])}${st(c)}`],
  [2, (c) => csi(`${c.of(['>', '='])}${c.from(0, 31)}${c.once(2) ? '' : `;${c.from(1, 3)}`}u`)],
  [1, (c) => csi(`<${few(c, 3)}u`)],
  [1, (c) => csi(`>${c.of(['', '0', '1;2', '4;1', '4;2', '4', '2;3'])}m`)],
  [1, (c) => c.of(['\u009b1m', '\u009b?2004h', '\u009d2;by C1\u009c', '\u0084', '\u008d', '\u0088', '\u0090q\u009c'])],
  [1, (c) => c.of([`${ESC}P1$q${ESC}\\`, `${ESC}_G1;abc${ESC}\\`, `${ESC}^x${ESC}\\`, csi('3\r1m'), csi('12\x18')])],
];
const TOTAL = MAKERS.reduce((sum, [often]) => sum + often, 0);

function one(c: Chance, columns: number, rows: number): string {
  // Rare, since little is left after them.
  if (c.once(120)) return c.of([csi('!p'), `${ESC}c`, `${ESC}#8`]);
  let dice = c.from(0, TOTAL - 1);
  for (const [often, make] of MAKERS) {
    if (dice < often) return make(c, columns, rows);
    dice -= often;
  }
  return '';
}

/** The stream of a seed for a terminal of this size: some of it as `streams.ts` has it, of about `steps` steps. */
export function wildStream(seed: number, columns: number, rows: number, steps = 40): Buffer {
  const c = chance(seed);
  const parts: Buffer[] = [];
  if (c.once(4)) parts.push(stream(seed, columns, rows));
  let text = '';
  for (let left = c.from(1, steps); left > 0; left--) text += one(c, columns, rows);
  parts.push(Buffer.from(text));
  return Buffer.concat(parts);
}

/** What can be at the end of a stream that is cut. */
export const UNFINISHED = [
  '',
  '',
  '',
  ESC,
  '\x1b[',
  '\x1b[1;3',
  '\x1b[?20',
  '\x1b]2;a ti',
  '\x1b]8;;http',
  '\x1bP+q',
  '\x1b(',
]
  .map((each) => Buffer.from(each))
  .concat([
    Buffer.from('漢').subarray(0, 2),
    Buffer.from('🚀').subarray(0, 3),
    Buffer.from([0xc2]),
    Buffer.from('\u009b1'),
  ]);
