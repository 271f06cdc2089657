// What the keeper tells of a session's process: spawned, refused, ended; and that its tree is empty.
import type { HeldProcess } from '../keeper/wire.ts';
import type { ExitStatus } from '../model/exit.ts';
import { freeAfterMany } from '../system/free-memory.ts';
import { isNothingLeft, membersOf } from '../system/process-tree.ts';
import { openRun, type Run } from './run.ts';
import type { Session } from './session.ts';
import { nameProcesses } from './tree-signals.ts';

/** How often a tree that is ending is looked at: at first, and at most. */
const LOOK_FIRST = 5;
const LOOK_LAST = 200;

/** The keeper has spawned it (or held it already): its terminal is `fd`. */
export function onSpawned(session: Session, held: HeldProcess, fd: number): void {
  const { record, house } = session;
  session.launchedAt = undefined;
  takeRun(session, held, fd);
  session.screen.beginRun();
  session.clients.redraw();
  session.run?.slot.begin(session.output.end);
  for (const { id, typed } of session.clients.all()) session.run?.slot.take(id, typed);
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
    const { screen } = session; // made before, so that it is not fed what it begins with
    // Who looks on sees it first. Were we killed in between, our successor finds it in the slot.
    const isAnswered = session.clients.output(piece);
    session.output.append(piece, house.clock.now());
    screen.feed(piece, !isAnswered);
    return session.output.end;
  };
  const onTaken = (client: number, taken: number) => session.clients.byId(client)?.taken(taken, false);
  const most = () => session.screen.screen.bearable;
  freeAfterMany();
  session.run = openRun(held, fd, house.slot(held.slot), house.keeper.pid, store, onTaken, most);
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
  // What is not there yet is not mounted yet, perhaps.
  const patient = session.life.launch === 'boot' && launchedSince(session) < house.settings()['boot-wait'];
  session.dispatch({ is: 'spawnFailed', patient });
}

const launchedSince = ({ house, launchedAt }: Session) =>
  house.clock.passed() - (launchedAt ?? Number.NEGATIVE_INFINITY);

/** The leader has ended. What it put out is all there: the slave is held open until the acknowledgement. */
export function onEnded(session: Session, exit: ExitStatus): void {
  const { run, record, house } = session;
  if (run === undefined) return;
  run.master.drain();
  session.screen.keep();
  const leftovers = leftOf(session, run).length > 0;
  const endedAt = new Date(house.clock.now()).toISOString();
  if (record.last !== null) session.record = { ...record, last: { ...record.last, exit, endedAt } };
  session.dispatch({ is: 'exited', exit, leftovers });
  if (session.life.state === 'stopping') lookForEnd(session, LOOK_FIRST);
}

/** What of its tree is there without its leader. */
const leftOf = ({ house }: Session, { tree, pid }: Run) =>
  isNothingLeft(tree, house.leaders()) ? [] : membersOf(tree).filter((each) => each.pid !== pid);

/** No event tells that the last process of a tree has ended: it is looked for while one is ending. */
function lookForEnd(session: Session, pause: number): void {
  const { run, house } = session;
  if (run === undefined) return;
  const left = leftOf(session, run);
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
