// A world in little for the walk of the lifecycle: what a keeper, a disk and a clock would be while a life goes
// through the table. It performs effects, and fails where one is impossible: a second spawn, a signal to nobody.
import assert from 'node:assert/strict';
import type { ExitStatus } from '../../src/model/exit.ts';
import {
  type Effect,
  hasProcess,
  type Life,
  type LifeEvent,
  NEW_LIFE,
  type Policy,
  type Timer,
} from '../../src/model/lifecycle.ts';
import { transition } from '../../src/model/lifecycle-table.ts';

export interface History {
  run: number;
  thisKeeper: boolean;
  exit: ExitStatus | null;
  gaveUp: boolean;
  refused: boolean;
}

/** What a record keeps of a life: supervisor/session.ts, save(). */
export interface Saved {
  desired: Life['desired'];
  run: number;
  settled: number;
  attempts: number;
  last: History | undefined;
}

export interface Point {
  life: Life;
  /** What the supervisor remembers; it is on `disk` after the next save. */
  memory: Saved;
  /** undefined: never saved yet, or forgotten. */
  disk: Saved | undefined;
  /** The run that the keeper was asked to spawn and has not answered for. */
  asked: number | undefined;
  /** The process tree that the keeper holds, until it is released. */
  tree: { run: number; leader: ExitStatus | 'alive'; leftovers: boolean; frozen: boolean } | undefined;
  timers: Timer[];
  /** The supervisor was told to leave. */
  leaving: boolean;
}

const NOTHING: Saved = { desired: 'stopped', run: 0, settled: 0, attempts: 0, last: undefined };

/** A session that is being created. */
export const BIRTH: Point = {
  life: NEW_LIFE,
  memory: NOTHING,
  disk: undefined,
  asked: undefined,
  tree: undefined,
  timers: [],
  leaving: false,
};

export interface Step {
  point: Point;
  effects: Effect[];
  refused: string | undefined;
  /** Where a supervisor killed during this step would have left things: after no effect, after one, … */
  cuts: Point[];
}

/** What happens when `event` comes at `at`: the news first, as in supervisor/news.ts, then the table. */
export function step(at: Point, event: LifeEvent, policy: Policy): Step {
  let point = arrive(at, event);
  const outcome = transition(point.life, event, policy);
  if ('refused' in outcome) return { point: at, effects: [], refused: outcome.refused, cuts: [] };
  const { effects } = outcome;
  const before = point.life;
  const cuts: Point[] = [point];
  for (const effect of effects.filter((each) => each.do === 'save')) {
    assert.equal(effect, effects[0], 'saving comes first');
    point = { ...point, ...saved(point, outcome.life) };
    cuts.push(point);
  }
  point = { ...point, life: outcome.life };
  for (const effect of effects) {
    if (effect.do === 'save') continue;
    point = perform(point, effect);
    cuts.push({ ...point, life: before });
  }
  return { point, effects, refused: undefined, cuts };
}

/** What the world did before it was told. */
function arrive(at: Point, event: LifeEvent): Point {
  const fresh = { run: at.asked ?? 0, thisKeeper: true, exit: null, gaveUp: false, refused: false };
  const told = (last: Partial<History>) => ({ ...at.memory, last: { ...fresh, ...at.memory.last, ...last } });
  switch (event.is) {
    case 'spawned': {
      const tree = at.tree ?? ({ run: at.asked as number, leader: 'alive', leftovers: false, frozen: false } as const);
      return { ...at, asked: undefined, tree, memory: told(fresh) };
    }
    case 'spawnFailed':
      return { ...at, asked: undefined, memory: told({ ...fresh, exit: { code: 127 }, refused: true }) };
    case 'exited': {
      assert.ok(at.tree);
      const tree = { ...at.tree, leader: event.exit, leftovers: event.leftovers };
      return { ...at, tree, memory: told({ exit: event.exit }) };
    }
    case 'emptied':
      assert.ok(at.tree);
      return { ...at, tree: { ...at.tree, leftovers: false } };
    case 'shutdown':
      return { ...at, leaving: true };
    case 'steady':
    case 'overdue':
    case 'retry':
    case 'settle':
      return { ...at, timers: at.timers.filter((each) => each !== event.is) };
    default:
      return at;
  }
}

function saved({ life: before, memory }: Point, life: Life): Pick<Point, 'memory' | 'disk'> {
  const { desired, run, attempts } = life;
  const settled = life.state === 'starting' || life.state === 'stopping' ? memory.settled : run;
  assert.ok(before.state !== 'gone', 'what is gone is not saved');
  const last = memory.last && { ...memory.last, gaveUp: life.state === 'failed' };
  const record = { desired, run, settled, attempts, last };
  return { memory: record, disk: record };
}

export function perform(at: Point, effect: Effect): Point {
  switch (effect.do) {
    case 'save':
      throw new Error('saving is done by dispatch');
    case 'spawn':
      assert.equal(at.asked, undefined, 'a spawn is under way already');
      assert.equal(at.tree, undefined, 'the last process is still there');
      assert.equal(at.disk?.run, at.life.run, 'the run that is spawned was saved');
      return { ...at, asked: at.life.run };
    case 'signal': {
      assert.ok(at.tree !== undefined && (at.tree.leader === 'alive' || at.tree.leftovers), 'somebody gets the signal');
      return { ...at, tree: { ...at.tree, frozen: effect.what === 'suspend' } };
    }
    case 'release':
      assert.ok(at.tree !== undefined && at.tree.leader !== 'alive' && !at.tree.leftovers, 'all of it has ended');
      assert.ok(
        at.disk?.desired === 'removed' || (at.disk?.last?.run === at.tree.run && at.disk.last.exit !== null),
        'an end is stored before it is acknowledged',
      );
      return { ...at, tree: undefined };
    case 'forget':
      assert.equal(at.disk?.desired, 'removed', 'the wish to remove it was saved');
      return { ...at, disk: undefined };
    case 'arm':
      return { ...at, timers: [...at.timers.filter((each) => each !== effect.timer), effect.timer].sort() };
    case 'disarm':
      return { ...at, timers: at.timers.filter((each) => each !== effect.timer) };
  }
}

/**
 * Of counters that only grow it matters which are equal; what a state does not read is the worst it could be, so
 * that a move which forgets to set it shows.
 */
export function bounded(at: Point, most: number): Point {
  const newest = 9;
  const { life, tree } = at;
  const run = (value: number) => newest - Math.min(2, life.run - value); // a restart is two runs ahead
  const history = (record: Saved): Saved => ({
    ...record,
    run: run(record.run),
    settled: run(record.settled),
    attempts: Math.min(most, record.attempts),
    last: record.last && { ...record.last, run: record.last.run === tree?.run ? run(tree.run) : 0 },
  });
  const { state } = life;
  const isOver = !hasProcess(state) && state !== 'starting';
  return {
    ...at,
    life: {
      ...life,
      run: newest,
      attempts: Math.min(most, life.attempts),
      launch: state === 'starting' || state === 'backing-off' ? life.launch : 'boot',
      steady: isOver || life.steady,
      asked: state !== 'stopping' || life.asked,
    },
    memory: { ...history(at.memory), desired: 'stopped', attempts: 0 },
    disk: at.disk && history(at.disk),
    asked: at.asked === undefined ? undefined : run(at.asked),
    tree: tree && { ...tree, run: run(tree.run) },
  };
}
