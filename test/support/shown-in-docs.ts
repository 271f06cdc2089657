// What a page of docs/ shows of a terminal: each line typed behind a prompt, and what it must print.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './home.ts';

export interface Typed {
  line: string;
  prints: RegExp;
}

/** Of all blocks of `page` whose prompt is this one. A line of `    …` stands for any that are indented, a PID for any. */
export function typedIn(page: string, prompt: '$' | '#', change = (text: string) => text): Typed[] {
  const text = change(readFileSync(join(ROOT, 'docs', page), 'utf8'));
  const blocks = [...text.matchAll(/```console\n([\s\S]*?)```/g)].map((each) => each[1] as string);
  const typed = blocks.filter((each) => each.startsWith(`${prompt} `)).flatMap((each) => each.split(`\n${prompt} `));
  return typed.map((each) => {
    const [line, ...shown] = each.replace(`${prompt} `, '').trimEnd().split('\n') as [string, ...string[]];
    const pattern = shown.map((row) => (row === '    …' ? '(?: {4}.*\\n)*' : `${escaped(row)}\n`)).join('');
    return { line, prints: new RegExp(`^${pattern.replace(/PID \d+/g, 'PID \\d+')}$`) };
  });
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
