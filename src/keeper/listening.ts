// Where callers come in: the socket that the keeper holds for its life, accepting nothing itself. A cleaner may
// sweep its path away; then it is made anew, at the same place.
import { closeSync, lstatSync, unlinkSync } from 'node:fs';
import type { Place } from '../base/paths.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { listenUnix } from '../system/sockets.ts';

export interface Listening {
  listenFd: number;
  /** The inode of the socket's path as it was made. */
  inode: number | undefined;
}

/** Listens at the place's socket. To be called with the scope's lock held: nobody else can be there. */
export function listenAt(place: Place): Listening {
  ensurePrivateDirectory(place.run);
  remove(place.socket);
  const listenFd = listenUnix(place.socket);
  return { listenFd, inode: inodeOf(place.socket) };
}

/** Whether callers can still find the socket, and nothing else in its place. */
export function isReachable(place: Place, { inode }: Listening): boolean {
  const found = inodeOf(place.socket);
  return found !== undefined && (inode === undefined || found === inode);
}

/** Undefined where there is no socket. */
function inodeOf(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSocket() ? found.ino : undefined;
}

/** What lies in its place by now is another's. */
export function stopListening(place: Place, listening: Listening): void {
  if (isReachable(place, listening)) remove(place.socket);
  closeSync(listening.listenFd);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There was none.
  }
}
