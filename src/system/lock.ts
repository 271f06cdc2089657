// A lock for a life: flock(2), freed by the kernel when its holder is gone, however it went.
import { closeSync, constants, fstatSync, statSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { openOwn, secondNameOf } from '../base/own-file.ts';
import { checked } from './libc.ts';

const flock = checked('int flock(int, int)');

/** Takes the lock of `path` and returns the descriptor that holds it, or null where another holds it. */
export function tryLock(path: string): number | null {
  const fd = openOwn(path, constants.O_RDWR | constants.O_CREAT);
  try {
    flock(fd, 2 | 4 /* LOCK_EX | LOCK_NB */);
    const fault = secondNameOf(fstatSync(fd)); // what its holder writes into it would stand under that one, too
    if (fault !== undefined) throw new Error(fault);
    return fd;
  } catch (error) {
    closeSync(fd);
    if (errnoOf(error) === 'EAGAIN') return null;
    throw error;
  }
}

/** Whether the lock that `fd` holds is that of `path` still: the file may have been deleted, or be another by now. */
export function isLockedBy(fd: number, path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  const held = fstatSync(fd);
  return found?.ino === held.ino && found.dev === held.dev;
}
