// Where a keeper stands: the scope's lock, the names that it is known by, and the socket, held for its life. Lock and
// socket may be swept away under it, or all of the home be deleted or replaced; then they are taken anew, at the same
// place. By the names, which stay, whoever would begin a second keeper there meanwhile finds the first.
import { closeSync } from 'node:fs';
import { reasonOf, SessionError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Place } from '../base/paths.ts';
import { holdName } from '../system/held-name.ts';
import { isSameFile, keeperByLife, keeperByPath, nameOfHome, nameOfLife } from '../system/keeper-names.ts';
import { isLockedBy, tryLock } from '../system/lock.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { isReachable, type Listening, listenAt, stopListening } from './listening.ts';
import { publishKeeper, readPublished } from './lock-file.ts';

export interface Held extends Listening {
  lockFd: number;
  /** Names this keeper's life, from its first start to its end, upgrades included. */
  life: string;
  /** What holds the home's name and the life's; undefined where it could not be taken, and the lock alone must do. */
  homeNameFd?: number | undefined;
  lifeNameFd?: number | undefined;
  /** The home is another, and nobody has been told yet. */
  isHomeNew?: boolean;
}

/** For a name that nobody of ours seems to have. */
const TRIES = 5;

/** Takes lock, names and socket at a first start; undefined where another keeper has them. */
export function takePlace(place: Place): Held | undefined {
  ensurePrivateDirectory(place.home);
  const lockFd = takeLock(place);
  if (lockFd === null) return undefined;
  let homeNameFd: number | undefined;
  let rival: number | undefined;
  // One that has just died holds its name for a moment more than its lock.
  for (let tries = 0; tries < TRIES && homeNameFd === undefined && rival === undefined; tries++) {
    homeNameFd = takeName(() => nameOfHome(place));
    if (homeNameFd === undefined) rival = keeperByPath(place);
  }
  rival ??= rivalOf(place, lockFd);
  if (rival !== undefined) {
    for (const fd of [lockFd, homeNameFd]) if (fd !== undefined) closeSync(fd);
    wake(rival);
    return undefined;
  }
  const life = Math.random().toString(36).slice(2, 12);
  const lifeNameFd = takeName(() => nameOfLife(life));
  publishKeeper(lockFd, life, place.home);
  return { lockFd, ...listenAt(place), life, homeNameFd, lifeNameFd };
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
  // An older keeper knew of no names; one could not be had before.
  let held = {
    ...inherited,
    homeNameFd: inherited.homeNameFd ?? takeName(() => nameOfHome(place)),
    lifeNameFd: inherited.lifeNameFd ?? takeName(() => nameOfLife(inherited.life)),
  };
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
    held = { ...held, lockFd: fresh, isHomeNew: true };
    publish();
  };
  return {
    held: () => held,
    publish,
    renew() {
      try {
        if (!isLockedBy(held.lockFd, place.keeperLock)) lockAnew();
        if (!held.isHomeNew && isReachable(place, held)) return 'nothing';
        listenAnew();
        const lost = held.isHomeNew ? 'home' : 'socket';
        held = { ...held, isHomeNew: false };
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

function takeName(name: () => string): number | undefined {
  try {
    return holdName(name()) ?? undefined;
  } catch {
    return undefined; // no descriptor left, say
  }
}

/**
 * The keeper that lives by what the lock file says: one that has lost this home. Throws where it is that of another home,
 * of which this one is a copy: what is in it must not run a second time.
 */
function rivalOf(place: Place, lockFd: number): number | undefined {
  const last = readPublished(lockFd);
  const rival = last && keeperByLife(last.life);
  if (last === undefined || rival === undefined) return undefined;
  if (last.home === place.home || isSameFile(String(last.home), place.home)) return rival;
  const where = last.home === undefined ? '' : ` of ${last.home}`;
  throw new SessionError(
    'unsafe-home',
    `${place.home} is a copy: its sessions are kept by the keeper${where} (PID ${rival}).`,
    `Use that one, or delete ${place.keeperLock}: then this one goes on apart from it.`,
  );
}

/** The keeper that has lost this home is told to come back to it. */
function wake(keeper: number): void {
  try {
    process.kill(keeper, 'SIGURG');
  } catch {
    // It has just ended.
  }
}
