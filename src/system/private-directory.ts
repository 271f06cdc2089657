// A directory that is ours and nobody else's, made or checked before anything in it is believed.
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';

/** Makes `path` (0700) where it is missing. Refuses one that is another's, open to others, or not a directory. */
export function ensurePrivateDirectory(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') {
      throw new SessionError('unsafe-home', `cannot make ${path}: ${reasonOf(error)}.`, mendOf(path), error);
    }
  }
  checkPrivateDirectory(path);
}

/** Checks what is there; false where nothing is. */
export function checkPrivateDirectory(path: string): boolean {
  let found: ReturnType<typeof lstatSync>;
  try {
    found = lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw new SessionError('unsafe-home', `cannot use ${path}: ${reasonOf(error)}.`, mendOf(path), error);
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
  return true;
}

const mendOf = (path: string) => `Check the owner and mode of ${dirname(path)}, or set SESSION_HOME.`;
