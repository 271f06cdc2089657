// Much output by chance, as programs make it that say more than anybody reads: lines of all kinds.
import { type Chance, colour, WIDE, WORDS } from './stream-words.ts';

/** Lines that a screen may leave out when enough others follow. */
export const LOGS = ['plain', 'coloured', 'long', 'wide', 'background', 'mixed'] as const;
/** And those of which it must not, or cannot know. */
const OTHERS = ['cr', 'lf', 'question', 'mode', 'margins', 'scrolled', 'home', 'alternate', 'character'] as const;

/** Lines whose sequences stay within them. */
export const LOCAL = ['controls', 'linewise', 'links', 'underlined'] as const;

/** And some that are broken: half a character before an escape, a link that is none. */
const BROKEN = ['halves', 'no links'] as const;
export const EVERY = [...LOCAL, ...BROKEN];

export type Flood = (typeof LOGS)[number] | (typeof OTHERS)[number] | (typeof LOCAL)[number] | (typeof BROKEN)[number];
export const FLOODS: readonly Flood[] = [...LOGS, ...OTHERS];

/** Stands for the first byte of a character of two. */
const HALF = '\ue000';

const words = (c: Chance, most: number) => Array.from({ length: c.from(0, most) }, () => c.of(WORDS)).join(' ');

function line(c: Chance, kind: Flood, number: number, columns: number): string {
  const text = `${number} ${words(c, 5)}`;
  switch (kind) {
    case 'coloured':
      return `\x1b[${colour(c, 30)}m${text}\x1b[${c.of(['', '0', '39', '1;4:3'])}m${c.of(['', ' end'])}\r\n`;
    case 'long':
      return `${text.repeat(c.from(1, Math.ceil((columns * 4) / text.length)))}\r\n`;
    case 'wide':
      return `${c.of(WIDE)}${text}${c.of(WIDE)}\u0301\r\n`;
    case 'background':
      return `\x1b[${colour(c, 40)}m${text}${c.of(['\x1b[m', ''])}\r\n`;
    case 'mixed':
      return `${text}${c.of(['\r\n', '\r\n', '\n', '\t\r\n', '\b\b-\r\n', '\r', '\x07\r\n'])}`;
    case 'controls': // that move down, or that terminals ignore
      return `${text}${c.of([...'\0\x01\x06\x07\x0b\x0c\x10\x11\x17\x18\x19\x1a\x1c\x1f\x7f'])}${c.of(['\r\n', 'more\r\n'])}`;
    case 'linewise':
      return `\x1b[${colour(c, 40)}m\x1b[K${text}\x1b[${c.of(['', '0', '1', '2'])}K\x1b[${c.of(['1', '5'])}${c.of([...'PX@GC'])}${c.of(['', 'end', '\x1b[m\x1b[K'])}\r\n`;
    case 'links':
      return `\x1b]8;${c.of(['', 'id=a'])};http://x/${number}${c.of(['\x07', '\x1b\\'])}${text}${c.of(['\x1b]8;;\x07', '\x1b]8;;\x1b\\', ''])}\r\n`;
    case 'halves':
      return `${c.of(['\x1b[1m', ''])}${text}${HALF}${c.of(['\x1b(B', '\x1b[K', '\x1b[31m', '\x0e', '\x0f', HALF, '\x1b[?7l', '', `${HALF}\x9b`])}\r\n`;
    case 'no links':
      return `${c.of(['\x1b]8;;http://a\x07', ''])}${text}${c.of(['\x1b]8;bad\x07', '\x1b]8;;\x07', '\x1b]8\x07', ''])}\r\n`;
    case 'underlined':
      return `\x1b[4:${c.from(0, 5)};58:2::${number % 256}:0:0m${text}${c.of(['\x1b[0m', '\x1b[59m', ''])}\r\n`;
    case 'cr':
      return `${text}\r`;
    case 'lf':
      return `${text}\n`;
    default:
      return `${text}\r\n`;
  }
}

/** What comes before, in the middle of, and behind the lines. */
function around(c: Chance, kind: Flood, rows: number): [string, string, string] {
  switch (kind) {
    case 'question':
      return ['', c.of(['\x1b[6n', '\x1b[c', '\x1b]11;?\x07', '\x05']), ''];
    case 'mode':
      return ['', c.of(['\x1b[?2004h', '\x1b[?7l', '\x1b[4h', '\x1b[2J', '\x1b(0', '\x1b[1J', '\x1b[2A']), ''];
    case 'margins':
      return [`\x1b[${c.from(1, rows - 1)};${rows - c.from(0, 1)}r`, '', c.of(['', '\x1b[r'])];
    case 'scrolled':
      return ['', c.of([`\x1b[1;${rows - 1}r\x1b[H`, '\x1b[2T', '\x1b[3L']), ''];
    case 'home':
      // The first lines come over what is there, and leave the rest of it.
      return [`${'stale stale stale\r\n'.repeat(rows)}\x1b[${c.from(1, rows)};1H`, '', ''];
    case 'alternate':
      return [`${'above\r\n'.repeat(rows * 2)}\x1b[?1049h`, '', c.of(['', '\x1b[?1049l'])];
    case 'character':
      return ['', c.of(['\u009b2J', '\x84', '\xff', '\u2028', '\x7f', '\0']), ''];
    default:
      return ['', '', ''];
  }
}

/** About `bytes` of lines for a terminal of this size. */
export function flood(c: Chance, kind: Flood, columns: number, rows: number, bytes: number): Buffer {
  const [before, between, behind] = around(c, kind, rows);
  const lines: string[] = [];
  for (let length = 0; length < bytes; length += lines.at(-1)?.length ?? 0)
    lines.push(line(c, kind, lines.length, columns));
  lines.splice(c.from(0, lines.length), 0, between);
  const all = Buffer.from(before + lines.join('') + behind).toString('latin1');
  return Buffer.from(all.replaceAll(Buffer.from(HALF).toString('latin1'), '\xc2'), 'latin1');
}
