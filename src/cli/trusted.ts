// Whether an installation may be run as root: nobody but root can change a file of it, or put another in its place.
import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, SessionError } from '../base/errors.ts';

/** What bin/session runs, and what that loads. */
const PARTS = ['bin', 'dist'];
const PACKAGES = ['koffi', '@koromix', 'node-pty', '@lydell'];

/** Throws unsafe-installation, with the mend, where somebody else could change what root would run. */
export function checkInstallation(root: string): void {
  const place = realpathSync(root);
  for (let at = place; at !== '/'; at = dirname(at)) checkOne(at, place);
  checkOne('/', place);
  for (const part of PARTS) checkAll(join(place, part), place);
  for (const name of PACKAGES) {
    for (let at = place; ; at = dirname(at)) {
      checkAll(join(at, 'node_modules', name), place, false);
      if (at === '/') break;
    }
  }
}

/** `path` and what is in it. Tests are no part of what runs. */
function checkAll(path: string, place: string, isNeeded = true): void {
  let isDirectory: boolean;
  try {
    isDirectory = checkOne(path, place);
  } catch (error) {
    if (!isNeeded && errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if (!isDirectory || path === join(place, 'dist', 'test')) return;
  for (const name of readdirSync(path)) checkAll(join(path, name), place);
}

function checkOne(path: string, place: string): boolean {
  const { uid, gid, mode } = lstatSync(path);
  const kind = mode & 0o170000;
  if (kind === 0o120000) {
    const target = realpathSync(path);
    if (target !== path) for (let at = target; at !== '/'; at = dirname(at)) checkOne(at, place);
    return false;
  }
  if (uid !== 0) throw unsafe(`${path} belongs to uid ${uid}, not to root`, place);
  const isSticky = kind === 0o040000 && (mode & 0o1000) !== 0; // only an owner replaces what is in it
  if ((mode & 0o002) !== 0 && !isSticky) throw unsafe(`${path} can be written by everybody`, place);
  if ((mode & 0o020) !== 0 && !isSticky && gid !== 0 && hasMembers(gid))
    throw unsafe(`${path} can be written by group ${gid}`, place);
  return kind === 0o040000;
}

/** Debian's /usr/local belongs to the group staff, in which nobody is unless an administrator says so. */
function hasMembers(gid: number): boolean {
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((each) => each.split(':')[2] === String(gid));
  const isPrimary = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .some((each) => each.split(':')[3] === String(gid));
  return line === undefined || isPrimary || (line.split(':')[3] ?? '') !== '';
}

const unsafe = (why: string, place: string) =>
  new SessionError(
    'unsafe-installation',
    `-g would run ${place} as root, but ${why}.`,
    'Install it for all users: npm pack, then sudo npm install -g ./session-*.tgz',
  );
