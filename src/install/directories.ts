// Which directories an install made, noted in the home: an uninstall takes away these, if nothing is in them, and none
// that were there before.
import { existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Step } from './steps.ts';

const noteIn = (home: string) => join(home, 'made-for-boot');

/** What is not there yet of `home` and of the directories that `steps` write to. */
export const missingDirectories = (home: string, steps: Step[]): string[] =>
  withAbove([home, ...steps.flatMap((each) => (each.do === 'write' ? [dirname(each.path)] : []))]).filter(
    (each) => !existsSync(each),
  );

/** Notes that these are being made, besides those of earlier installs, all of them ways to `places`. */
export function noteMade(home: string, made: string[], places: string[]): void {
  const all = [...new Set([...madeBefore(home, places), ...made])];
  if (made.length > 0) writeFileSync(noteIn(home), JSON.stringify(all), { mode: 0o600 });
}

/** Takes away what was made, the innermost first. */
export function removeMade(home: string, places: string[]): void {
  const made = madeBefore(home, places);
  rmSync(noteIn(home), { force: true });
  for (const each of made.sort((a, b) => b.length - a.length)) {
    try {
      rmdirSync(each);
    } catch {
      // There is something else in it by now, or it is gone.
    }
  }
}

/** What is noted; nothing where anything is noted that no install makes. */
function madeBefore(home: string, places: string[]): string[] {
  try {
    const noted: unknown = JSON.parse(readFileSync(noteIn(home), 'utf8'));
    const known: unknown[] = withAbove([home, ...places]);
    return Array.isArray(noted) && noted.every((each) => known.includes(each)) ? noted : [];
  } catch {
    return [];
  }
}

/** Each path, and what is above it. */
function withAbove(paths: string[]): string[] {
  const all = new Set<string>();
  for (const path of paths) for (let at = path; at !== dirname(at); at = dirname(at)) all.add(at);
  return [...all];
}
