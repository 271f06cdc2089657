// Who keeps a scope now, by what its keeper wrote into the lock file.
import { readOwn } from '../base/own-file.ts';
import type { Place } from '../base/paths.ts';
import { isAlive, readBootId } from './process-table.ts';

/** The pid of the keeper that lives; undefined: none does, or that cannot be seen. */
export function livingKeeper(place: Place): number | undefined {
  const last = lastKeeper(place);
  return last?.lives ? last.pid : undefined;
}

/** Whether the last one is known to be dead. */
export const isKeeperDead = (place: Place) => lastKeeper(place)?.lives === false;

/** The life of the last one; undefined: that cannot be seen. */
export const lastLife = (place: Place): string | undefined => lastKeeper(place)?.life;

function lastKeeper({ keeperLock }: Place): { pid: number; lives: boolean; life: string } | undefined {
  try {
    const text = readOwn(keeperLock).toString('utf8');
    const { pid, start, bootId, life } = JSON.parse(text) as Record<'bootId' | 'life', string> &
      Record<'pid' | 'start', number>;
    return { pid, life, lives: pid > 0 && bootId === readBootId() && isAlive(pid, start) };
  } catch {
    return undefined; // no lock file, or one that was cut short
  }
}
