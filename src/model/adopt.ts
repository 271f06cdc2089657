// What a session's life is when a supervisor begins: rebuilt from the wish that was saved, the history that
// was stored, and what the keeper still holds. Pure, like the table it leads into.
import type { ExitStatus } from './exit.ts';
import { type Desired, type Effect, type Life, NEW_LIFE, type Policy } from './lifecycle.ts';

/** How this keeper's life began: after an orderly end of the last one, or after a crash or power cut. */
export type Beginning = 'ordered' | 'crashed';

export interface Found {
  desired: Desired;
  /** Newest run wished for, and newest run that needs no spawn any more. */
  run: number;
  settled: number;
  attempts: number;
  beginning: Beginning;
  /** The keeper has only just begun: no spawn was wished for under it. */
  isNewKeeper: boolean;
  /** The keeper's process of this session, if it holds one. */
  held?: Held | undefined;
  /** The newest run that was stored, and how it ended if that was stored too. */
  last?: Last | undefined;
}

interface Last {
  run: number;
  thisKeeper: boolean;
  thisBoot: boolean;
  exit: ExitStatus | null;
  gaveUp: boolean;
  /** The verdict of the restart policy, as it was when it ended; undefined: not given yet. */
  rests?: boolean | undefined;
  /** There was no process: its spawn was refused. */
  refused: boolean;
}

export interface Held {
  run: number;
  /** Its leader has. */
  ended: boolean;
  /** Others of its tree live on. */
  leftovers: boolean;
  /** It stands still, as a suspend leaves it. */
  frozen: boolean;
}

export interface Adopted {
  life: Life;
  effects: Effect[];
  /** It is due because the last end was not in order: dispatch `boot` to it. */
  relaunch?: boolean;
}

/** The life to go on from and the effects to begin with. An end still to be told follows as an event. */
export function adopt(found: Found, policy: Policy): Adopted {
  const { desired, run, attempts, held, last } = found;
  const life: Life = { ...NEW_LIFE, desired, run, attempts, launch: 'retry' };
  const isOver = held?.ended === true && !held.leftovers;
  const endIsStored = isOver && last?.run === held.run && last.exit !== null && isNext(held.run, found);
  if (held !== undefined && !endIsStored) return adoptProcess(life, held);

  const release: Effect[] = endIsStored ? [{ do: 'release' }] : [];
  const at = (state: Life['state'], ...effects: Effect[]): Adopted => ({
    life: { ...life, state },
    effects: [...release, ...effects],
  });
  if (desired === 'removed') return at('gone', { do: 'forget' });
  if (desired === 'stopped') return at('stopped');
  if (desired === 'suspended') return at('held');
  if (run > found.settled && !found.isNewKeeper) {
    // The wish was saved, and its spawn never reached a keeper: do it now.
    return { life: { ...life, state: 'starting', launch: 'asked' }, effects: [...release, { do: 'spawn' }] };
  }
  if (found.isNewKeeper || last?.thisKeeper !== true) {
    if (found.beginning === 'crashed') return { ...at('down'), relaunch: true };
    return at(last?.gaveUp === true && last.thisBoot ? 'failed' : 'down');
  }
  if (last.gaveUp || last.exit === null) return at('failed');
  if (last.refused) {
    // It waits for what is not there yet, perhaps since a boot: no verdict of the restart policy.
    return {
      life: { ...life, state: 'backing-off', launch: 'boot' },
      effects: [...release, { do: 'arm', timer: 'retry' }],
    };
  }
  const rests = last.rests ?? !policy.restarts(last.exit); // the policy may have been changed since
  if (!rests) return at('backing-off', { do: 'arm', timer: 'retry' });
  return at('stopped', { do: 'arm', timer: 'settle' });
}

/** Nothing but what was stored is to be done for it; a run behind it was wished for in the same save, where there is no delay. */
const isNext = (held: number, { run, settled, desired }: Found) =>
  held === run || (held + 1 === run && run > settled && desired === 'running');

function adoptProcess(life: Life, held: Held): Adopted {
  const unlessEnded = (...effects: Effect[]) => (held.ended ? effects.filter((each) => each.do !== 'signal') : effects);
  if (held.run < life.run || life.desired === 'stopped' || life.desired === 'removed') {
    const effects = unlessEnded({ do: 'signal', what: 'stop' }, { do: 'arm', timer: 'overdue' });
    return { life: { ...life, state: 'stopping', asked: true }, effects };
  }
  if (life.desired === 'suspended') {
    return { life: { ...life, state: 'suspended' }, effects: unlessEnded({ do: 'signal', what: 'suspend' }) };
  }
  // Frozen: the wish to go on was saved, and its signal never sent.
  const go: Effect[] = held.frozen ? [{ do: 'signal', what: 'resume' }] : [];
  return { life: { ...life, state: 'running' }, effects: unlessEnded(...go, { do: 'arm', timer: 'steady' }) };
}
