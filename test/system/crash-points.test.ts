// Every verb is cut off at each single thing that client, supervisor or keeper does for it: afterwards all is as before
// the verb or as after it, never between; nothing runs twice or without an owner; and work goes on.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { SessionView } from '../../src/model/view.ts';
import { type CrashHome, crashHome, PARTS, type Part } from '../support/crash-points.ts';
import { eventually } from '../support/deadline.ts';
import { linkTo, processesOf } from '../support/torture.ts';

/** A session as the model knows it: its wish, and what was said of it. */
type Model = Record<string, string>;

const STANDARD: Model = { web: 'running', idle: 'stopped', nap: 'suspended', held: 'suspended' };
const AS_IT_WAS = STANDARD;

interface Scenario {
  verb: string[];
  /** What it makes of the standard state. */
  after: Model;
  /** What brings the standard state back from there; empty: the same verb cannot be told from no verb. */
  undo: string[][];
  /** Run beforehand each time. */
  before?: string[][];
  /** Whose process it begins or ends; every other one stays, unless it was the keeper that was killed. */
  moves: string[] | 'all';
}

const with_ = (changes: Record<string, string | undefined>): Model =>
  Object.fromEntries(
    Object.entries({ ...STANDARD, ...changes }).filter((each): each is [string, string] => each[1] !== undefined),
  );

const SCENARIOS: Record<string, Scenario> = {
  create: {
    verb: ['create', '-n', 'new', 'sleep', '1000'],
    after: with_({ new: 'running' }),
    undo: [['rm', '-f', 'new']],
    moves: ['new'],
  },
  'create held': {
    verb: ['create', '-s', '-n', 'new', 'sleep', '1000'],
    after: with_({ new: 'suspended' }),
    undo: [['rm', 'new']],
    moves: ['new'],
  },
  suspend: { verb: ['suspend', 'web'], after: with_({ web: 'suspended' }), undo: [['resume', 'web']], moves: [] },
  resume: { verb: ['resume', 'nap'], after: with_({ nap: 'running' }), undo: [['suspend', 'nap']], moves: [] },
  stop: { verb: ['stop', 'web'], after: with_({ web: 'stopped' }), undo: [['start', 'web']], moves: ['web'] },
  start: { verb: ['start', 'idle'], after: with_({ idle: 'running' }), undo: [['stop', 'idle']], moves: ['idle'] },
  restart: { verb: ['restart', 'web'], after: AS_IT_WAS, undo: [], moves: ['web'] },
  set: {
    verb: ['set', 'idle', 'description', 'said'],
    after: with_({ idle: 'stopped said' }),
    undo: [['unset', 'idle', 'description']],
    moves: [],
  },
  rename: {
    verb: ['rename', 'web', 'www'],
    after: with_({ web: undefined, www: 'running' }),
    undo: [['rename', 'www', 'web']],
    moves: [],
  },
  rm: {
    verb: ['rm', 'idle'],
    after: with_({ idle: undefined }),
    undo: [
      ['create', '-n', 'idle', 'sleep', '1000'],
      ['stop', 'idle'],
    ],
    moves: ['idle'],
  },
  'rm of a running one': {
    verb: ['rm', '-f', 'web'],
    after: with_({ web: undefined }),
    undo: [['create', '-n', 'web', 'sleep', '1000']],
    moves: ['web'],
  },
  'create where nothing runs': {
    before: [['shutdown']],
    verb: ['create', '-n', 'new', 'sleep', '1000'],
    after: with_({ new: 'running' }),
    undo: [
      ['rm', '-f', 'new'],
      ['boot', '-q'],
    ],
    moves: 'all',
  },
  shutdown: { verb: ['shutdown'], after: AS_IT_WAS, undo: [['boot', '-q']], moves: 'all' },
  boot: { before: [['shutdown']], verb: ['boot'], after: AS_IT_WAS, undo: [], moves: 'all' },
  upgrade: { verb: ['upgrade'], after: AS_IT_WAS, undo: [], moves: [] },
};

/** Of so many points, each so-manyeth is tried; all of them in the long run. */
const stepFor = (points: number) => (process.env.SESSION_TEST_LONG === '1' ? 1 : points > 50 ? 6 : 3);

const found = (views: SessionView[]): Model =>
  Object.fromEntries(
    views.map(({ name, desired, description }) => [name, description ? `${desired} ${description}` : `${desired}`]),
  );

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  test(`${name}, cut off at every point, is done whole or not at all`, (t) => everyPoint(t, scenario));
}

async function everyPoint(t: TestContext, scenario: Scenario): Promise<void> {
  const h = crashHome(t, { expected: /the keeper sent no descriptor|EPIPE|ECONNRESET/ });
  for (const each of ['web', 'idle', 'nap']) await h.run(['create', '-n', each, 'sleep', '1000']);
  await h.run(['create', '-s', '-n', 'held', 'sleep', '1000']);
  await h.run(['stop', 'idle']);
  await h.run(['suspend', 'nap']);
  await settled(h);

  const { all, says } = await pointsOf(h, scenario);
  const points = all.filter((_, i) => i % stepFor(all.length) === 0);
  const tally = { cases: 0, missed: [] as string[] };
  for (const { part, at, what } of points) {
    const hows = what.startsWith('writeSync') ? [undefined, 'torn' as const] : [undefined];
    for (const how of hows) {
      await begin(h, scenario);
      const stay = staying(await listed(h), scenario);
      h.arm(part, at, how);
      const { code, stdout, stderr } = await h.run(scenario.verb);
      const killed = h.killed(part);
      h.disarm();
      const where = `${part} killed at ${at}, ${killed}${how === undefined ? '' : ', half done'}; exit ${code}, ${stderr}`;
      if (killed === undefined) tally.missed.push(`${part} ${at}: ${what}`);
      tally.cases++;
      if (part === 'supervisor' || killed === undefined)
        assert.deepEqual({ code, stdout }, { code: 0, stdout: says }, where);
      if (part !== 'keeper') assertStay(await settled(h, where), stay, scenario, where);
      await leave(h, scenario, code === 0, where);
    }
  }
  t.diagnostic(
    `counted ${tally.cases} cut-off points of '${scenario.verb.join(' ')}', ${tally.missed.length} not reached, 0 states between`,
  );
  assert.ok(tally.missed.length <= tally.cases / 4, `nearly all points were reached, but for ${tally.missed}`);
}

/** Every operation of each part, as one run does them that is not cut off; and what that says. */
async function pointsOf(
  h: CrashHome,
  scenario: Scenario,
): Promise<{ all: { part: Part; at: number; what: string }[]; says: string }> {
  await h.run(scenario.verb); // what was suspended is held once nothing ran: from here on every time is alike
  await leave(h, scenario, true, 'not cut off');
  await begin(h, scenario);
  h.count();
  const { code, stdout: says } = await h.run(scenario.verb);
  assert.equal(code, 0);
  const all = PARTS.flatMap((part) => h.counted(part).map((what, i) => ({ part, at: i + 1, what })));
  h.disarm();
  await leave(h, scenario, true, 'not cut off');
  return { all, says };
}

async function begin(h: CrashHome, { before = [] }: Scenario): Promise<void> {
  for (const each of before) assert.equal((await h.run(each)).code, 0);
}

/** The processes that a verb leaves alone, by session. */
const staying = (views: SessionView[], { moves }: Scenario) =>
  new Map(
    views
      .filter(({ name }) => moves !== 'all' && !moves.includes(name))
      .map(({ id, pid, restarts }) => [id, { pid, restarts }]),
  );

/** Before anything else is said to them, they are as they were, and each is in the state that it should be in. */
function assertStay(views: SessionView[], stay: ReturnType<typeof staying>, { moves }: Scenario, where: string): void {
  if (moves === 'all') return;
  for (const [id, facts] of stay) {
    const now = views.find((each) => each.id === id);
    assert.deepEqual(now && { pid: now.pid, restarts: now.restarts }, facts, `${where}: ${now?.name}`);
  }
  for (const { name, desired, state } of views) {
    const states = desired === 'suspended' ? ['suspended', 'held'] : [desired];
    assert.ok(states.includes(state), `${where}: ${name}, which should be ${desired}, is ${state}`);
  }
}

/** What is there is what was before the verb or is after it; then the verb is done, if it was not, and undone. */
async function leave(h: CrashHome, { verb, after, undo }: Scenario, isDone: boolean, where: string): Promise<void> {
  const now = found(await settled(h, where));
  const same = (model: Model) => JSON.stringify(sorted(now)) === JSON.stringify(sorted(model));
  assert.ok(same(after) || (!isDone && same(STANDARD)), `${where}: found ${JSON.stringify(now)}`);
  if (!same(after)) await h.run(verb);
  for (const each of [...undo, ['boot', '-q']]) {
    const { code, stderr } = await h.run(each);
    assert.equal(code, 0, `${where}, then ${each.join(' ')}: ${stderr}`);
  }
  assert.deepEqual(sorted(found(await settled(h, where))), sorted(STANDARD), where);
}

const sorted = (model: Model) => Object.fromEntries(Object.entries(model).sort());

/** By the supervisor that is there, which is quicker; by the command where none is. */
async function listed(h: CrashHome): Promise<SessionView[]> {
  try {
    const link = await linkTo(h);
    const { sessions } = await link.request('list', { usage: false }).finally(() => link.close());
    return sessions;
  } catch {
    return h.list();
  }
}

/** The sessions, when nothing moves any more: each that runs has one process, and no other is there. */
async function settled(h: CrashHome, where = ''): Promise<SessionView[]> {
  return eventually(`every session is at rest, and has the processes that it should have (${where})`, async () => {
    const views = await listed(h);
    const isSettled = views.every(({ id, state, pid }) => {
      if (state === 'starting' || state === 'stopping' || state === 'backing-off') return false;
      const processes = processesOf(id);
      return pid === null ? processes.length === 0 : processes.length === 1 && processes[0] === pid;
    });
    return isSettled ? views : undefined;
  });
}
