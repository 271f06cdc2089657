// The supervisor is killed in the middle of every deed, at each named point: the command succeeds all the same,
// and what it asked for is done exactly once.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SessionView } from '../../src/model/view.ts';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { processesOf } from '../support/torture.ts';

interface Deed {
  /** What is typed; the session is `it`. */
  verb: string[];
  prints?: string;
  /** How it is before. */
  from: 'none' | 'running' | 'suspended' | 'held' | 'stopped';
  /** Points it passes, with the number of the pass; `+` joins those of supervisors in a row. */
  points: string[];
  /** How many starts it brings, and how it is afterwards. */
  starts: number;
  to: SessionView['state'] | 'none';
}

const DEEDS: Deed[] = [
  {
    verb: ['create', '-n', 'it', '--', './program'],
    prints: "Session 'it' started\n",
    from: 'none',
    points: [
      'before-rename 1',
      'before-rename 2',
      'before-spawn',
      'after-create',
      'before-spawn+supervisor-begins',
      'after-create+supervisor-recovered',
    ],
    starts: 1,
    to: 'running',
  },
  {
    verb: ['create', '-s', '-n', 'it', '--', './program'],
    prints: "Session 'it' created and suspended.\n",
    from: 'none',
    points: ['before-rename 1', 'after-create', 'after-create+supervisor-begins'],
    starts: 0,
    to: 'held',
  },
  {
    verb: ['resume', 'it'],
    from: 'held',
    points: ['before-rename 1', 'before-spawn', 'after-dispatch'],
    starts: 1,
    to: 'running',
  },
  {
    verb: ['start', 'it'],
    from: 'stopped',
    points: [
      'before-rename 1',
      'before-rename 2',
      'before-spawn',
      'after-dispatch',
      'after-dispatch+supervisor-recovered',
    ],
    starts: 1,
    to: 'running',
  },
  {
    verb: ['stop', 'it'],
    from: 'running',
    points: [
      'before-rename 1',
      'before-rename 2',
      'after-dispatch',
      'before-release',
      'after-dispatch+supervisor-begins',
    ],
    starts: 0,
    to: 'stopped',
  },
  {
    verb: ['restart', 'it'],
    from: 'running',
    points: [
      'before-rename 1',
      'before-rename 2',
      'before-rename 3',
      'after-dispatch',
      'before-release',
      'before-spawn',
      'before-spawn+supervisor-begins',
      'before-release+supervisor-recovered',
    ],
    starts: 1,
    to: 'running',
  },
  {
    verb: ['suspend', 'it'],
    from: 'running',
    points: ['before-rename 1', 'after-dispatch'],
    starts: 0,
    to: 'suspended',
  },
  {
    verb: ['resume', 'it'],
    from: 'suspended',
    points: ['before-rename 1', 'after-dispatch'],
    starts: 0,
    to: 'running',
  },
  {
    verb: ['set', 'it', 'description', 'done'],
    from: 'running',
    points: ['before-rename 1'],
    starts: 0,
    to: 'running',
  },
  { verb: ['rename', 'it', 'that'], from: 'running', points: ['before-rename 1'], starts: 0, to: 'running' },
  {
    verb: ['rm', '-f', 'it'],
    from: 'running',
    points: [
      'before-rename 1',
      'before-rename 2',
      'after-dispatch',
      'before-release',
      'before-release+supervisor-begins',
    ],
    starts: 0,
    to: 'none',
  },
  { verb: ['rm', 'it'], from: 'stopped', points: ['before-rename 1', 'after-dispatch'], starts: 0, to: 'none' },
];

test('a supervisor killed at any named point of any deed has it done exactly once', async (t) => {
  const h = home(t);
  h.script('program', 'echo started >>starts; exec sleep 1000');
  await h.ok('create', '-n', 'other', 'sleep', '1000'); // so that nobody leaves in between
  const starts = () =>
    existsSync(join(h.work, 'starts')) ? readFileSync(join(h.work, 'starts'), 'latin1').split('\n').length - 1 : 0;
  let expected = 0;
  let kills = 0;
  for (const deed of DEEDS) {
    for (const points of deed.points) {
      const what = `${deed.verb.join(' ')}, killed at ${points}`;
      await bringTo(h, deed.from);
      if (deed.from === 'running' || deed.from === 'suspended' || deed.from === 'stopped') expected++;
      await eventually(`as many starts as expected before ${what}`, () => starts() >= expected);
      assert.equal(starts(), expected, `before ${what}`);
      const was = (await h.list()).find((each) => each.name === 'it');

      const killed = Promise.all(points.split('+').map((point) => killAt(h, point)));
      const ran = await h.run(deed.verb);
      assert.deepEqual(
        { code: ran.code, out: ran.stdout, err: ran.stderr },
        { code: 0, out: deed.prints ?? '', err: '' },
        what,
      );
      kills += (await killed).length;

      expected += deed.starts;
      await eventually(`${expected} starts after ${what}`, () => starts() >= expected);
      assert.equal(starts(), expected, what);
      const its = (await h.list()).filter((each) => each.name !== 'other');
      assert.deepEqual(
        its.map((each) => each.state),
        deed.to === 'none' ? [] : [deed.to],
        what,
      );
      const [is] = its;
      if (is?.live === true) {
        assert.deepEqual(processesOf(is.id), [is.pid], `one process after ${what}`);
        if (was?.live === true) assert.equal(is.pid === was.pid, deed.starts === 0, what);
      }
      if (deed.to === 'none' && was !== undefined) assert.deepEqual(processesOf(was.id), [], what);
      if (deed.verb[0] === 'set') assert.equal(is?.description, 'done', what);
      if (deed.verb[0] === 'rename') assert.equal(is?.name, 'that', what);
      assert.equal(
        readdirSync(join(h.path, 'records')).filter((file) => file.endsWith('.json')).length,
        its.length + 1,
        what,
      );
      if (is !== undefined) await h.ok('rm', '-f', is.name);
      assert.deepEqual(
        readdirSync(join(h.path, 'records')).filter((file) => file.startsWith('.')),
        [],
        `nothing half-made after ${what}`,
      );
    }
  }
  t.diagnostic(`counted ${kills} kills at named points`);
});

/** A session `it` in that state, undisturbed. */
async function bringTo(h: Home, state: Deed['from']): Promise<void> {
  if (state === 'none') return;
  if (state === 'held') return void (await h.ok('create', '-s', '-n', 'it', '--', './program'));
  await h.ok('create', '-n', 'it', '--', './program');
  await eventually('the program is itself', async () => {
    const { pid } = await h.view('it');
    return readFileSync(`/proc/${pid}/comm`, 'latin1') === 'sleep\n';
  });
  if (state === 'suspended') await h.ok('suspend', 'it');
  if (state === 'stopped') await h.ok('stop', 'it');
}

/** Kills whoever passes `point` (`NAME NUMBER`: for that time), and resolves when it was done. */
async function killAt(h: Home, point: string): Promise<void> {
  const [name = '', number = '1'] = point.split(' ');
  const file = join(h.hooks, name);
  rmSync(`${file}.reached`, { force: true });
  writeFileSync(`${file}.new`, `${'pass '.repeat(Number(number) - 1)}kill`);
  renameSync(`${file}.new`, file);
  await eventually(`pass ${number} of ${name}`, () => existsSync(`${file}.reached`));
}
