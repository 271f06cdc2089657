// Looking after a supervisor that owes an answer: a greeting, a reply, or that it has taken what was typed. It may hang;
// then its keeper, asked to see to it, replaces it. It is asked again and again, ever less often, since a reply may
// rightly take its time.
import { lstatSync, rmSync } from 'node:fs';
import { passed } from '../base/clock.ts';
import type { Place } from '../base/paths.ts';
import { isKeeperDead } from '../system/living-keeper.ts';
import { PATIENCE } from './connect.ts';
import { pokeKeeper } from './keeper.ts';

/** What is owed for so long, ms, is looked after. */
const FIRST = 2000;
/** And then at least so often, ms. */
const LONGEST = 60_000;

export interface Waiting {
  place: Place;
  /** Whether a keeper may be started where it is dead. */
  mayLaunch(): boolean;
  isOwed(): boolean;
  giveUp(): void;
  /** This line leads nowhere: whoever is there now is to be connected to. */
  reconnect(): void;
}

export interface Patience {
  /** A line is there, and its greeting is owed. */
  connected(): void;
  /** The supervisor has greeted. */
  greeted(): void;
  /** Something more is owed; `isFirst`: nothing was until now. */
  asked(isFirst: boolean): void;
  /** It has said something. */
  heard(): void;
  /** The line is no more. */
  closed(): void;
  /** Nobody has answered for too long. */
  isOver(): boolean;
}

/** Deaths of a supervisor that are no reason to give up, though the reply is long in coming. */
const FORGIVEN = 3;

export function patience({ place, mayLaunch, isOwed, giveUp, reconnect }: Waiting): Patience {
  let timer: NodeJS.Timeout | undefined;
  let delay = FIRST;
  /** Of the socket that the line leads to. */
  let inode: number | undefined;
  let connectedAt = 0;
  let isGreeted = false;
  let silentSince = passed();
  let forgiven = 0;

  const wait = (next: number) => {
    delay = next;
    timer ??= setTimeout(look, delay);
  };
  const rest = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const look = () => {
    timer = undefined;
    if (!isGreeted && self.isOver()) return giveUp();
    if (inodeOf(place.socket) !== inode) return reconnect();
    if (!pokeKeeper(place) && mayLaunch() && isKeeperDead(place)) {
      // It stands still, too: only a keeper that begins anew replaces it, at a new socket.
      rmSync(place.socket, { force: true });
      return reconnect();
    }
    wait(isGreeted ? Math.min(LONGEST, delay * 2) : FIRST);
  };

  const self: Patience = {
    connected() {
      inode = inodeOf(place.socket);
      connectedAt = passed();
      isGreeted = false;
      wait(FIRST);
    },
    greeted() {
      isGreeted = true;
      rest();
      if (isOwed()) wait(FIRST);
    },
    asked(isFirst) {
      if (isFirst) silentSince = passed();
      if (isGreeted && timer === undefined) wait(FIRST);
    },
    heard() {
      forgiven = 0;
      silentSince = passed();
      if (timer === undefined || !isGreeted) return;
      rest();
      if (isOwed()) wait(FIRST);
    },
    closed() {
      rest();
      if (isGreeted && passed() - connectedAt > FIRST && forgiven++ < FORGIVEN) silentSince = passed();
      isGreeted = false;
    },
    isOver: () => passed() - silentSince > PATIENCE,
  };
  return self;
}

const inodeOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.ino;
