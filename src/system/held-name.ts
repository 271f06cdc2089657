// A name that is held for a life and freed by the kernel with its holder, however it went, as a lock is. It lies in no
// directory (it is an abstract socket's), so that it is neither deleted, moved nor copied with one.
import { closeSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { checked } from './libc.ts';
import { BACKLOG, type Peer, peerOf } from './sockets.ts';

const socket = checked('int socket(int, int, int)');
const bind = checked('int bind(int, void*, uint)');
const listen = checked('int listen(int, int)');
const connect = checked('int connect(int, void*, uint)');
const accept = checked('int accept4(int, void*, void*, int)');

const AF_UNIX = 1;
const STREAM_CLOEXEC_NONBLOCK = 1 | 0o2004000;

/** sun_path without the NUL that makes it abstract. */
const LONGEST = 107;

/** One that is just being given back, or taken, has nobody to be looked up. */
const MOST_ATTEMPTS = 1000;

/** Takes `name`; null: a process of our own user has it. Throws where that cannot be known: another user's has it, say. */
export function holdName(name: string): number | null {
  for (let attempt = 0; ; attempt++) {
    const fd = socket(AF_UNIX, STREAM_CLOEXEC_NONBLOCK, 0);
    try {
      const address = addressOf(name);
      bind(fd, address, address.length);
      listen(fd, BACKLOG); // whoever asks who we are is never answered, only counted
      return fd;
    } catch (error) {
      closeSync(fd);
      if (errnoOf(error) !== 'EADDRINUSE' || attempt === MOST_ATTEMPTS) throw error;
    }
    const holder = lookUp(name);
    if (holder === 'full' || holder?.uid === process.getuid?.()) return null;
    if (holder !== undefined) throw new Error(`user ${holder.uid} holds the name '${name}'`);
  }
}

/** The process of our own user that holds `name`; undefined where none does or it cannot be seen. */
export function holderOf(name: string): number | undefined {
  const holder = lookUp(name);
  if (holder === undefined || holder === 'full' || holder.uid !== process.getuid?.()) return undefined;
  return holder.pid > 1 ? holder.pid : undefined;
}

/** Who has asked meanwhile is forgotten, or the queue would be full one day. */
export function forgetAskers(fd: number): void {
  try {
    for (;;) closeSync(accept(fd, null, null, 0));
  } catch {
    // That was the last.
  }
}

function lookUp(name: string): Peer | 'full' | undefined {
  const fd = socket(AF_UNIX, STREAM_CLOEXEC_NONBLOCK, 0);
  try {
    const address = addressOf(name);
    connect(fd, address, address.length);
    return peerOf(fd);
  } catch (error) {
    return errnoOf(error) === 'EAGAIN' ? 'full' : undefined;
  } finally {
    closeSync(fd);
  }
}

function addressOf(name: string): Buffer {
  const text = Buffer.from(name);
  if (text.length > LONGEST) throw new Error('the name is too long');
  const address = Buffer.alloc(3 + text.length);
  address.writeUInt16LE(AF_UNIX, 0);
  text.copy(address, 3);
  return address;
}
