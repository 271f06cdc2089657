// Whether an installation may be run as root: nobody but root can change a file of it, or put another in its place.
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errnoOf, SessionError } from '../base/errors.ts';
import { isGroupOfNobodyElse } from '../base/groups.ts';

/** What bin/session runs, and what that loads. */
const PARTS = ['bin', 'dist', 'init'];
const PACKAGES = ['koffi', '@koromix', 'node-pty', '@lydell'];

/** Throws unsafe-installation, with the mend, where somebody else could change what root would run. */
export function checkInstallation(root: string): void {
  const place = realpathSync(root);
  checkWay(place, place);
  for (const part of PARTS) checkAll(join(place, part), place);
  for (const name of PACKAGES) {
    for (let at = place; ; at = dirname(at)) {
      checkAll(join(at, 'node_modules', name), place, false);
      if (at === '/') break;
    }
  }
}

/** Throws the same for one program that root runs. */
export function checkProgram(path: string): void {
  checkWay(path, path);
  checkWay(realpathSync(path), path);
}

/** Every step to `path`, and where links on it lead. */
function checkWay(path: string, place: string): void {
  for (let at = path; ; at = dirname(at)) {
    checkOne(at, place);
    if (at === '/') return;
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
    if (uid !== 0) throw unsafe(`${path} belongs to uid ${uid}, not to root`, place);
    checkWay(resolve(dirname(path), readlinkSync(path)), place); // the next hop, which may be a link again
    return statSync(path).isDirectory();
  }
  if (uid !== 0) throw unsafe(`${path} belongs to uid ${uid}, not to root`, place);
  const isSticky = kind === 0o040000 && (mode & 0o1000) !== 0; // only an owner replaces what is in it
  if ((mode & 0o002) !== 0 && !isSticky) throw unsafe(`${path} can be written by everybody`, place);
  if ((mode & 0o020) !== 0 && !isSticky && gid !== 0 && !isGroupOfNobodyElse(gid, 0))
    throw unsafe(`${path} can be written by group ${gid}`, place);
  return kind === 0o040000;
}

const unsafe = (why: string, place: string) =>
  new SessionError(
    'unsafe-installation',
    `-g would run ${place} as root, but ${why}.`,
    'Install it for all users: npm pack, then sudo npm install -g ./session-*.tgz',
  );
