// The way to a path, step by step, and who could put something else in the place of a step: what lies there is believed,
// or run as root, only if nobody else can.
import { lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Step {
  path: string;
  /** The owner, who can always change it. */
  uid: number;
  gid: number;
  /** With the sticky bit and its kin. */
  mode: number;
  is: 'directory' | 'link' | 'other';
}

const STICKY = 0o1000;

/** Throws what lstat does. */
export function stepAt(path: string): Step {
  const found = lstatSync(path);
  const is = found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'directory' : 'other';
  return { path, uid: found.uid, gid: found.gid, mode: found.mode & 0o7777, is };
}

/** `path`, what is above it up to the root, and where links on the way lead, hop by hop. */
export function* stepsTo(path: string): Generator<Step> {
  for (let at = path; ; at = dirname(at)) {
    const step = stepAt(at);
    yield step;
    if (step.is === 'link') yield* stepsTo(resolve(dirname(at), readlinkSync(at)));
    if (at === '/') return;
  }
}

/** Who can write there besides its owner and `uid`; undefined: nobody. */
export function openTo({ gid, mode, is }: Step, uid: number): 'everybody' | 'group' | undefined {
  // A link's mode says nothing; in a sticky directory, such as /tmp, only the owner of an entry can replace it.
  if (is === 'link' || (is === 'directory' && (mode & STICKY) !== 0)) return undefined;
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) !== 0 && !isGroupOfNobodyElse(gid, uid) ? 'group' : undefined;
}

/** Why somebody besides root could put something else in the place of `path`, or of what links on it lead to; undefined: nobody. */
export function openBesidesRoot(path: string): string | undefined {
  for (const way of [path, realpathSync(path)])
    for (const step of stepsTo(way)) {
      const why = stepOpenBesidesRoot(step);
      if (why !== undefined) return why;
    }
  return undefined;
}

/** The same for one step alone. */
export function stepOpenBesidesRoot(step: Step): string | undefined {
  const { path, uid, gid } = step;
  if (uid !== 0) return `${path} belongs to uid ${uid}, not to root`;
  const who = openTo(step, 0);
  if (who === 'everybody') return `${path} can be written by everybody`;
  return who === 'group' && gid !== 0 ? `${path} can be written by group ${gid}` : undefined;
}

/**
 * Whether nobody but `uid` is in a group: a user's private group, or one without members such as Debian's staff, to
 * which /usr/local belongs. As the local files say it; a group that they do not know may have anybody in it.
 */
function isGroupOfNobodyElse(gid: number, uid: number): boolean {
  try {
    const users = linesOf('/etc/passwd');
    const own = users.find((each) => each[2] === String(uid))?.[0];
    const members = linesOf('/etc/group')
      .find((each) => each[2] === String(gid))?.[3]
      ?.split(',') ?? ['?'];
    const primary = users.filter((each) => each[3] === String(gid)).map((each) => each[0]);
    return [...members, ...primary].every((name) => name === '' || name === own);
  } catch {
    return false;
  }
}

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
