// Walks every life that a session can have under a policy, through every crash of its supervisor and keeper, and
// checks at each place that process, timers and wish are as the table of states says.
import assert from 'node:assert/strict';
import {
  type Desired,
  hasProcess,
  type Life,
  type LifeEvent,
  type Policy,
  type State,
  type Timer,
} from '../../src/model/lifecycle.ts';
import { type Adoption, CLEAN, CRASH, remainsOf, takeOver } from './adoptions.ts';
import { BIRTH, bounded, type Point, type Step, step } from './lives.ts';

export interface Walked {
  policy: Policy;
  points: Point[];
  adoptions: Adoption[];
  edges: number;
}

/** Limits and start-suspended in all their combinations; which ends are followed by a restart is decided by the end. */
export const policies: Policy[] = [true, false].flatMap((startSuspended) =>
  [0, 1, 3].map((limit) => ({
    startSuspended,
    restarts: (exit) => exit !== CLEAN,
    isFinal: () => false,
    limit,
    isAtOnce: false,
  })),
);
policies.push({ startSuspended: false, restarts: () => false, isFinal: () => false, limit: 3, isAtOnce: false });
policies.push({ startSuspended: false, restarts: () => true, isFinal: () => false, limit: 3, isAtOnce: false });
policies.push({ startSuspended: true, restarts: () => true, isFinal: () => false, limit: 3, isAtOnce: true });
policies.push({
  startSuspended: false,
  restarts: () => false,
  isFinal: (exit) => 'code' in exit,
  limit: 3,
  isAtOnce: false,
});

export const WORDS = ['start', 'hold', 'stop', 'suspend', 'resume', 'restart', 'remove', 'boot', 'shutdown'] as const;

/** What can happen at a point. A supervisor that leaves takes no more requests; those under way may still remove. */
function possible(at: Point): LifeEvent[] {
  const words = WORDS.filter((each) => !at.leaving || ['stop', 'remove', 'shutdown'].includes(each));
  const events: LifeEvent[] = words.map((is) => ({ is }));
  if (at.asked !== undefined) {
    events.push({ is: 'spawned' }, { is: 'spawnFailed', patient: false });
    if (at.life.launch === 'boot') events.push({ is: 'spawnFailed', patient: true });
  }
  if (at.tree?.leader === 'alive') {
    for (const exit of [CLEAN, CRASH])
      for (const leftovers of [true, false]) events.push({ is: 'exited', exit, leftovers });
  }
  if (at.tree?.leftovers) events.push({ is: 'emptied' });
  return [...events, ...at.timers.map((is) => ({ is }))];
}

const walked = new Map<Policy, Walked>();

export function walk(policy: Policy): Walked {
  const known = walked.get(policy);
  if (known !== undefined) return known;
  const seen = new Map<string, { point: Point; from: string; by: string }>();
  const open: string[] = [];
  const adoptions: Adoption[] = [];
  const cutOff = new Set<string>();
  let edges = 0;
  const reach = (from: string, by: () => string, deed: () => Point | undefined) => {
    edges++;
    try {
      const found = deed();
      if (found === undefined) return;
      const point = bounded(found, policy.limit + 1);
      const key = JSON.stringify(point);
      if (seen.has(key)) return;
      keepsRules(point);
      seen.set(key, { point, from, by: by() });
      open.push(key);
    } catch (error) {
      const trail = [by()];
      for (let at = seen.get(from); at !== undefined; at = seen.get(at.from))
        trail.unshift(`${at.by} -> ${brief(at.point)}`);
      const why = error as Error;
      throw new assert.AssertionError({ message: `${why.message}\n  ${trail.join('\n  ')}` });
    }
  };
  reach(
    '',
    () => 'create',
    () => BIRTH,
  );
  for (let from = open.shift(); from !== undefined; from = open.shift()) {
    const { point } = seen.get(from) as { point: Point };
    for (const event of possible(point)) {
      const by = () => JSON.stringify(event);
      let cuts: Point[] = [];
      reach(from, by, () => {
        const taken = step(point, event, policy);
        savesFirst(point.life, taken);
        cuts = taken.cuts;
        return taken.point;
      });
      for (const cut of [point, ...cuts]) {
        const { disk, tree, asked, leaving } = bounded(
          { ...cut, life: { ...cut.life, run: cut.disk?.run ?? 0 } },
          policy.limit + 1,
        );
        const key = JSON.stringify([disk, tree, asked, leaving]);
        if (cutOff.has(key)) continue;
        cutOff.add(key);
        for (const found of remainsOf(cut)) {
          reach(
            from,
            () => `${by()} is cut off; found ${JSON.stringify(found)}`,
            () => {
              const adoption = takeOver(found, policy);
              adoptions.push(adoption);
              return adoption.point;
            },
          );
        }
      }
    }
  }
  const points = [...seen.values()].map((each) => each.point);
  const result = { policy, points, adoptions, edges };
  walked.set(policy, result);
  return result;
}

const brief = ({ life, tree, asked, timers }: Point) => {
  const process = tree === undefined ? (asked === undefined ? 'no process' : 'asked for') : JSON.stringify(tree);
  return `${life.state} w=${life.desired} ${process} [${timers}]`;
};

const WISHES: Record<State, Desired[]> = {
  held: ['suspended'],
  starting: ['running', 'suspended', 'stopped', 'removed'], // the fact follows when the spawn is answered
  running: ['running'],
  suspended: ['suspended'],
  stopping: ['stopped', 'running', 'removed', 'suspended'], // suspended: what is left of a tree whose leader was killed
  stopped: ['stopped', 'running'],
  'backing-off': ['running'],
  failed: ['running'],
  down: ['running'],
  gone: ['removed'],
};

function timersOf({ life, leaving, timers }: Point): Timer[] {
  // A run that was steady, and was suspended and resumed since, may be counted again: nothing comes of it.
  if (life.state === 'running') return life.steady && timers.length === 0 ? [] : ['steady'];
  if (life.state === 'stopping') return ['overdue'];
  if (life.state === 'backing-off') return ['retry'];
  return life.state === 'stopped' && life.desired === 'running' && !leaving ? ['settle'] : [];
}

function keepsRules(point: Point): void {
  const { life, tree, asked, disk, timers } = point;
  assert.equal(tree !== undefined, hasProcess(life.state), `whether ${life.state} has a process`);
  assert.equal(asked !== undefined, life.state === 'starting', 'a spawn is under way exactly while it is starting');
  assert.deepEqual(timers, timersOf(point), `the timers of ${life.state}`);
  assert.ok(WISHES[life.state].includes(life.desired), `${life.desired} can be wished while it is ${life.state}`);
  if (tree?.leader === 'alive') assert.equal(tree.frozen, life.state === 'suspended', 'frozen exactly while suspended');
  if (disk !== undefined) assert.deepEqual([disk.desired, disk.run], [life.desired, life.run], 'the wish is on disk');
}

/** A wish is on disk before its deed: with what spawns or signals for a new wish, saving comes first. */
function savesFirst(before: Life, { point: { life }, effects }: Step): void {
  const isWish = life.desired !== before.desired || life.run !== before.run;
  const isDeed = effects.some((each) => each.do === 'spawn' || each.do === 'release' || each.do === 'forget');
  if (isWish || isDeed) assert.equal(effects[0]?.do, 'save');
}
