// What floods are made of.
import { writeFileSync } from 'node:fs';

export const LINES: Record<string, (i: number) => string> = {
  plain: (i) => `2026-11-21T12:00:${i % 60} info request ${i} from 10.0.0.${i % 256} took ${i % 977} ms, status 200`,
  coloured: (i) =>
    `\x1b[32m2026-11-21\x1b[0m \x1b[1;34minfo\x1b[0m request \x1b[38;5;208m${i}\x1b[0m took \x1b[31m${i % 977}\x1b[0m ms`,
  grep: (i) =>
    `\x1b[35m\x1b[Ksrc/f${i % 40}.c\x1b[m\x1b[K\x1b[36m\x1b[K:\x1b[m\x1b[K\x1b[32m\x1b[K${i}\x1b[m\x1b[K some \x1b[01;31m\x1b[Kvalue\x1b[m\x1b[K`,
  links: (i) =>
    [1, 2, 3, 4]
      .map((j) => `\x1b]8;;file:///usr/share/doc/package-${i}/${j}\x1b\\file-${i + j}\x1b]8;;\x1b\\`)
      .join('  '),
  cells: (i) => Array.from({ length: 79 }, (_, j) => `\x1b[38;2;${i % 256};${j};3;48;2;4;5;${j}m#`).join(''),
};

/** Writes a file of `megabytes` of such lines, and answers its path. */
export function fileOf(place: string, kind: string, megabytes: number): string {
  const line = LINES[kind] as (i: number) => string;
  const block = Array.from({ length: 5000 }, (_, i) => `${line(i)}\n`).join('');
  const path = `${place}/${kind}`;
  writeFileSync(path, block.repeat(Math.ceil((megabytes * 1e6) / block.length)).slice(0, megabytes * 1e6));
  return path;
}
