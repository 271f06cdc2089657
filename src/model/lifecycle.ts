// The life of a session as a pure, total table: (state, event) -> (next life, effects) or a refusal. Desired
// is the wish that was saved; state is the fact. Effects are data: supervisor/effects.ts performs them, in
// their order, so a wish is always saved before its deed and an end stored before it is acknowledged.
import type { ExitStatus } from './exit.ts';

export type Desired = 'running' | 'suspended' | 'stopped' | 'removed';

export type State =
  | 'held' // no process yet; begins on the user's word
  | 'starting' // asked for, not yet answered
  | 'running'
  | 'suspended'
  | 'stopping' // ending; perhaps to be started again afterwards
  | 'stopped'
  | 'backing-off' // waits before the next try
  | 'failed' // gave up
  | 'down' // should run, but nobody has launched it since the supervisor began
  | 'gone';

export interface Life {
  state: State;
  desired: Desired;
  /** Number of the newest run that was wished for; each spawn has a number of its own. */
  run: number;
  /** Quick ends in a row. */
  attempts: number;
  /** Why the newest run was launched. A boot is patient with what is not mounted yet. */
  launch: 'asked' | 'boot' | 'retry';
  /** This run has lasted `restart-steady`. */
  steady: boolean;
  /** Stopping because somebody wished it, and not because the rest of a tree is cleared away. */
  asked: boolean;
  /** The supervisor is leaving: wishes stay as they are. */
  closing: boolean;
  /** Stopping: how the leader ended, while others of its tree still live. */
  exit?: ExitStatus | undefined;
}

export type Timer = 'steady' | 'overdue' | 'retry' | 'settle';

export type LifeEvent =
  | { is: 'start' | 'hold' | 'stop' | 'suspend' | 'resume' | 'restart' | 'remove' }
  | { is: 'boot' | 'shutdown' }
  | { is: 'spawned' | 'emptied' }
  | { is: 'spawnFailed'; patient: boolean }
  | { is: 'exited'; exit: ExitStatus; leftovers: boolean }
  | { is: Timer };

export type Effect =
  | { do: 'save' | 'spawn' | 'release' | 'forget' }
  | { do: 'signal'; what: 'stop' | 'kill' | 'suspend' | 'resume' }
  | { do: 'arm' | 'disarm'; timer: Timer };

/** What the table asks of the attributes. */
export interface Policy {
  startSuspended: boolean;
  restarts(exit: ExitStatus): boolean;
  /** Quick ends in a row that make it failed; 0: never. */
  limit: number;
}

export type Refusal = 'not-running' | 'not-suspended' | 'stopping';
export type Outcome = { life: Life; effects: Effect[] } | { refused: Refusal };

type EventName = LifeEvent['is'];
type EventOf<E extends EventName> = Extract<LifeEvent, { is: E }>;
type Cell<E extends EventName> = (life: Life, policy: Policy, event: EventOf<E>) => Outcome;
type Row = { [E in EventName]: Cell<E> };
export type Table = { [S in State]: Row };

/** A life that has not begun: what `create` starts from. */
export const NEW_LIFE: Life = {
  state: 'stopped',
  desired: 'stopped',
  run: 0,
  attempts: 0,
  launch: 'asked',
  steady: false,
  asked: false,
  closing: false,
};

const SAVE: Effect = { do: 'save' };
const SPAWN: Effect = { do: 'spawn' };
const RELEASE: Effect = { do: 'release' };
const FORGET: Effect = { do: 'forget' };
const signal = (what: 'stop' | 'kill' | 'suspend' | 'resume'): Effect => ({ do: 'signal', what });
const arm = (timer: Timer): Effect => ({ do: 'arm', timer });
const disarm = (timer: Timer): Effect => ({ do: 'disarm', timer });

const to = (life: Life, change: Partial<Life>, ...effects: Effect[]): Outcome => ({
  life: { ...life, ...change },
  effects,
});

const nothing = (life: Life): Outcome => ({ life, effects: [] });
const refuse = (refused: Refusal) => (): Outcome => ({ refused });

/** Spawns whatever start-suspended says: the user's word, or a retry. */
const begin =
  (launch: Life['launch'], ...before: Effect[]) =>
  (life: Life): Outcome =>
    to(
      life,
      { state: 'starting', desired: 'running', run: life.run + 1, launch, ...FRESH },
      SAVE,
      ...before,
      SPAWN,
    );

const FRESH = { steady: false, asked: false, exit: undefined };

/** Spawns, or holds where start-suspended says so. */
const launch =
  (why: 'asked' | 'boot', ...before: Effect[]) =>
  (life: Life, policy: Policy): Outcome =>
    policy.startSuspended ? hold(...before)(life) : begin(why, ...before)({ ...life, attempts: 0 });

const hold =
  (...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'held', desired: 'suspended', attempts: 0, ...FRESH }, SAVE, ...before);

const stay =
  (state: 'stopped' | 'held', desired: Desired, ...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state, desired }, SAVE, ...before);

const vanish =
  (...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'gone', desired: 'removed' }, SAVE, ...before, FORGET);

/** Ends the tree with another wish; `restart` is the wish to run, under a new number. */
const end =
  (desired: Desired, ...before: Effect[]) =>
  (life: Life): Outcome => {
    const run = desired === 'running' ? life.run + 1 : life.run;
    const change = { state: 'stopping', desired, run, asked: true } as const;
    return to(life, change, SAVE, ...before, signal('stop'), arm('overdue'));
  };

const close =
  (...before: Effect[]) =>
  (life: Life): Outcome =>
    to(life, { state: 'stopping', asked: true, closing: true }, ...before, signal('stop'), arm('overdue'));

/** Only the wish changes; the fact follows when its time comes. */
const wish =
  (desired: Desired) =>
  (life: Life): Outcome =>
    life.desired === desired ? nothing(life) : to(life, { desired }, SAVE);

/** An end that nobody asked for: stay down, give up, or try again. */
function afterUnaskedEnd(life: Life, policy: Policy, exit: ExitStatus, ...before: Effect[]): Outcome {
  const ended = { asked: false, exit: undefined };
  if (!policy.restarts(exit)) {
    return to(life, { state: 'stopped', ...ended }, SAVE, ...before, RELEASE, arm('settle'));
  }
  const attempts = life.steady ? 0 : life.attempts + 1;
  if (attempts > 0 && policy.limit > 0 && attempts >= policy.limit) {
    return to(life, { state: 'failed', attempts, ...ended }, SAVE, ...before, RELEASE);
  }
  const change = { state: 'backing-off', attempts, launch: 'retry', ...ended } as const;
  return to(life, change, SAVE, ...before, RELEASE, arm('retry'));
}

/** The whole tree of a stopping session is gone: the wish says what comes next. */
function finished(life: Life, policy: Policy, exit: ExitStatus): Outcome {
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

const exitedAlive = (life: Life, policy: Policy, event: EventOf<'exited'>, timers: Effect[]): Outcome => {
  if (event.leftovers) {
    const change = { state: 'stopping', asked: false, exit: event.exit } as const;
    return to(life, change, ...timers, signal('stop'), arm('overdue'));
  }
  if (life.desired === 'suspended') return to(life, { state: 'held', ...FRESH }, SAVE, ...timers, RELEASE);
  return afterUnaskedEnd(life, policy, event.exit, ...timers);
};

/** Started again while it ends: the wish, under a new number, is all that changes. */
function startWhileStopping(life: Life): Outcome {
  if (life.desired === 'running' && life.asked) return nothing(life);
  return to(life, { desired: 'running', run: life.run + 1, asked: true }, SAVE);
}

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
      const worn =
        !event.patient && (life.launch !== 'retry' || (policy.limit > 0 && attempts >= policy.limit));
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
    steady: (life) => to(life, { steady: true, attempts: 0 }),
  },

  suspended: {
    ...stray,
    start: (life) =>
      to(life, { state: 'running', desired: 'running' }, SAVE, signal('resume'), arm('steady')),
    hold: nothing,
    stop: end('stopped'),
    suspend: (life) => to(life, {}, signal('suspend')), // somebody may have continued a part of it
    resume: (life) =>
      to(life, { state: 'running', desired: 'running' }, SAVE, signal('resume'), arm('steady')),
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
    stop: (life) =>
      life.desired === 'stopped' ? nothing(life) : stay('stopped', 'stopped', disarm('settle'))(life),
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
    start: (life) => begin('asked', disarm('retry'))({ ...life, attempts: 0 }),
    hold: nothing,
    stop: stay('stopped', 'stopped', disarm('retry')),
    suspend: refuse('not-running'),
    resume: refuse('not-suspended'),
    restart: (life) => begin('asked', disarm('retry'))({ ...life, attempts: 0 }),
    remove: vanish(disarm('retry')),
    boot: nothing,
    shutdown: (life) => to(life, { state: 'down' }, disarm('retry')),
    retry: (life) => begin(life.launch === 'boot' ? 'boot' : 'retry')(life),
  },

  failed: {
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
  },

  down: {
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
  },

  gone: {
    ...stray,
    start: nothing,
    hold: nothing,
    stop: nothing,
    suspend: nothing,
    resume: nothing,
    restart: nothing,
    remove: nothing,
    boot: nothing,
    shutdown: nothing,
  },
};

/** Where `event` takes `life`, and what is to be done for it. */
export function transition(life: Life, event: LifeEvent, policy: Policy): Outcome {
  const cell = table[life.state][event.is] as Cell<EventName>;
  return cell(life, policy, event);
}

/** Whether a state has a process. */
export const hasProcess = (state: State) =>
  state === 'running' || state === 'suspended' || state === 'stopping';
