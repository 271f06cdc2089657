// Who keeps this scope, written into the lock file for clients that must signal the keeper.
import { ftruncateSync, writeSync } from 'node:fs';
import { reasonOf, SessionError } from '../base/errors.ts';
import { version } from '../base/version.ts';
import { readBootId, readProcess } from '../system/process-table.ts';
import { WIRE } from './wire.ts';

/** Always as long, so that the next keeper writes over the text of the last, which a full disk allows. */
const LENGTH = 256;

/** Writes this process into the lock file that it holds open as `fd`. Throws where the disk is full. */
export function publishKeeper(fd: number, life: string): void {
  const start = readProcess(process.pid)?.start ?? 0;
  const text = JSON.stringify({ pid: process.pid, start, bootId: readBootId(), life, version, wire: WIRE });
  try {
    writeSync(fd, `${text.padEnd(LENGTH - 1)}\n`, 0);
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
