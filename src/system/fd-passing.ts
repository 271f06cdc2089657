// File descriptors over a packet socket (SCM_RIGHTS). Never waits: EAGAIN and "nothing there" are answers.
import { checked, declare, lastErrno, struct, systemError } from './libc.ts';

struct('iovec', { base: 'void*', len: 'size_t' });
struct('msghdr', {
  name: 'void*',
  namelen: 'uint',
  iov: 'iovec*',
  iovlen: 'size_t',
  control: 'void*',
  controllen: 'size_t',
  flags: 'int',
});
const sendmsg = checked('long sendmsg(int, const msghdr*, int)');
const recvmsg = declare('long recvmsg(int, _Inout_ msghdr*, int)');

/** SCM_MAX_FD: one message more than this is EINVAL. */
export const MOST_DESCRIPTORS = 253;

const DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
const DONTWAIT_CLOEXEC = 0x40 | 0x40000000;
const TRUNCATED = 0x20 | 0x08; // MSG_TRUNC | MSG_CTRUNC
const EAGAIN = 11;

/** Sends `fds` with `text` (at least one byte). Throws with code EAGAIN while the queue is full. */
export function sendDescriptors(socket: number, fds: number[], text: string): void {
  const data = Buffer.from(text);
  const control = Buffer.alloc(16 + ((4 * fds.length + 7) & ~7)); // cmsg: length, level, type, then the fds
  control.writeBigUInt64LE(BigInt(16 + 4 * fds.length), 0);
  control.writeInt32LE(1 /* SOL_SOCKET */, 8);
  control.writeInt32LE(1 /* SCM_RIGHTS */, 12);
  fds.forEach((fd, i) => {
    control.writeInt32LE(fd, 16 + 4 * i);
  });
  sendmsg(socket, header(data, control), DONTWAIT_NOSIGNAL);
}

/** The next message, or null where none waits. Descriptors arrive close-on-exec. */
export function receiveDescriptors(socket: number): { text: string; fds: number[] } | null {
  const data = Buffer.alloc(8192);
  const control = Buffer.alloc(16 + 4 * (MOST_DESCRIPTORS + 1));
  const message = header(data, control);
  const length = recvmsg(socket, message, DONTWAIT_CLOEXEC);
  if (length < 0) {
    if (lastErrno() === EAGAIN) return null;
    throw systemError(lastErrno(), 'recvmsg');
  }
  if (message.flags & TRUNCATED) throw new Error('recvmsg: a message was cut');
  const fds: number[] = [];
  if (Number(message.controllen) > 16) {
    const end = Number(control.readBigUInt64LE(0));
    for (let at = 16; at + 4 <= end; at += 4) fds.push(control.readInt32LE(at));
  }
  return { text: data.toString('utf8', 0, length), fds };
}

function header(data: Buffer, control: Buffer) {
  const iov = { base: data, len: data.length };
  return { name: null, namelen: 0, iov, iovlen: 1, control, controllen: control.length, flags: 0 };
}
