// What a keeper is known by beside its lock file, which can be deleted or copied: the names that it holds for its life.
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Place } from '../base/paths.ts';
import { holderOf } from './held-name.ts';

/**
 * One keeper alone keeps the home of this name in this directory, whether that home is there or not. By the directory's
 * inode, since another root or mount has other homes at the same path.
 */
export function nameOfHome({ home }: Place): string {
  const { dev, ino } = statSync(dirname(home), { bigint: true });
  const uid = process.getuid?.() ?? 0;
  return `session/home/${uid}/${dev.toString(36)}.${ino.toString(36)}/${basename(home)}`;
}

/** Of one keeper, from its first start to its end. */
export const nameOfLife = (life: string): string => `session/life/${life}`;

/** Whether the keeper of this life, wherever its home is, lives. */
export const livesStill = (life: string): boolean => life !== '' && isHeld(nameOfLife(life));

function isHeld(name: string): boolean {
  try {
    return holderOf(name) !== undefined;
  } catch {
    return false; // no descriptor left, say
  }
}
