// Where callers come in: the socket that the keeper holds for its life, accepting nothing itself. A cleaner may
// sweep its path away; then it is made anew, at the same place.
import { closeSync, existsSync, unlinkSync } from 'node:fs';
import type { Place } from '../base/paths.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { listenUnix } from '../system/sockets.ts';

/** Listens at the place's socket. To be called with the scope's lock held: nobody else can be there. */
export function listenAt(place: Place): number {
  ensurePrivateDirectory(place.run);
  remove(place.socket);
  return listenUnix(place.socket);
}

/** Whether callers can still find the socket. */
export const isReachable = (place: Place) => existsSync(place.socket);

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
