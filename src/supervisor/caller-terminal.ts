// The terminal of who calls, made ready for bytes that are meant for it as they are: Node's raw mode leaves output
// processing on, which turns a bare LF into CR LF. From here it takes a tenth of a millisecond; a client of its own would
// have to load what makes ioctls, or to start a program, for a tenth of the time that attaching takes.
import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { descriptorOf } from '../base/descriptor.ts';
import { setPlainOutput } from '../system/pty-device.ts';
import { peerOf } from '../system/sockets.ts';

/** Whether that was possible: the terminal may be another user's, after su. */
export function isMadePlain(socket: Socket): boolean {
  const fd = openCallerTerminal(socket);
  if (fd !== undefined) closeSync(fd);
  return fd !== undefined;
}

/** The terminal that is the standard input of who is at the other end, made plain; ours to close. */
export function openCallerTerminal(socket: Socket): number | undefined {
  let fd: number | undefined;
  try {
    const { pid } = peerOf(descriptorOf(socket));
    fd = openSync(`/proc/${pid}/fd/0`, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    setPlainOutput(fd);
    return fd;
  } catch {
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }
}
