// The moves that the lifecycle's table is made of: small named steps from a life to the next, with what is to
// be done for them.
import type { ExitStatus } from './exit.ts';
import type { Desired, Effect, EventOf, Life, Outcome, Policy, Refusal, Timer } from './lifecycle.ts';

export const SAVE: Effect = { do: 'save' };
export const SPAWN: Effect = { do: 'spawn' };
export const RELEASE: Effect = { do: 'release' };
export const FORGET: Effect = { do: 'forget' };
export const signal = (what: 'stop' | 'kill' | 'suspend' | 'resume'): Effect => ({ do: 'signal', what });
export const arm = (timer: Timer): Effect => ({ do: 'arm', timer });
export const disarm = (timer: Timer): Effect => ({ do: 'disarm', timer });

export const to = (life: Life, change: Partial<Life>, ...effects: Effect[]): Outcome => ({
  life: { ...life, ...change },
  effects,
});

export const nothing = (life: Life): Outcome => ({ life, effects: [] });
export const refuse = (refused: Refusal) => (): Outcome => ({ refused });

/** Spawns whatever start-suspended says: the user's word, or a retry. */
export const begin =
  (launch: Life['launch'], ...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'starting', desired: 'running', run: life.run + 1, launch, ...FRESH }, SAVE, ...before, SPAWN);

export const FRESH = { steady: false, asked: false, exit: undefined };

/** Spawns, or holds where start-suspended says so. */
export const launch =
  (why: 'asked' | 'boot', ...before: Effect[]) =>
  (life: Life, policy: Policy): Outcome =>
    policy.startSuspended ? hold(...before)(life) : begin(why, ...before)({ ...life, attempts: 0 });

export const hold =
  (...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'held', desired: 'suspended', attempts: 0, ...FRESH }, SAVE, ...before);

export const stay =
  (state: 'stopped' | 'held', desired: Desired, ...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state, desired }, SAVE, ...before);

export const vanish =
  (...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'gone', desired: 'removed' }, SAVE, ...before, FORGET);

/** Ends the tree with another wish; `restart` is the wish to run, under a new number. */
export const end =
  (desired: Desired, ...before: Effect[]) =>
  (life: Life): Outcome => {
    const run = desired === 'running' ? life.run + 1 : life.run;
    const change = { state: 'stopping', desired, run, asked: true } as const;
    return to(life, change, SAVE, ...before, signal('stop'), arm('overdue'));
  };

export const close =
  (...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'stopping', asked: true, closing: true }, ...before, signal('stop'), arm('overdue'));

/** Only the wish changes; the fact follows when its time comes. A removal is not taken back. */
export const wish =
  (desired: Desired) =>
  (life: Life): Outcome =>
    life.desired === desired || life.desired === 'removed' ? nothing(life) : to(life, { desired }, SAVE);

/** An end that nobody asked for: stay down, give up, or try again. */
export function afterUnaskedEnd(life: Life, policy: Policy, exit: ExitStatus, ...before: Effect[]): Outcome {
  const ended = { asked: false, exit: undefined };
  if (!policy.restarts(exit) && policy.isFinal(exit)) {
    return to(life, { state: 'stopped', desired: 'stopped', ...ended }, SAVE, ...before, RELEASE);
  }
  if (!policy.restarts(exit)) {
    return to(life, { state: 'stopped', ...ended }, SAVE, ...before, RELEASE, arm('settle'));
  }
  const attempts = life.steady ? 0 : life.attempts + 1;
  if (attempts > 0 && policy.limit > 0 && attempts >= policy.limit) {
    return to(life, { state: 'failed', attempts, ...ended }, SAVE, ...before, RELEASE);
  }
  // One save for the end and the beginning.
  if (policy.isAtOnce) return begin('retry', ...before, RELEASE)({ ...life, attempts });
  const change = { state: 'backing-off', attempts, launch: 'retry', ...ended } as const;
  return to(life, change, SAVE, ...before, RELEASE, arm('retry'));
}

/** The whole tree of a stopping session is gone: the wish says what comes next. */
export function finished(life: Life, policy: Policy, exit: ExitStatus): Outcome {
  const over = [disarm('overdue'), RELEASE];
  const ended = { asked: false, closing: false, exit: undefined };
  if (life.desired === 'removed') return vanish(...over)(life);
  if (life.closing) {
    const state = life.desired === 'running' ? 'down' : life.desired === 'suspended' ? 'held' : 'stopped';
    return to(life, { state, ...ended }, SAVE, ...over);
  }
  if (life.desired === 'stopped') return to(life, { state: 'stopped', ...ended }, SAVE, ...over);
  if (life.desired === 'suspended') return to(life, { state: 'held', ...ended }, SAVE, ...over);
  if (life.asked) return launch('asked', ...over)(life, policy);
  return afterUnaskedEnd(life, policy, exit, disarm('overdue'));
}

export const exitedAlive = (life: Life, policy: Policy, event: EventOf<'exited'>, timers: Effect[]): Outcome => {
  if (event.leftovers) {
    const change = { state: 'stopping', asked: false, exit: event.exit } as const;
    return to(life, change, ...timers, signal('stop'), arm('overdue'));
  }
  if (life.desired === 'suspended') return to(life, { state: 'held', ...FRESH }, SAVE, ...timers, RELEASE);
  return afterUnaskedEnd(life, policy, event.exit, ...timers);
};

/** Started again while it ends: the wish, under a new number, is all that changes. */
export function startWhileStopping(life: Life): Outcome {
  if (life.desired === 'removed' || (life.desired === 'running' && life.asked)) return nothing(life);
  return to(life, { desired: 'running', run: life.run + 1, asked: true }, SAVE);
}
