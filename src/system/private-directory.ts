// A directory that is ours and nobody else's, made or checked before anything in it is believed.
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { syncDirectory } from '../base/sync-directory.ts';
import { openTo, stepsTo } from '../base/ways.ts';

/** Makes `path` (0700) where it is missing. Refuses one that is another's, open to others, or not a directory. */
export function ensurePrivateDirectory(path: string): void {
  if (checkPrivateDirectory(path)) return;
  try {
    const above = mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path, { mode: 0o700 });
    keepNames(above ?? path, path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') {
      throw new SessionError('unsafe-home', `cannot make ${path}: ${reasonOf(error)}.`, mendOf(path, error), error);
    }
  }
  checkPrivateDirectory(path);
}

/** What was made from `first` down to `last` is there after a power cut, too: what is saved in it is found by its names. */
function keepNames(first: string, last: string): void {
  for (let at = last; at.length >= first.length; at = dirname(at)) {
    try {
      syncDirectory(dirname(at));
    } catch {
      return; // one that may be entered and not read: then nothing can be done
    }
  }
}

/** Checks what is there; false where nothing is. */
export function checkPrivateDirectory(path: string): boolean {
  let found: ReturnType<typeof lstatSync>;
  try {
    found = lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw new SessionError('unsafe-home', `cannot use ${path}: ${reasonOf(error)}.`, mendOf(path, error), error);
  }
  const uid = process.getuid?.() ?? 0;
  if (!found.isDirectory()) {
    throw new SessionError('unsafe-home', `${path} is not a directory.`, 'Move it away, or set SESSION_HOME.');
  }
  if (found.uid !== uid) {
    const owner = `${path} belongs to another user (uid ${found.uid}, not ${uid}).`;
    throw new SessionError('owned-elsewhere', owner, 'Run as that user, or set SESSION_HOME.');
  }
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw new SessionError('unsafe-home', `${path} is open to others (mode ${mode}).`, `Mend: chmod 700 ${path}`);
  }
  checkWay(dirname(path));
  return true;
}

/** Refuses a way on which somebody else could put another directory, or a link, in the place of one. */
function checkWay(path: string): void {
  const own = process.getuid?.() ?? 0;
  for (const step of stepsTo(path)) {
    const { path: at, uid, mode } = step;
    if (uid !== 0 && uid !== own && !(uid === UNMAPPED && isInUserNamespace())) {
      const owner = `${at}, on the way to it, belongs to another user (uid ${uid}).`;
      throw new SessionError('unsafe-home', owner, 'Set SESSION_HOME to a place that is yours.');
    }
    if (openTo(step, own) !== undefined) {
      const changed = `${at}, on the way to it, can be changed by others (mode ${mode.toString(8)}).`;
      throw new SessionError('unsafe-home', changed, `Mend: chmod go-w ${at}; or set SESSION_HOME.`);
    }
  }
}

/** Of whom a user namespace does not know: root outside, mostly. */
const UNMAPPED = 65534;

function isInUserNamespace(): boolean {
  try {
    return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
  } catch {
    return false;
  }
}

function mendOf(path: string, error: unknown): string {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '');
  return `${isFull ? 'Make room there' : `Check the owner and mode of ${dirname(path)}`}, or set SESSION_HOME.`;
}
