// The life of a session as a pure, total table: (state, event) -> (next life, effects) or a refusal; a missing
// cell does not compile. Effects are data: supervisor/effects.ts performs them, in their order, so a wish is
// always saved before its deed and an end stored before it is acknowledged.
import type { ExitStatus } from './exit.ts';
import type { EventName, EventOf, Life, LifeEvent, Outcome, Policy, State } from './lifecycle.ts';
import {
  arm,
  begin,
  close,
  disarm,
  end,
  exitedAlive,
  finished,
  hold,
  launch,
  nothing,
  refuse,
  SAVE,
  signal,
  startWhileStopping,
  stay,
  to,
  vanish,
  wish,
} from './lifecycle-moves.ts';

type Cell<E extends EventName> = (life: Life, policy: Policy, event: EventOf<E>) => Outcome;
type Row = { [E in EventName]: Cell<E> };
export type Table = { [S in State]: Row };

/** Late or stray news of the world in a state without a process or timer. */
const stray = {
  spawned: nothing,
  emptied: nothing,
  spawnFailed: nothing,
  exited: nothing,
  steady: nothing,
  overdue: nothing,
  retry: nothing,
  settle: nothing,
};

/** Nobody's word moves it. */
const deaf = {
  start: nothing,
  hold: nothing,
  stop: nothing,
  suspend: nothing,
  resume: nothing,
  restart: nothing,
  remove: nothing,
  boot: nothing,
  shutdown: nothing,
};

/** It should run, and nobody tries any more, or has tried so far. */
const unlaunched: Row = {
  ...stray,
  start: launch('asked'),
  hold: hold(),
  stop: stay('stopped', 'stopped'),
  suspend: refuse('not-running'),
  resume: refuse('not-suspended'),
  restart: launch('asked'),
  remove: vanish(),
  boot: launch('boot'),
  shutdown: nothing,
};

const CLEAN: ExitStatus = { code: 0 };

export const table: Table = {
  held: {
    ...stray,
    start: launch('asked'),
    hold: nothing,
    stop: stay('stopped', 'stopped'),
    suspend: nothing,
    resume: begin('asked'),
    restart: launch('asked'),
    remove: vanish(),
    boot: nothing,
    shutdown: nothing,
  },

  starting: {
    ...stray,
    start: wish('running'),
    hold: nothing,
    stop: wish('stopped'),
    suspend: wish('suspended'),
    resume: wish('running'),
    restart: wish('running'),
    remove: wish('removed'),
    boot: nothing,
    shutdown: (life) => to(life, { closing: true }),
    spawned: (life) => {
      if (life.closing) return close()(life);
      if (life.desired === 'running') return to(life, { state: 'running' }, SAVE, arm('steady'));
      if (life.desired === 'suspended') return to(life, { state: 'suspended' }, SAVE, signal('suspend'));
      return end(life.desired)(life);
    },
    spawnFailed: (life, policy, event) => {
      if (life.desired === 'removed') return vanish()(life);
      if (life.desired === 'stopped') return to(life, { state: 'stopped', closing: false }, SAVE);
      if (life.desired === 'suspended') return to(life, { state: 'held', closing: false }, SAVE);
      if (life.closing) return to(life, { state: 'down', closing: false }, SAVE);
      const attempts = life.attempts + 1;
      const worn = !event.patient && (life.launch !== 'retry' || (policy.limit > 0 && attempts >= policy.limit));
      if (worn) return to(life, { state: 'failed', attempts }, SAVE);
      return to(life, { state: 'backing-off', attempts }, SAVE, arm('retry'));
    },
  },

  running: {
    ...stray,
    start: nothing,
    hold: nothing,
    stop: end('stopped', disarm('steady')),
    suspend: (life) =>
      to(life, { state: 'suspended', desired: 'suspended' }, SAVE, disarm('steady'), signal('suspend')),
    resume: nothing,
    restart: end('running', disarm('steady')),
    remove: end('removed', disarm('steady')),
    boot: nothing,
    shutdown: close(disarm('steady')),
    exited: (life, policy, event) => exitedAlive(life, policy, event, [disarm('steady')]),
    steady: (life) => to(life, { steady: true, attempts: 0 }, ...(life.attempts > 0 ? [SAVE] : [])),
  },

  suspended: {
    ...stray,
    start: (life) => to(life, { state: 'running', desired: 'running' }, SAVE, signal('resume'), arm('steady')),
    hold: nothing,
    stop: end('stopped'),
    suspend: (life) => to(life, {}, signal('suspend')), // somebody may have continued a part of it
    resume: (life) => to(life, { state: 'running', desired: 'running' }, SAVE, signal('resume'), arm('steady')),
    restart: end('running'),
    remove: end('removed'),
    boot: nothing,
    shutdown: close(),
    exited: (life, policy, event) => exitedAlive(life, policy, event, []),
  },

  stopping: {
    ...stray,
    start: startWhileStopping,
    hold: nothing,
    stop: wish('stopped'),
    suspend: refuse('stopping'),
    resume: refuse('stopping'),
    restart: startWhileStopping,
    remove: wish('removed'),
    boot: nothing,
    shutdown: (life) => to(life, { closing: true }),
    exited: (life, policy, event) =>
      event.leftovers ? to(life, { exit: event.exit }) : finished(life, policy, event.exit),
    emptied: (life, policy) => finished(life, policy, life.exit ?? CLEAN),
    overdue: (life) => to(life, {}, signal('kill'), arm('overdue')),
  },

  stopped: {
    ...stray,
    start: launch('asked', disarm('settle')),
    hold: hold(disarm('settle')),
    stop: (life) => (life.desired === 'stopped' ? nothing(life) : stay('stopped', 'stopped', disarm('settle'))(life)),
    suspend: refuse('not-running'),
    resume: refuse('not-suspended'),
    restart: launch('asked', disarm('settle')),
    remove: vanish(disarm('settle')),
    boot: nothing,
    shutdown: (life) => to(life, {}, disarm('settle')), // told to leave before it settled: the wish stays
    settle: stay('stopped', 'stopped'),
  },

  'backing-off': {
    ...stray,
    start: launch('asked', disarm('retry')),
    hold: nothing,
    stop: stay('stopped', 'stopped', disarm('retry')),
    suspend: refuse('not-running'),
    resume: refuse('not-suspended'),
    restart: launch('asked', disarm('retry')),
    remove: vanish(disarm('retry')),
    boot: nothing,
    shutdown: (life) => to(life, { state: 'down' }, disarm('retry')),
    retry: (life) => begin(life.launch === 'boot' ? 'boot' : 'retry')(life),
  },

  failed: unlaunched,
  down: unlaunched,
  gone: { ...stray, ...deaf },
};

/** Where `event` takes `life`, and what is to be done for it. */
export function transition(life: Life, event: LifeEvent, policy: Policy): Outcome {
  const cell = table[life.state][event.is] as Cell<EventName>;
  return cell(life, policy, event);
}
