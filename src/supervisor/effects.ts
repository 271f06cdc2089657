// The one interpreter of the lifecycle's effects; saving excepted, which session.ts does before all others.
import { SessionError } from '../base/errors.ts';
import { reached } from '../base/hooks.ts';
import { environmentOfRun } from '../model/environment.ts';
import type { Effect, Timer } from '../model/lifecycle.ts';
import { directoryOf, settingOf } from '../model/record.ts';
import { restartDelay } from '../model/restart.ts';
import { forgetRecord } from '../store/record-store.ts';
import { isNothingLeft, strangersSince } from '../system/process-tree.ts';
import { lookUpFor } from './foresight.ts';
import { identityFor } from './identity.ts';
import { onRefused } from './news.ts';
import { preflight } from './preflight.ts';
import { refusalInWords } from './refusals.ts';
import { runKey } from './run.ts';
import type { Session } from './session.ts';
import { nameProcesses, signalKill, signalResume, signalStop, signalSuspend } from './tree-signals.ts';

/** A clean end is final after this long without the supervisor being told to leave: a machine going down ends everything. */
const SETTLE = 10_000;

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
  const { house, life } = session;
  reached('before-spawn');
  if (life.launch === 'boot') session.launchedAt ??= house.clock.passed();
  const known = lookUpFor(session.record);
  if (known === undefined) spawnNow(session, life.run);
  else void known.then(() => spawnNow(session, life.run));
}

/** What was wished meanwhile waits for the answer, as it does for the keeper's. */
function spawnNow(session: Session, run: number): void {
  const { record, house, life } = session;
  if (life.run !== run) return;
  try {
    const identity = identityFor(record);
    const isSameBoot = record.environmentBoot === house.bootId;
    const environment = environmentOfRun(
      identity?.environment ?? record.environment,
      record.ownEnvironment,
      isSameBoot,
      { id: record.id, name: record.name, term: settingOf(record, 'term'), directory: directoryOf(record) },
    );
    const file = preflight(record, environment.PATH, identity === undefined);
    const directory = directoryOf(record);
    const [program, ...words] = identity === undefined ? [file] : [...identity.asUser(directory), file];
    if (house.room() < 16) throw new SessionError('limit-reached', refusalInWords('EMFILE'));
    session.clients.acknowledgeAll();
    house.keeper.spawn({
      id: runKey(record.id, life.run),
      file: program,
      argv: identity === undefined ? record.command : [program, ...words, ...record.command.slice(1)],
      owner: identity?.owner,
      env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      directory: identity === undefined ? directory : '/', // the way to it is the user's
      columns: session.size.columns,
      rows: session.size.rows,
      umask: settingOf(record, 'umask'),
      openFiles: settingOf(record, 'open-files'),
      tag: record.id,
    });
  } catch (error) {
    const why = error instanceof SessionError ? error.message : String(error);
    queueMicrotask(() => onRefused(session, life.run, why)); // an effect's news never comes before the effect is over
  }
}

const SIGNALS: Record<'stop' | 'kill' | 'suspend' | 'resume', (session: Session) => void> = {
  stop(session) {
    if (session.run !== undefined)
      signalStop(session.run.tree, `SIG${settingOf(session.record, 'stop-signal')}` as NodeJS.Signals);
  },
  kill(session) {
    if (session.run !== undefined) signalKill(session.run.tree);
  },
  suspend(session) {
    if (session.run === undefined) return;
    const run = session.run;
    const rounds = signalSuspend(run.tree, () => session.life.state === 'suspended' && session.run === run);
    session.suspending = rounds.then(
      (moving) => {
        session.left = nameProcesses(moving);
      },
      (error) => session.house.log.error('suspending', { session: session.name, error: String(error) }),
    );
  },
  resume(session) {
    if (session.run !== undefined) signalResume(session.run.tree);
  },
};

function arm(session: Session, timer: Timer): void {
  disarm(session, timer);
  const { house, record } = session;
  const delay = DELAYS[timer](session);
  if (timer === 'retry') session.retryDue = house.clock.passed() + delay;
  const fire = () => {
    session.timers.delete(timer);
    if (timer === 'retry') session.retryDue = null;
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
  steady: ({ record }) => settingOf(record, 'restart-steady'),
  overdue: ({ record }) => settingOf(record, 'stop-timeout'),
  settle: (session) => sinceEnd(session, SETTLE),
  retry: (session) => {
    const { record, life } = session;
    const first = life.launch === 'boot' ? 1000 : settingOf(record, 'restart-delay');
    return sinceEnd(session, restartDelay(life.attempts, first, settingOf(record, 'restart-delay-max')));
  },
};

function disarm(session: Session, timer: Timer): void {
  session.timers.get(timer)?.();
  session.timers.delete(timer);
  if (timer === 'retry') session.retryDue = null;
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
  const leaders = house.leaders();
  const strangers = isNothingLeft(run.tree, leaders) ? [] : strangersSince(run.tree, leaders);
  if (strangers.length > 0)
    house.log.warn('processes of unknown origin', {
      session: session.name,
      processes: nameProcesses(strangers),
    });
  session.left = nameProcesses(strangers);
  session.acknowledge(run.key);
}

function forget(session: Session): void {
  const { house } = session;
  for (const undo of session.timers.values()) undo();
  session.timers.clear();
  session.timetable.disarm();
  try {
    session.screen.close();
    session.output.remove();
    forgetRecord(house.place.records, session.id);
  } catch (error) {
    house.log.error('a removed record is still there', { session: session.name, error: String(error) });
  }
  session.clients.leave({ reason: 'removed' });
  house.removed(session);
}
