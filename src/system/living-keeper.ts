// Who keeps a scope now, by what its keeper wrote into the lock file.
import { readOwn } from '../base/own-file.ts';
import type { Place } from '../base/paths.ts';
import { isAlive, readBootId } from './process-table.ts';

/** The pid of the keeper that lives; undefined: none does. */
export function livingKeeper({ keeperLock }: Place): number | undefined {
  try {
    const text = readOwn(keeperLock).toString('utf8');
    const { pid, start, bootId } = JSON.parse(text) as { pid: number; start: number; bootId: string };
    return pid > 1 && bootId === readBootId() && isAlive(pid, start) ? pid : undefined;
  } catch {
    return undefined; // no lock file, or one that was cut short
  }
}
