// Who keeps this scope, written into the lock file for clients that must signal the keeper.
import { ftruncateSync, writeSync } from 'node:fs';
import { version } from '../base/version.ts';
import { readBootId, readProcess } from '../system/process-table.ts';
import { WIRE } from './wire.ts';

/** Writes this process into the lock file that it holds open as `fd`. */
export function publishKeeper(fd: number, life: string): void {
  const start = readProcess(process.pid)?.start ?? 0;
  const text = JSON.stringify({ pid: process.pid, start, bootId: readBootId(), life, version, wire: WIRE });
  ftruncateSync(fd, 0);
  writeSync(fd, `${text}\n`, 0);
}
