// Unix sockets below Node's own: listening without accepting, a packet pair, and who is at the other end.
import { chmodSync, closeSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { checked } from './libc.ts';

const socket = checked('int socket(int, int, int)');
const bind = checked('int bind(int, void*, uint)');
const listen = checked('int listen(int, int)');
const socketpair = checked('int socketpair(int, int, int, _Out_ int*)');
const getsockopt = checked('int getsockopt(int, int, int, void*, _Inout_ uint*)');
const umask = checked('int umask(int)');
const poll = checked('int poll(void*, ulong, int)');

const AF_UNIX = 1;
const STREAM = 1;
const SEQPACKET = 5;
const CLOEXEC_NONBLOCK = 0o2004000;
const CLOEXEC = 0o2000000;

/** sun_path holds 108 bytes with its NUL; Node 20 cuts a longer path silently. */
const LONGEST_PATH = 107;

/** Callers that wait to be accepted. The kernel cuts this to net.core.somaxconn. */
export const BACKLOG = 4096;

/** Binds and listens at `path` (mode 0600), accepting nothing: callers queue. Returns the descriptor. */
export function listenUnix(path: string): number {
  const fd = socket(AF_UNIX, STREAM | CLOEXEC_NONBLOCK, 0);
  withShortPath(path, (short) => {
    const name = Buffer.from(`${short}\0`);
    const address = Buffer.alloc(2 + name.length);
    address.writeUInt16LE(AF_UNIX, 0);
    name.copy(address, 2);
    const before = umask(0o177); // the socket is never open to others, not even for a moment
    try {
      bind(fd, address, address.length);
    } finally {
      umask(before);
    }
  });
  chmodSync(path, 0o600);
  listen(fd, BACKLOG);
  return fd;
}

/** Calls `use` with a path to the same socket that fits into a socket address. */
export function withShortPath<T>(path: string, use: (short: string) => T): T {
  if (Buffer.byteLength(path) <= LONGEST_PATH) return use(path);
  const directory = openSync(dirname(path), 'r');
  try {
    return use(`/proc/self/fd/${directory}/${basename(path)}`);
  } finally {
    closeSync(directory);
  }
}

/** Two connected packet sockets: [ours, theirs]. */
export function packetPair(): [number, number] {
  const pair = [0, 0];
  socketpair(AF_UNIX, SEQPACKET | CLOEXEC, 0, pair);
  return [pair[0] as number, pair[1] as number];
}

export interface Peer {
  pid: number;
  uid: number;
}

/** Who opened the connection, by the kernel's word (SO_PEERCRED). */
export function peerOf(fd: number): Peer {
  const credentials = Buffer.alloc(12);
  getsockopt(fd, 1 /* SOL_SOCKET */, 17 /* SO_PEERCRED */, credentials, [12]);
  return { pid: credentials.readInt32LE(0), uid: credentials.readUInt32LE(4) };
}

/** The other end is closed, and nobody waits for an answer. (One that only says no more is still there.) */
export function hasHungUp(fd: number): boolean {
  const asked = Buffer.alloc(8);
  asked.writeInt32LE(fd, 0);
  poll(asked, 1, 0);
  return (asked.readInt16LE(6) & 0x10) /* POLLHUP */ !== 0;
}
