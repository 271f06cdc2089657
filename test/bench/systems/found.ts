// Where a program lies, and what says which version it is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const found = (name: string): string | undefined => {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  const own = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'session-bench/node_modules/.bin', name);
  return stdout.trim() || (existsSync(own) ? own : undefined); // of npm: install-peers puts it there
};

/** The first line of what `argv` says. */
export const said = (...argv: string[]): string | undefined => {
  const { stdout, stderr, error } = spawnSync(argv[0] as string, argv.slice(1), { encoding: 'utf8' });
  return error === undefined ? `${stdout}${stderr}`.trim().split('\n')[0] : undefined;
};

/** Processes whose command line has all of `words`. */
export function processesWith(...words: string[]): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        const line = readFileSync(`/proc/${entry}/cmdline`, 'latin1').replaceAll('\0', ' ');
        return words.every((word) => line.includes(word));
      } catch {
        return false;
      }
    })
    .map(Number);
}
