// What every session shares: the clock, the disk, the keeper. Made once, in main.ts.
import type { Clock, Undo } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Place } from '../base/paths.ts';
import type { SettingValues } from '../model/settings.ts';
import type { Account } from '../system/accounts.ts';
import type { ReadSlot } from '../system/read-slot.ts';
import type { KeeperLink } from './keeper-link.ts';
import type { Posted } from './posted.ts';
import type { Session } from './session.ts';

export interface House {
  place: Place;
  clock: Clock;
  /** Calls `then` once at that time of the wall clock, or earlier when somebody sets it. */
  at(time: number, then: () => void): Undo;
  log: Log;
  bootId: string;
  keeper: KeeperLink & { pid: number; life: string; version: string };
  slot(index: number): ReadSlot;
  /** Pids of all sessions' leaders: no session's stranger. */
  leaders(): Set<number>;
  /** The orderly end has begun: nothing new is taken on. */
  leaving(): boolean;
  /** What `ls` was answered; to be withdrawn before anybody is told of a change. */
  posted: Posted;
  /** Whose sessions these are. */
  account(): Account;
  /** As they are configured now. */
  settings(): SettingValues;
  /** A session's state, wish or history changed. */
  changed(session: Session): void;
  /** A session is gone for good. */
  removed(session: Session): void;
  /** Descriptors that may still be opened. */
  room(): number;
}
