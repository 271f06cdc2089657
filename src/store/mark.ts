// How the last life of this scope ended. A keeper's life that begins writes `up`; the orderly end writes
// `ended`. Found `up` by another keeper, the last end was a crash or a power cut. An orderly end under way is noted
// in `up`, for the supervisor that finds its predecessor killed in the middle of it.
import { errnoOf } from '../base/errors.ts';
import { readOwn } from '../base/own-file.ts';
import type { Beginning } from '../model/adopt.ts';
import { writeAtomically } from './atomic-file.ts';

interface Mark {
  is: 'up' | 'ended';
  keeper: string;
  beginning: Beginning;
  bootId: string;
  why?: string;
  leaving?: boolean;
}

/** How the life of `keeper` began: as noted by an earlier supervisor of it, else found out. */
export function beginningOf(path: string, keeper: string, anyRecords: boolean): Beginning {
  const found = read(path);
  if (found?.is === 'up' && found.keeper === keeper) return found.beginning;
  return found?.is === 'ended' || (found === undefined && !anyRecords) ? 'ordered' : 'crashed';
}

/** Notes how the life of `keeper` began, once. Throws where it cannot. */
export function begin(path: string, keeper: string, bootId: string, beginning: Beginning): void {
  if (isNoted(path, keeper)) return;
  write(path, { is: 'up', keeper, beginning, bootId });
}

/** Whether an earlier supervisor of `keeper` noted its beginning: this one is not the first. */
export function isNoted(path: string, keeper: string): boolean {
  const found = read(path);
  return found?.is === 'up' && found.keeper === keeper;
}

/** The orderly end of `keeper`'s life has begun, or is given up. Throws where that cannot be noted. */
export function noteLeaving(path: string, keeper: string, leaving: boolean): void {
  const found = read(path);
  if (found?.is === 'up' && found.keeper === keeper) write(path, { ...found, leaving });
}

/** Whether an earlier supervisor of `keeper` had begun its orderly end. */
export function isLeaving(path: string, keeper: string): boolean {
  return isNoted(path, keeper) && read(path)?.leaving === true;
}

/** The orderly end of `keeper`'s life. */
export function end(path: string, keeper: string, bootId: string, why: string): void {
  write(path, { is: 'ended', keeper, beginning: 'ordered', bootId, why });
}

function write(path: string, mark: Mark): void {
  writeAtomically(path, `${JSON.stringify(mark)}\n`);
}

function read(path: string): Mark | undefined {
  try {
    return JSON.parse(readOwn(path).toString('utf8')) as Mark;
  } catch (error) {
    return errnoOf(error) === 'ENOENT'
      ? undefined
      : ({ is: 'up', keeper: '', beginning: 'crashed', bootId: '' } as Mark);
  }
}
