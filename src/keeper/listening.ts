// Where callers come in: the socket that the keeper holds for its life, accepting nothing itself. A cleaner may
// sweep its path away; then it is made anew, at the same place.
import { closeSync, lstatSync } from 'node:fs';
import { removeQuietly } from '../base/own-file.ts';
import type { Place } from '../base/paths.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { listenUnix } from '../system/sockets.ts';

export interface Listening {
  listenFd: number;
  /** Which file the socket is; not known of an older keeper's. */
  socket?: string | undefined;
}

/** Listens at the place's socket. To be called with the scope's lock held: nobody else can be there. */
export function listenAt(place: Place): Listening {
  ensurePrivateDirectory(place.run);
  for (const each of [place.socket, place.listing]) removeQuietly(each);
  const listenFd = listenUnix(place.socket);
  return { listenFd, socket: socketAt(place.socket) };
}

/** Whether callers can still find the socket, and nothing else in its place. */
export function isReachable(place: Place, { socket }: Listening): boolean {
  const found = socketAt(place.socket);
  return found !== undefined && (socket === undefined || found === socket);
}

/** A number alone may be another's by now. Undefined where there is no socket. */
function socketAt(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSocket() ? `${found.dev}.${found.ino}.${found.birthtimeMs}` : undefined;
}

/** What lies in its place by now is another's. */
export function stopListening(place: Place, listening: Listening): void {
  if (isReachable(place, listening)) for (const each of [place.listing, place.socket]) removeQuietly(each);
  closeSync(listening.listenFd);
}
