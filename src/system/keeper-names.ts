// What a keeper is known by beside its lock file, which can be deleted or copied: the names that it holds for its life.
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Place } from '../base/paths.ts';
import { holderOf, holdsNameOf, LONGEST_NAME } from './name-holder.ts';

/** One keeper alone keeps the home at this path, whether that home is there or not. */
export function nameOfHome({ home }: Place): string {
  const path = join(realpathSync(dirname(home)), basename(home));
  const name = `session/home/${process.getuid?.()}${path}`;
  if (/^[\x21-\x7e]+$/.test(name) && name.length <= LONGEST_NAME) return name;
  const { createHash } = require('node:crypto') as typeof import('node:crypto'); // 2 ms, and hardly ever needed
  return `session/home/${createHash('sha256').update(name).digest('hex')}`;
}

/** Of one keeper, from its first start to its end. */
export const nameOfLife = (life: string): string => `${LIFE}${life}`;

const LIFE = 'session/life/';

/** Whether this is a keeper, of whatever home. */
export const isKeeper = (pid: number): boolean => holdsNameOf(pid, LIFE);

/** The keeper of the home of this path, wherever it went. One that sees another file system there is none. */
export function keeperByPath(place: Place): number | undefined {
  const above = dirname(place.home);
  try {
    const pid = holderOf(nameOfHome(place));
    return pid !== undefined && isSameFile(`/proc/${pid}/root${above}`, above) ? pid : undefined;
  } catch {
    return undefined; // what it lies in is gone, too
  }
}

/** The keeper of this life, wherever its home is; undefined: it is dead, or in another PID or network namespace. */
export const keeperByLife = (life: string): number | undefined => holderOf(nameOfLife(life));

export function isSameFile(one: string, other: string): boolean {
  try {
    const [a, b] = [one, other].map((path) => statSync(path, { bigint: true }));
    return a?.dev === b?.dev && a?.ino === b?.ino;
  } catch {
    return false;
  }
}
