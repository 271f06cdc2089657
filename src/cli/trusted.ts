// Whether an installation may be run as root: nobody but root can change a file of it, or put another in its place.
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, SessionError } from '../base/errors.ts';
import { openBesidesRoot, type Step, stepAt, stepOpenBesidesRoot } from '../base/ways.ts';

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
export const checkProgram = (path: string): void => checkWay(path, path);

/** Every step to `path`, and where links on it lead. */
function checkWay(path: string, place: string): void {
  const why = openBesidesRoot(path);
  if (why !== undefined) throw unsafe(why, place);
}

/** `path` and what is in it. Tests are no part of what runs. */
function checkAll(path: string, place: string, isNeeded = true): void {
  let step: Step;
  try {
    step = stepAt(path);
  } catch (error) {
    if (!isNeeded && errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if (step.is === 'link') checkWay(path, place);
  else checkStep(step, place);
  if (path === join(place, 'dist', 'test') || !statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) checkAll(join(path, name), place);
}

function checkStep(step: Step, place: string): void {
  const why = stepOpenBesidesRoot(step);
  if (why !== undefined) throw unsafe(why, place);
}

const unsafe = (why: string, place: string) =>
  new SessionError(
    'unsafe-installation',
    `-g would run ${place} as root, but ${why}.`,
    'Install it for all users: npm pack, then sudo npm install -g ./session-*.tgz',
  );
