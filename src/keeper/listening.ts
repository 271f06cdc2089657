// Where callers come in: the socket that the keeper holds for its life, accepting nothing itself. A cleaner may
// sweep its path away; then it is made anew, at the same place.
import { closeSync, lstatSync, unlinkSync } from 'node:fs';
import type { Place } from '../base/paths.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { listenUnix } from '../system/sockets.ts';

/** Listens at the place's socket. To be called with the scope's lock held: nobody else can be there. */
export function listenAt(place: Place): number {
  ensurePrivateDirectory(place.run);
  remove(place.socket);
  const fd = listenUnix(place.socket);
  made = inodeOf(place.socket);
  return fd;
}

/** Of the socket as it was made; not known after an upgrade. */
let made: number | undefined;

/** Whether callers can still find the socket, and nothing else in its place. */
export function isReachable(place: Place): boolean {
  const found = inodeOf(place.socket);
  return found !== undefined && (made === undefined || found === made);
}

/** Undefined where there is no socket. */
function inodeOf(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSocket() ? found.ino : undefined;
}

export function stopListening(place: Place, fd: number): void {
  remove(place.socket);
  closeSync(fd);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There was none.
  }
}
