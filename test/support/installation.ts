// Another version of session beside this one: the same source built anew, with the changes that a version brings.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './home.ts';

export interface Installation {
  bin: string;
  dist: string;
  /** Builds it anew as another version, in the same place: what a package manager does to one that is running. */
  becomes(version: string, protocol?: number): void;
}

/** An installation in `directory`, of `version`, whose client and supervisor speak `protocol`. */
export function installation(directory: string, version: string, protocol = 1): Installation {
  mkdirSync(directory);
  for (const each of ['bin', 'src', 'init', 'package.json'])
    cpSync(join(ROOT, each), join(directory, each), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const becomes = (version: string, protocol = 1) => {
    replace(join(directory, 'package.json'), /"version": "[^"]*"/, `"version": "${version}"`);
    replace(
      join(directory, 'src/protocol/messages.ts'),
      /export const PROTOCOL = \d+/,
      `export const PROTOCOL = ${protocol}`,
    );
    execFileSync('npm', ['run', '-s', 'build'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  becomes(version, protocol);
  return { bin: join(directory, 'bin/session'), dist: join(directory, 'dist'), becomes };
}

function replace(file: string, what: RegExp, by: string): void {
  const text = readFileSync(file, 'utf8');
  if (!what.test(text)) throw new Error(`${file} has no ${what}`);
  writeFileSync(file, text.replace(what, by));
}
