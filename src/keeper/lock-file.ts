// Who keeps this scope, written into the lock file for clients that must signal the keeper, and for who finds a copy of it.
import { ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { reasonOf, SessionError } from '../base/errors.ts';
import { version } from '../base/version.ts';
import { readBootId, readProcess } from '../system/process-table.ts';
import { WIRE } from './wire.ts';

/** Always as long, so that the next keeper writes over the text of the last, which a full disk allows. */
const LENGTH = 1024;

/** Writes this process, which keeps `home`, into the lock file that it holds open as `fd`. Throws where the disk is full. */
export function publishKeeper(fd: number, life: string, home: string): void {
  const start = readProcess(process.pid)?.start ?? 0;
  const keeper = { pid: process.pid, start, bootId: readBootId(), life, version, wire: WIRE };
  const whole = JSON.stringify({ ...keeper, home });
  const text = Buffer.byteLength(whole) < LENGTH ? whole : JSON.stringify(keeper);
  try {
    writeSync(fd, `${text}${' '.repeat(LENGTH - 1 - Buffer.byteLength(text))}\n`, 0);
    ftruncateSync(fd, LENGTH);
  } catch (error) {
    throw new SessionError(
      'cannot-save',
      `cannot write keeper.lock: ${reasonOf(error)}.`,
      'See session doctor.',
      error,
    );
  }
}

/** What the last keeper wrote into the lock file that is open as `fd`. */
export function readPublished(fd: number): { life: string; home: string | undefined } | undefined {
  try {
    const { life, home } = JSON.parse(readFileSync(`/proc/self/fd/${fd}`, 'utf8')) as Record<string, unknown>;
    if (typeof life !== 'string') return undefined;
    return { life, home: typeof home === 'string' ? home : undefined };
  } catch {
    return undefined; // a new file, or one that was cut short
  }
}
