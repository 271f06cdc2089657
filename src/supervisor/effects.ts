// The one interpreter of the lifecycle's effects (saving excepted, which session.ts does first), and the news
// that these deeds bring back.
import { SessionError } from '../base/errors.ts';
import { reached } from '../base/hooks.ts';
import type { HeldProcess } from '../keeper/wire.ts';
import { environmentOfRun } from '../model/environment.ts';
import type { ExitStatus } from '../model/exit.ts';
import type { Effect, Timer } from '../model/lifecycle.ts';
import { directoryOf, valueOf } from '../model/record.ts';
import { restartDelay } from '../model/restart.ts';
import { forgetRecord } from '../store/record-store.ts';
import { membersOf, strangersSince } from '../system/process-tree.ts';
import { preflight } from './preflight.ts';
import { refusalInWords } from './refusals.ts';
import { openRun, runKey } from './run.ts';
import type { Session } from './session.ts';
import { nameProcesses, signalKill, signalResume, signalStop, signalSuspend } from './tree-signals.ts';

/** A clean end is final after this long without the supervisor being told to leave: a machine going down ends everything. */
const SETTLE = 10_000;

/** A boot is patient with a program or directory that is not there: not mounted yet, perhaps. */
const BOOT_WAIT = 300_000;

/** How often a tree that is ending is looked at: at first, and at most. */
const LOOK_FIRST = 5;
const LOOK_LAST = 200;

export function perform(session: Session, effect: Effect): void {
  switch (effect.do) {
    case 'save':
      return; // done, before everything else
    case 'spawn':
      return spawn(session);
    case 'signal':
      return SIGNALS[effect.what](session);
    case 'arm':
      return arm(session, effect.timer);
    case 'disarm':
      return disarm(session, effect.timer);
    case 'release':
      return release(session);
    case 'forget':
      return forget(session);
  }
}

function spawn(session: Session): void {
  const { record, house, life } = session;
  reached('before-spawn');
  if (life.launch === 'boot' && session.launchedAt === 0) session.launchedAt = house.clock.now();
  const environment = environmentOfRun(
    record.environment,
    record.ownEnvironment,
    record.environmentBoot === house.bootId,
    {
      id: record.id,
      name: record.name,
      term: valueOf(record, 'term'),
      directory: directoryOf(record),
    },
  );
  try {
    const file = preflight(record, environment.PATH);
    if (house.room() < 16) throw new SessionError('limit-reached', refusalInWords('EMFILE'));
    session.clients.acknowledgeAll();
    house.keeper.spawn({
      id: runKey(record.id, life.run),
      file,
      argv: record.command,
      env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      directory: directoryOf(record),
      columns: session.size.columns,
      rows: session.size.rows,
      umask: valueOf(record, 'umask'),
      openFiles: valueOf(record, 'open-files'),
      tag: record.id,
    });
  } catch (error) {
    const why = error instanceof SessionError ? error.line : String(error);
    queueMicrotask(() => onRefused(session, life.run, why)); // an effect's news never comes before the effect is over
  }
}

/** The keeper has spawned it (or held it already): its terminal is `fd`. */
export function onSpawned(session: Session, held: HeldProcess, fd: number): void {
  const { record, house } = session;
  session.launchedAt = 0;
  takeRun(session, held, fd);
  session.run?.slot.begin(session.output.end);
  session.record = {
    ...record,
    last: {
      run: session.run?.number ?? 0,
      keeper: house.keeper.life,
      pid: held.pid,
      pidStart: held.start,
      bootId: house.bootId,
      startedAt: new Date(house.clock.now()).toISOString(),
      endedAt: null,
      exit: null,
      gaveUp: false,
    },
  };
  session.dispatch({ is: 'spawned' });
}

/** Opens the terminal of a process that the keeper holds, fresh or adopted. */
export function takeRun(session: Session, held: HeldProcess, fd: number): void {
  const { house } = session;
  const store = (piece: Buffer) => {
    session.output.append(piece, house.clock.now());
    session.clients.output(piece);
    return session.output.end;
  };
  const onTaken = (client: number, taken: number) => session.clients.byId(client)?.taken(taken, false);
  session.run = openRun(held, fd, house.slot(held.slot), house.keeper.pid, store, onTaken);
}

export function onRefused(session: Session, run: number, why: string): void {
  if (session.life.state !== 'starting' || session.life.run !== run) return;
  const { record, house } = session;
  const now = new Date(house.clock.now()).toISOString();
  const history = {
    run,
    keeper: house.keeper.life,
    pid: 0,
    pidStart: 0,
    bootId: house.bootId,
    startedAt: null,
  };
  session.record = {
    ...record,
    last: { ...history, endedAt: now, exit: { code: 127 }, refused: why, gaveUp: false },
  };
  const patient = session.life.launch === 'boot' && house.clock.now() - session.launchedAt < BOOT_WAIT;
  session.dispatch({ is: 'spawnFailed', patient });
}

/** The leader has ended. What it put out is all there: the slave is held open until the acknowledgement. */
export function onEnded(session: Session, exit: ExitStatus): void {
  const { run, record, house } = session;
  if (run === undefined) return;
  run.master.drain();
  const leftovers = membersOf(run.tree).some((each) => each.pid !== run.pid);
  const endedAt = new Date(house.clock.now()).toISOString();
  if (record.last !== null) session.record = { ...record, last: { ...record.last, exit, endedAt } };
  session.dispatch({ is: 'exited', exit, leftovers });
  if (session.life.state === 'stopping') lookForEnd(session, LOOK_FIRST);
}

/** No event tells that the last process of a tree has ended: it is looked for while one is ending. */
function lookForEnd(session: Session, pause: number): void {
  const { run, house } = session;
  if (run === undefined) return;
  const left = membersOf(run.tree).filter((each) => each.pid !== run.pid);
  if (left.length > 0) {
    session.left = nameProcesses(left);
    session.timers.get('emptying')?.();
    const next = () => lookForEnd(session, Math.min(LOOK_LAST, pause * 1.5));
    session.timers.set('emptying', house.clock.after(pause, next));
    return;
  }
  session.left = [];
  run.master.drain();
  session.dispatch({ is: 'emptied' });
}

const SIGNALS: Record<'stop' | 'kill' | 'suspend' | 'resume', (session: Session) => void> = {
  stop(session) {
    if (session.run !== undefined)
      signalStop(session.run.tree, `SIG${valueOf(session.record, 'stop-signal')}` as NodeJS.Signals);
  },
  kill(session) {
    if (session.run !== undefined) signalKill(session.run.tree);
  },
  suspend(session) {
    if (session.run === undefined) return;
    const run = session.run;
    const rounds = signalSuspend(run.tree, () => session.life.state === 'suspended' && session.run === run);
    session.suspending = rounds.then((moving) => {
      session.left = nameProcesses(moving);
    });
  },
  resume(session) {
    if (session.run !== undefined) signalResume(session.run.tree);
  },
};

function arm(session: Session, timer: Timer): void {
  disarm(session, timer);
  const { house, record } = session;
  const delay = DELAYS[timer](session);
  if (timer === 'retry') session.retryAt = house.clock.now() + delay;
  const fire = () => {
    session.timers.delete(timer);
    if (timer === 'retry') session.retryAt = null;
    house.log.debug('timer', { session: record.name, timer });
    session.dispatch({ is: timer });
  };
  session.timers.set(timer, house.clock.after(delay, fire));
}

/** Counted from the end it follows, so that a new supervisor waits only for the rest. */
const sinceEnd = ({ record, house }: Session, delay: number) => {
  const ended = record.last?.endedAt == null ? house.clock.now() : Date.parse(record.last.endedAt);
  return Math.min(delay, Math.max(0, ended + delay - house.clock.now()));
};

const DELAYS: Record<Timer, (session: Session) => number> = {
  steady: ({ record }) => valueOf(record, 'restart-steady'),
  overdue: ({ record }) => valueOf(record, 'stop-timeout'),
  settle: (session) => sinceEnd(session, SETTLE),
  retry: (session) => {
    const { record, life } = session;
    const first = life.launch === 'boot' ? 1000 : valueOf(record, 'restart-delay');
    return sinceEnd(session, restartDelay(life.attempts, first, valueOf(record, 'restart-delay-max')));
  },
};

function disarm(session: Session, timer: Timer): void {
  session.timers.get(timer)?.();
  session.timers.delete(timer);
  if (timer === 'retry') session.retryAt = null;
}

/** Its end is stored: the keeper may forget it, and close its terminal. */
function release(session: Session): void {
  const { run, house } = session;
  session.timers.get('emptying')?.();
  session.timers.delete('emptying');
  if (run === undefined) return;
  reached('before-release');
  run.master.drain();
  run.master.close();
  session.run = undefined;
  const strangers = strangersSince(run.tree, house.leaders());
  if (strangers.length > 0)
    house.log.warn('processes of unknown origin', {
      session: session.name,
      processes: nameProcesses(strangers),
    });
  session.left = nameProcesses(strangers);
  house.keeper.acknowledge(run.key);
}

function forget(session: Session): void {
  const { house } = session;
  for (const undo of session.timers.values()) undo();
  session.timers.clear();
  session.output.remove();
  try {
    forgetRecord(house.place.records, session.id);
  } catch (error) {
    house.log.error('a removed record is still there', { session: session.name, error: String(error) });
  }
  session.clients.leave({ reason: 'removed' });
  house.removed(session);
}
