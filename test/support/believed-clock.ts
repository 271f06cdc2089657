// A wall clock in the test's hand: ahead of the machine's, or behind it, by what a file says.
import { readFileSync } from 'node:fs';

/** From now on this process believes the clock that is ahead by what `file` says, ms; timers run on as they do. */
export function believeClock(file: string): void {
  const machine = Date.now;
  Date.now = () => machine() + aheadBy(file);
}

function aheadBy(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0; // never set
  }
}
