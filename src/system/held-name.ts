// A name that is held for a life and freed by the kernel with its holder, however it went, as a lock is. It lies in no
// directory (it is an abstract socket's, at which nobody listens), so that it is neither deleted, moved nor copied with one.
import { closeSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { checked } from './libc.ts';

const socket = checked('int socket(int, int, int)');
const bind = checked('int bind(int, void*, uint)');

const AF_UNIX = 1;
const STREAM_CLOEXEC = 1 | 0o2000000;

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
