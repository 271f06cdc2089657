// What must hold in every life a session can have: a walk over all of them, under every policy and through every
// crash of its supervisor and keeper. The walk itself asks for the table of states: process, timers and wish.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExitStatus } from '../../src/model/exit.ts';
import { type EventName, hasProcess, type LifeEvent, type Policy, type State } from '../../src/model/lifecycle.ts';
import { transition } from '../../src/model/lifecycle-table.ts';
import { CLEAN, CRASH, type Remains } from '../support/adoptions.ts';
import { type Point, step } from '../support/lives.ts';
import { policies, WORDS, walk } from '../support/walk.ts';

/** Every point of every walk. */
function* everywhere(): Generator<{ point: Point; policy: Policy }> {
  for (const policy of policies) for (const point of walk(policy).points) yield { point, policy };
}

/** Lets a spawn be answered and a tree end, until neither is under way. */
function settled(point: Point, policy: Policy): Point {
  const { life, tree } = point;
  const then = (event: LifeEvent) => settled(step(point, event, policy).point, policy);
  if (life.state === 'starting') return then({ is: 'spawned' });
  if (life.state !== 'stopping') return point;
  return then(tree?.leader === 'alive' ? { is: 'exited', exit: CRASH, leftovers: true } : { is: 'emptied' });
}

const does = (effects: { do: string }[], what: string) => effects.filter((each) => each.do === what).length;

test('every life that can be reached keeps the rules, and so does every new supervisor', (t) => {
  const all = policies.map(walk);
  const states = all.reduce((sum, each) => sum + each.points.length, 0);
  const edges = all.reduce((sum, each) => sum + each.edges, 0);
  t.diagnostic(`counted ${states} states, ${edges} edges`);
  const reached = new Set(all.flatMap(({ points }) => points.map(({ life }) => life.state)));
  assert.equal(reached.size, 10, [...reached].join(' '));
});

test('a stop, and then the end of the process, is stopped, and a removal is gone', () => {
  for (const { point, policy } of everywhere()) {
    if (point.life.state === 'gone') continue;
    const stopped = settled(step(point, { is: 'stop' }, policy).point, policy);
    const wanted = point.life.desired === 'removed' ? ['gone', undefined] : ['stopped', 'stopped']; // never taken back
    assert.deepEqual(
      [stopped.life.state, point.disk && stopped.disk?.desired],
      point.disk ? wanted : ['stopped', undefined],
    );
    const removed = settled(step(point, { is: 'remove' }, policy).point, policy);
    assert.deepEqual([removed.life.state, removed.disk], ['gone', undefined]);
  }
});

test('a start spawns or, with start-suspended, holds; a resume of a held one and a retry always spawn', () => {
  for (const { point, policy } of everywhere()) {
    const { state, desired } = point.life;
    if (point.leaving || desired === 'removed' || state === 'starting') continue;
    const launches: EventName[] = hasProcess(state) ? ['restart'] : ['start', 'restart'];
    if (state === 'failed' || state === 'down') launches.push('boot');
    for (const is of launches) {
      const after = settled(step(point, { is } as LifeEvent, policy).point, policy);
      const outcome = `${after.life.state} ${after.disk?.desired}`;
      assert.equal(outcome, policy.startSuspended ? 'held suspended' : 'running running', `${state}, ${is}`);
    }
    const begins = state === 'held' ? 'resume' : state === 'backing-off' ? 'retry' : undefined;
    if (begins === undefined) continue;
    const { effects, point: after } = step(point, { is: begins }, policy);
    assert.deepEqual([does(effects, 'spawn'), after.life.state, after.life.steady], [1, 'starting', false]);
  }
});

test('an end that nobody asked for is final only when it has settled; until then the wish to run stays', () => {
  let ends = 0;
  for (const { point, policy } of everywhere()) {
    if (point.life.state !== 'running' || point.leaving || policy.restarts(CLEAN) || policy.isFinal(CLEAN)) continue;
    ends++;
    const ended = step(point, { is: 'exited', exit: CLEAN, leftovers: false }, policy).point;
    assert.deepEqual([ended.life.state, ended.disk?.desired, ended.timers], ['stopped', 'running', ['settle']]);
    const final = step(ended, { is: 'settle' }, policy).point;
    assert.deepEqual([final.life.state, final.disk?.desired, final.timers], ['stopped', 'stopped', []]);
    const left = step(ended, { is: 'shutdown' }, policy).point;
    assert.deepEqual([left.disk?.desired, left.timers], ['running', []]);
  }
  assert.ok(ends > 0);
});

test('so many quick ends in a row make it failed; one that was steady begins the count anew', () => {
  for (const policy of policies) {
    for (const point of walk(policy).points) {
      if (point.life.state !== 'running' || point.leaving || !policy.restarts(CRASH)) continue;
      const { life } = step(point, { is: 'exited', exit: CRASH, leftovers: false }, policy).point;
      const count = point.life.steady ? 0 : point.life.attempts + 1;
      const next = policy.isAtOnce ? 'starting' : 'backing-off';
      assert.equal(life.state, policy.limit > 0 && count >= policy.limit && count > 0 ? 'failed' : next);
      assert.equal(life.attempts, count);
    }
  }
});

test('refused are only a resume of what is not suspended, a suspend of what does not run, and both while stopping', () => {
  const REFUSALS: Partial<Record<State, Record<string, string>>> = {
    stopping: { suspend: 'stopping', resume: 'stopping' },
  };
  for (const state of ['stopped', 'backing-off', 'failed', 'down'] as const)
    REFUSALS[state] = { suspend: 'not-running', resume: 'not-suspended' };
  for (const { point, policy } of everywhere()) {
    for (const is of WORDS) {
      const { state } = point.life;
      assert.equal(step(point, { is }, policy).refused, REFUSALS[state]?.[is], `${is} while ${state}`);
    }
  }
});

test('late news changes nothing where there is no process, and a timer that is not armed nothing anywhere', () => {
  const late: LifeEvent[] = [
    { is: 'spawned' },
    { is: 'spawnFailed', patient: false },
    { is: 'emptied' },
    { is: 'exited', exit: CRASH, leftovers: true },
  ];
  for (const { point, policy } of everywhere()) {
    const { state } = point.life;
    const news = hasProcess(state) || state === 'starting' ? [] : late;
    const timers = (['steady', 'overdue', 'retry', 'settle'] as const).filter((is) => !point.timers.includes(is));
    const strays = timers.filter((is) => state !== 'running' || is !== 'steady');
    for (const event of [...news, ...strays.map((is) => ({ is }))]) {
      if (state === 'stopped' && event.is === 'settle') continue; // disarmed as the supervisor leaves
      const outcome = transition(point.life, event, policy);
      assert.deepEqual(outcome, { life: point.life, effects: [] }, `${event.is} while ${state}`);
    }
  }
});

test('a wish that was saved before its deed is fulfilled by the next supervisor', () => {
  for (const policy of policies) {
    for (const { found, adopted, point } of walk(policy).adoptions) {
      const say = () => `${JSON.stringify(found)} became ${JSON.stringify(adopted)} and ${JSON.stringify(point.life)}`;
      assert.equal(adopted.life.desired, found.disk.desired, say());
      const after = settled(point, policy);
      assert.ok(fulfilments(found, policy).includes(after.life.state), say());
      assert.equal(after.tree?.frozen ?? false, after.life.state === 'suspended', say());
    }
  }
});

/** What may have become of a session once a new supervisor has done what is due. */
function fulfilments({ disk, tree, beginning, isNewKeeper }: Remains, policy: Policy): State[] {
  const { last, desired } = disk;
  const isAlive = tree?.run === disk.run && tree.leader === 'alive';
  if (desired === 'stopped') return ['stopped'];
  if (desired === 'removed') return ['gone'];
  if (desired === 'suspended') return [isAlive ? 'suspended' : 'held'];
  if (isAlive) return ['running'];
  const launched = policy.startSuspended ? 'held' : 'running';
  const isEndStored = tree !== undefined && last?.run === tree.run && last.exit !== null && !tree.leftovers;
  if (isEndStored && tree.run + 1 === disk.run && disk.run > disk.settled) return ['running']; // begun again without a delay
  if (tree !== undefined && tree.run !== disk.run) return [launched]; // a restart that was cut off
  const isSpawnDue = tree === undefined && disk.settled !== disk.run;
  if (isNewKeeper || (tree === undefined && !isSpawnDue && last?.thisKeeper !== true)) {
    if (beginning === 'crashed') return [launched];
    return [last?.gaveUp ? 'failed' : 'down']; // waits for boot, or for being named
  }
  if (isSpawnDue) return ['running'];
  const isStored = last !== undefined && last.exit !== null && (tree === undefined || last.run === tree.run);
  if (isStored && !tree?.leftovers) {
    if (last.gaveUp) return ['failed'];
    return [last.refused || policy.restarts(last.exit as ExitStatus) ? 'backing-off' : 'stopped'];
  }
  return policy.restarts(tree?.leader as ExitStatus)
    ? [policy.isAtOnce ? 'running' : 'backing-off', 'failed']
    : ['stopped'];
}
