// Whether a group that may write is anybody else: a user's private group is not, nor one without members, such as
// Debian's staff, to which /usr/local belongs.
import { readFileSync } from 'node:fs';

/** As the local files say it; a group that they do not know may have anybody in it. */
export function isGroupOfNobodyElse(gid: number, uid: number): boolean {
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
