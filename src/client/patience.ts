// Looking after a supervisor from which something is due: a greeting, a reply, a sign that it has heard what was typed. It
// may hang; then its keeper, asked to see to it, replaces it. For a reply, which may rightly take its time, it is asked
// again and again, ever less often; for keys once, until more is typed: a program may say nothing to them.
import { lstatSync, rmSync } from 'node:fs';
import { passed } from '../base/clock.ts';
import type { Place } from '../base/paths.ts';
import { isKeeperDead, lastLife } from '../system/living-keeper.ts';
import { PATIENCE } from './connect.ts';
import { pokeKeeper } from './keeper.ts';

/** What is due for so long, ms, is looked after. */
const FIRST = 2000;
/** And then at least so often, ms. */
const LONGEST = 60_000;
/** Deaths of a supervisor that are no reason to give up, though the reply is long in coming. */
const FORGIVEN = 3;

export interface Waiting {
  place: Place;
  /** Whether a keeper may be started where it is dead. */
  mayLaunch(): boolean;
  /** Whether a reply is due. */
  isOwed(): boolean;
  giveUp(): void;
  /** This line leads nowhere: whoever is there now is to be connected to. */
  reconnect(): void;
}

export interface Patience {
  /** A line is there, and its greeting is due. */
  connected(): void;
  /** The supervisor of the keeper of this life has greeted. */
  greeted(life: string): void;
  /** A request is about to be made. */
  asking(): void;
  /** Keys were sent. */
  typed(): void;
  /** It has said something. */
  heard(): void;
  /** The line is no more. */
  closed(): void;
  /** Nobody has answered for too long. */
  isOver(): boolean;
}

export function patience({ place, mayLaunch, isOwed, giveUp, reconnect }: Waiting): Patience {
  let timer: NodeJS.Timeout | undefined;
  let delay = FIRST;
  /** Which socket the line leads to, and whose supervisor has greeted there. */
  let socket: number | undefined;
  let life: string | undefined;
  let connectedAt = 0;
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
    if (life === undefined && self.isOver()) return giveUp();
    const lives = pokeKeeper(place);
    if (leadsNowhere(lives)) return reconnect();
    if (!lives && mayLaunch() && isKeeperDead(place)) {
      // It stands still, too: only a keeper that begins anew replaces it, at a new socket.
      rmSync(place.socket, { force: true });
      return reconnect();
    }
    if (life === undefined) wait(FIRST);
    else if (isOwed()) wait(Math.min(LONGEST, delay * 2));
  };
  /** Another keeper is there. A working line does not end for a socket that was swept away. */
  const leadsNowhere = (lives: boolean) => {
    const [now, before] =
      life === undefined ? [inodeOf(place.socket), socket] : [lives ? lastLife(place) : undefined, life];
    return now !== undefined && now !== before;
  };

  const self: Patience = {
    connected() {
      socket = inodeOf(place.socket);
      connectedAt = passed();
      life = undefined;
      wait(FIRST);
    },
    greeted(of) {
      life = of;
      rest();
      if (isOwed()) wait(FIRST);
    },
    asking() {
      if (!isOwed()) silentSince = passed();
      if (life !== undefined) wait(FIRST);
    },
    typed() {
      if (life !== undefined) wait(FIRST);
    },
    heard() {
      forgiven = 0;
      silentSince = passed();
      if (timer === undefined || life === undefined) return;
      rest();
      if (isOwed()) wait(FIRST);
    },
    closed() {
      rest();
      if (life !== undefined && passed() - connectedAt > FIRST && forgiven++ < FORGIVEN) silentSince = passed();
      life = undefined;
    },
    isOver: () => passed() - silentSince > PATIENCE,
  };
  return self;
}

/** Undefined: there is none, or it cannot be seen. */
function inodeOf(path: string): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
