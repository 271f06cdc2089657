// Where a keeper stands: the scope's lock, the names that it is known by, and the socket, held for its life. Lock and
// socket may be swept away under it, or all of the home be deleted or replaced; then they are taken anew, at the same
// place. The names stay, so that no second keeper begins there meanwhile.
import { closeSync } from 'node:fs';
import { reasonOf, SessionError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Place } from '../base/paths.ts';
import { forgetAskers, holderOf, holdName } from '../system/held-name.ts';
import { livesStill, nameOfHome, nameOfLife } from '../system/keeper-names.ts';
import { isLockedBy, tryLock } from '../system/lock.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { isReachable, type Listening, listenAt, stopListening } from './listening.ts';
import { publishKeeper, readPublished } from './lock-file.ts';

export interface Held extends Listening {
  lockFd: number;
  /** Names this keeper's life, from its first start to its end, upgrades included. */
  life: string;
  /** What holds the home's name and the life's. */
  nameFds: number[];
}

/** Takes lock, names and socket at a first start; undefined where another keeper has them. */
export function takePlace(place: Place): Held | undefined {
  ensurePrivateDirectory(place.home);
  const lockFd = takeLock(place);
  if (lockFd === null) return undefined;
  const home = hold(() => nameOfHome(place));
  const rival = home === null ? nameOfHome(place) : rivalOf(place, lockFd);
  if (rival !== undefined) {
    closeSync(lockFd);
    wake(rival);
    return undefined;
  }
  const life = Math.random().toString(36).slice(2, 12);
  const nameFds = [home, hold(() => nameOfLife(life))].filter((fd) => typeof fd === 'number');
  publishKeeper(lockFd, life, place.home);
  return { lockFd, ...listenAt(place), life, nameFds };
}

export interface Standing {
  /** As it is now. */
  held(): Held;
  /** Writes who keeps, which an upgrade has changed, into the lock file. */
  publish(): void;
  /** Takes anew what is lost, and answers what that was. */
  renew(): 'nothing' | 'socket' | 'home' | 'everything';
  /** Nobody finds us any more. */
  leave(): void;
}

export function standAt(place: Place, inherited: Held, log: Log): Standing {
  let held = inherited;
  let isHomeNew = false;
  const publish = () => {
    try {
      publishKeeper(held.lockFd, held.life, place.home);
    } catch (error) {
      log.warn('what this keeper is cannot be noted', { error: String(error) });
    }
  };
  const listenAnew = () => {
    const fresh = listenAt(place);
    closeSync(held.listenFd);
    held = { ...held, ...fresh };
  };
  const lockAnew = () => {
    ensurePrivateDirectory(place.home);
    const fresh = takeLock(place);
    if (fresh === null) throw new Error('another keeper holds the place');
    closeSync(held.lockFd);
    const name = hold(() => nameOfHome(place)); // another one, where the directory around it was deleted, too
    held = { ...held, lockFd: fresh, nameFds: [...held.nameFds, name].filter((fd) => typeof fd === 'number') };
    isHomeNew = true;
    publish();
  };
  return {
    held: () => held,
    publish,
    renew() {
      held.nameFds.forEach(forgetAskers);
      try {
        if (!isLockedBy(held.lockFd, place.keeperLock)) lockAnew();
        if (!isHomeNew && isReachable(place, held)) return 'nothing';
        listenAnew();
        const lost = isHomeNew ? 'home' : 'socket';
        isHomeNew = false;
        log.warn(
          lost === 'home'
            ? 'the home was gone or is another, and the keeper is there anew'
            : 'the socket was gone and is made anew',
        );
        return lost;
      } catch (error) {
        log.error('the place is lost and cannot be taken anew', { error: String(error) });
        return 'everything';
      }
    },
    leave: () => stopListening(place, held),
  };
}

function takeLock({ keeperLock }: Place): number | null {
  try {
    return tryLock(keeperLock);
  } catch (error) {
    throw new SessionError('unsafe-home', `cannot use ${keeperLock}: ${reasonOf(error)}.`, 'Move it away.', error);
  }
}

/** Null: another keeper has it. Undefined: it cannot be held (another user took it, say), and the lock alone must do. */
function hold(name: () => string): number | null | undefined {
  try {
    return holdName(name());
  } catch {
    return undefined;
  }
}

/**
 * The name of the keeper that lives by what the lock file says: one that has lost this home. Throws where it is that of
 * another home, of which this one is a copy: what is in it must not run a second time.
 */
function rivalOf(place: Place, lockFd: number): string | undefined {
  const last = readPublished(lockFd);
  if (last === undefined || !livesStill(last.life)) return undefined;
  if (last.home === place.home) return nameOfLife(last.life);
  const where = last.home === undefined ? '' : ` of ${last.home}`;
  throw new SessionError(
    'unsafe-home',
    `${place.home} is a copy: its sessions are kept by the keeper${where} (PID ${last.pid}).`,
    `Use that one, or delete ${place.keeperLock}: then this one goes on apart from it.`,
  );
}

/** The keeper that has lost this home is told to come back to it. */
function wake(name: string): void {
  try {
    const pid = holderOf(name);
    if (pid !== undefined) process.kill(pid, 'SIGURG');
  } catch {
    // It has just ended.
  }
}
