// What of a socket Node keeps to itself.
import type { Socket } from 'node:net';

/** The descriptor that libuv holds for a socket; -1 where it is closed. */
export const descriptorOf = (socket: Socket): number =>
  (socket as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1;
