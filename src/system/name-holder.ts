// Who holds a name (held-name.ts). Anybody can take one: it is believed only when found among our own user's processes.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** sun_path without the NUL that makes it abstract. */
export const LONGEST_NAME = 107;

/** The process of our own user that holds `name`; undefined: none does, or it is in another PID namespace. */
export function holderOf(name: string): number | undefined {
  const sockets = socketsNamed((each) => each === name); // one of each type
  if (sockets.length === 0) return undefined;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => holds(pid, sockets));
}

/** Whether this process, one of our own user's, holds a name that begins so. */
export const holdsNameOf = (pid: number, begin: string): boolean =>
  holds(
    pid,
    socketsNamed((each) => each.startsWith(begin)),
  );

/** `Num RefCount Protocol Flags Type St Inode @NAME`, a line each. */
function socketsNamed(wanted: (name: string) => boolean): string[] {
  return readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .map((line) => /^(?:\S+ +){6}(\d+) @(.+)$/.exec(line))
    .flatMap((found) => (found !== null && wanted(found[2] as string) ? [`socket:[${found[1]}]`] : []));
}

function holds(pid: number, sockets: string[]): boolean {
  if (sockets.length === 0) return false;
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return false;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.includes(linkOf(`/proc/${pid}/fd/${fd}`) ?? ''));
  } catch {
    return false; // it has ended
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
