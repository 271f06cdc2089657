// A name that is held for a life and freed by the kernel with its holder, however it went, as a lock is. It lies in no
// directory (it is an abstract socket's, at which nobody listens), so that it is neither deleted, moved nor copied with
// one. Anybody can take such a name: who holds it is believed only when found among our own user's processes.
import { closeSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { checked } from './libc.ts';

const socket = checked('int socket(int, int, int)');
const bind = checked('int bind(int, void*, uint)');

const AF_UNIX = 1;
const STREAM_CLOEXEC = 1 | 0o2000000;

/** sun_path without the NUL that makes it abstract. */
export const LONGEST_NAME = 107;

/** Takes `name`, of printable ASCII; null: it is taken. */
export function holdName(name: string): number | null {
  const text = Buffer.from(name);
  const address = Buffer.alloc(3 + text.length);
  address.writeUInt16LE(AF_UNIX, 0);
  text.copy(address, 3);
  const fd = socket(AF_UNIX, STREAM_CLOEXEC, 0);
  try {
    bind(fd, address, address.length);
    return fd;
  } catch (error) {
    closeSync(fd);
    if (errnoOf(error) === 'EADDRINUSE') return null;
    throw error;
  }
}

/** The process of our own user that holds `name`; undefined: none does, or it is in another PID namespace. */
export function holderOf(name: string): number | undefined {
  const inode = inodeOf(name);
  if (inode === undefined) return undefined;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => holds(pid, `socket:[${inode}]`));
}

/** `Num RefCount Protocol Flags Type St Inode @NAME`, a line each. */
function inodeOf(name: string): string | undefined {
  const lines = readFileSync('/proc/net/unix', 'latin1').split('\n');
  return lines
    .find((each) => each.endsWith(` @${name}`))
    ?.split(/\s+/)
    .at(-2);
}

function holds(pid: number, what: string): boolean {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return false;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === what);
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
