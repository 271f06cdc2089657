// The command as root, behind sudo: it knocks at the one that asked for it, which so knows that sudo let it run. An
// abstract socket, found by going up the parents: nothing is passed on, and no file is opened.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { checkProgram } from './trusted.ts';

/** Where the process `pid` waits for it. */
export const doorOf = (pid: number) => `\0session-elevates-${pid}`;

/** sudo, its monitor, and who asked; a little more for what an administrator puts around it. */
const MOST_PARENTS = 6;

/** Resolves when one has opened, or none of them does. Throws where the Node that we run is not root's alone. */
export async function knock(): Promise<void> {
  await knockAtParents();
  checkProgram(process.execPath);
}

async function knockAtParents(): Promise<void> {
  let pid = process.ppid;
  for (let left = MOST_PARENTS; left > 0 && pid > 1; left--) {
    if (await opens(doorOf(pid))) return;
    pid = parentOf(pid);
  }
}

const opens = (path: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
