// Where a keeper stands: the scope's lock and the socket, held for its life. Either may be swept away under it, or all of
// the home be deleted or replaced; then they are taken anew, at the same place.
import { closeSync } from 'node:fs';
import { reasonOf, SessionError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Place } from '../base/paths.ts';
import { isLockedBy, tryLock } from '../system/lock.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { isReachable, listenAt } from './listening.ts';
import { publishKeeper } from './lock-file.ts';

export interface Held {
  lockFd: number;
  listenFd: number;
  /** Names this keeper's life, from its first start to its end, upgrades included. */
  life: string;
}

/** Takes lock and socket at a first start; undefined where another keeper has them. */
export function takePlace(place: Place): Held | undefined {
  ensurePrivateDirectory(place.home);
  const lockFd = takeLock(place);
  if (lockFd === null) return undefined;
  const life = Math.random().toString(36).slice(2, 12);
  publishKeeper(lockFd, life);
  return { lockFd, listenFd: listenAt(place), life };
}

export interface Standing extends Readonly<Held> {
  /** Writes who keeps, which an upgrade has changed, into the lock file. */
  publish(): void;
  /** Takes anew what is lost, and answers what that was. */
  renew(): 'nothing' | 'socket' | 'home' | 'everything';
}

export function standAt(place: Place, held: Held, log: Log): Standing {
  const { life } = held;
  let { lockFd, listenFd } = held;
  const publish = () => {
    try {
      publishKeeper(lockFd, life);
    } catch (error) {
      log.warn('what this keeper is cannot be noted', { error: String(error) });
    }
  };
  const listenAnew = () => {
    const fresh = listenAt(place);
    closeSync(listenFd);
    listenFd = fresh;
  };
  const lockAnew = () => {
    ensurePrivateDirectory(place.home);
    const fresh = takeLock(place);
    if (fresh === null) throw new Error('another keeper holds the place');
    closeSync(lockFd);
    lockFd = fresh;
    publish();
  };
  return {
    life,
    get lockFd() {
      return lockFd;
    },
    get listenFd() {
      return listenFd;
    },
    publish,
    renew() {
      try {
        const isHomeLost = !isLockedBy(lockFd, place.keeperLock);
        if (!isHomeLost && isReachable(place)) return 'nothing';
        if (isHomeLost) lockAnew();
        listenAnew();
        log.warn(
          isHomeLost
            ? 'the home was gone or is another, and the keeper is there anew'
            : 'the socket was gone and is made anew',
        );
        return isHomeLost ? 'home' : 'socket';
      } catch (error) {
        log.error('the place is lost and cannot be taken anew', { error: String(error) });
        return 'everything';
      }
    },
  };
}

function takeLock({ keeperLock }: Place): number | null {
  try {
    return tryLock(keeperLock);
  } catch (error) {
    throw new SessionError('unsafe-home', `cannot use ${keeperLock}: ${reasonOf(error)}.`, 'Move it away.', error);
  }
}
