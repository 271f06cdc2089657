// A wall clock that a test sets forward and back for the processes of its home alone (libfaketime); the machine's own is
// never touched. The clocks that nobody sets (monotonic, since boot) go on as they are.
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';

const LIBRARY = readdirSync('/usr/lib')
  .map((each) => `/usr/lib/${each}/faketime/libfaketime.so.1`)
  .find(existsSync);

/** The reason to skip, or false. */
export const NO_FAKETIME = LIBRARY === undefined ? 'faketime is not installed' : false;

export interface SetClock {
  /** From now on every process of the home believes that it is so much later, s. */
  set(seconds: number): void;
  /** What they believe. */
  now(): number;
}

/** To be called before anything of the home is started. */
export function setClock(h: Home): SetClock {
  const file = join(h.work, 'clock');
  let offset = 0;
  const self: SetClock = {
    set(seconds) {
      offset = seconds;
      writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`); // never seen half written
      renameSync(`${file}.new`, file);
    },
    now: () => Date.now() + 1000 * offset,
  };
  self.set(0);
  Object.assign(h.env, {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  });
  return self;
}
