// Backpressure towards who types: a session whose program does not read takes only so much.
import type { Socket } from 'node:net';
import { descriptorOf } from '../base/descriptor.ts';
import { watchOnce } from '../system/libc.ts';
import type { Session } from './session.ts';

/** Typed bytes a session has not taken, before its typist has to wait. */
const MOST_WAITING = 64 * 1024;

/** Until it is looked again, ms; the longer nothing is taken, the longer. */
const LONGEST_PAUSE = 1000;

/** Reads no more of a typist until the session has taken what waits. One who hangs up meanwhile is let go. */
export function holdUpWhileFull(socket: Socket, session: Session): void {
  const isFull = () => (session.run?.master.waiting() ?? 0) > MOST_WAITING;
  const fd = descriptorOf(socket);
  if (!isFull() || socket.isPaused() || fd < 0) return;
  socket.pause();
  const unwatch = watchOnce(fd, 'disconnect', () => socket.destroy());
  const look = (pause: number) => {
    if (isFull() && !socket.destroyed) return void setTimeout(look, pause, Math.min(LONGEST_PAUSE, 2 * pause));
    unwatch();
    socket.resume();
  };
  look(10);
}
