// Which directories an install made, noted in the home: an uninstall takes away these, if nothing is in them, and none
// that were there before.
import { existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Step } from './steps.ts';

const noteIn = (home: string) => join(home, 'made-for-boot');

/** What is not there yet of `home` and of the directories that `steps` write to. */
export function missingDirectories(home: string, steps: Step[]): string[] {
  const missing = new Set<string>();
  for (const path of [home, ...steps.flatMap((each) => (each.do === 'write' ? [dirname(each.path)] : []))])
    for (let at = path; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.add(at);
  return [...missing];
}

/** Notes that these are being made, besides those of earlier installs. */
export function noteMade(home: string, made: string[]): void {
  const all = [...new Set([...madeBefore(home), ...made])];
  if (made.length > 0) writeFileSync(noteIn(home), JSON.stringify(all), { mode: 0o600 });
}

/** Takes away what was made, the innermost first. */
export function removeMade(home: string): void {
  const made = madeBefore(home);
  rmSync(noteIn(home), { force: true });
  for (const each of made.sort((a, b) => b.length - a.length)) {
    try {
      rmdirSync(each);
    } catch {
      // There is something else in it by now, or it is gone.
    }
  }
}

function madeBefore(home: string): string[] {
  try {
    return JSON.parse(readFileSync(noteIn(home), 'utf8')) as string[];
  } catch {
    return [];
  }
}
