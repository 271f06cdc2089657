// Two panes of the judge compared, and what is written into both to show what cannot be seen.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Seen } from './panes.ts';

/** As a program without a line discipline of its own, which might turn tabs into blanks. */
export function writeTo(tty: string, bytes: string): void {
  execFileSync('stty', ['-F', tty, '-opost']);
  writeFileSync(tty, bytes);
}

/** Written into the terminals themselves, behind the back of what runs on them. */
export const PROBES: [string, string][] = [
  ['a letter with its pen, character set and place', 'q'],
  ['tabs', '\tt'],
  ['a letter at the saved cursor', '\x1b8s'],
  ['a row in and out of the margins', '\x1b[H\x1b[M\x1b[H\x1b[L'],
];
export const BENEATH: [string, string] = ['a letter on the screen beneath', '\x1b[?1049lm'];
export const ENDS: [string, string] =
  // What is coloured to the end of a row without letters is told only if a letter comes behind it.
  [
    'the ends of rows',
    `\x1b[?6l\x1b[?7l\x1b[4l\x1b[r\x1b(B\x0f\x1b[m${Array.from({ length: 40 }, (_, i) => `\x1b[${i + 1};999H|`).join('')}`,
  ];

export function differences(direct: Seen, attached: Seen): string[] {
  const found: string[] = [];
  const compare = (what: string, a: string | undefined, b: string | undefined) => {
    if (a !== b) found.push(`  ${what}:\n    ${JSON.stringify(a)}\n    ${JSON.stringify(b)}`);
  };
  for (const [flag, value] of Object.entries(direct.flags)) {
    // tmux keeps it for ever, of an alternate screen that was left long ago.
    if (flag.startsWith('alternate_saved') && direct.flags.alternate_on === '0') continue;
    compare(flag, value, attached.flags[flag]);
  }
  // On the alternate screen, which is never wrapped anew, tmux has marks of lines that were there long before.
  const parts = ['rows', 'history', 'beneath', 'lines'] as const;
  for (const part of direct.flags.alternate_on === '1' ? parts.slice(0, 3) : parts) {
    const [a, b] = [direct[part], attached[part]];
    if (a.length !== b.length) compare(`number of ${part}`, String(a.length), String(b.length));
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      const before = found.length;
      compare(`${part} ${i}`, a[i], b[i]);
      if (found.length > before && found.length > 30) return [...found, '  …'];
    }
  }
  return found;
}
