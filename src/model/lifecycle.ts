// The words of a session's life: its states, what can happen to it, and what is done then. Desired is the wish
// that was saved; state is the fact. Which event leads where, and with what effects, is lifecycle-table.ts.
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
  /** Such an end is what it was begun for: nothing will show it to be a machine's going down. */
  isFinal(exit: ExitStatus): boolean;
  /** Quick ends in a row that make it failed; 0: never. */
  limit: number;
  /** No wait before the next try. */
  isAtOnce: boolean;
}

export type Refusal = 'not-running' | 'not-suspended' | 'stopping';
export type Outcome = { life: Life; effects: Effect[] } | { refused: Refusal };

export type EventName = LifeEvent['is'];
export type EventOf<E extends EventName> = Extract<LifeEvent, { is: E }>;

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

/** Whether nothing of a process is there or just being started. */
export const isWithoutProcess = (state: State) => !hasProcess(state) && state !== 'starting';

/** Whether there is no process, and none to come by itself or by an attached client's word. */
export const isAtRest = (state: State) => state === 'stopped' || state === 'failed' || state === 'down';

/** Whether a state has a process. */
export const hasProcess = (state: State) => state === 'running' || state === 'suspended' || state === 'stopping';
