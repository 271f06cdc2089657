// The wall clock set forward and back by hours and years while sessions run: what waits goes on waiting as long as it
// should, nothing is restarted too soon or twice, and what people are shown makes sense. What the kernel says when the
// clock is set (timerfd's cancel-on-set) is not seen here: schedules have their clock in the test's hand, see
// test/supervisor/timetable.test.ts.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { NO_FAKETIME, setClock } from '../support/set-clock.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** One after the other, s. */
const SETS = [HOUR, -2 * HOUR, 10 * YEAR, -10 * YEAR, -40 * YEAR, 10, -10, 0];

/** How often `name` has run. */
const runsOf = (h: Home, name: string) => {
  try {
    return readFileSync(join(h.work, name), 'utf8').length;
  } catch {
    return 0;
  }
};

async function looksWell(h: Home): Promise<void> {
  for (const args of [
    ['ls'],
    ['ls', '-l'],
    ['status'],
    ['logs', '--since', '10m', 'steady'],
    ['logs', '--timestamps', 'steady'],
  ]) {
    const { stdout, stderr } = await h.run(args);
    assert.equal(stderr, '', args.join(' '));
    const senseless = /^.*(NaN|Invalid|undefined| -\d).*$/m;
    assert.equal(senseless.exec(stdout)?.[0], undefined, args.join(' '));
  }
}

/** What UP says, s. */
async function upOf(h: Home, name: string): Promise<number> {
  const line = (await h.ok('ls')).split('\n').find((each) => each.startsWith(`${name} `)) ?? '';
  const [, number, unit] = / (\d+)([smhd]) /.exec(line) ?? assert.fail(line);
  return Number(number) * ({ s: 1, m: 60, h: HOUR, d: DAY }[unit as string] as number);
}

test(
  'sessions run on, wait on and are shown with sense, however the clock is set',
  { skip: NO_FAKETIME },
  async (t) => {
    const h = home(t);
    const clock = setClock(h);
    const begun = Date.now();
    const slow = ['--set', 'restart-delay=1h', '--set', 'restart-delay-max=1h'];
    const quick = ['--set', 'restart-delay=300ms', '--set', 'restart-delay-max=300ms', '--set', 'restart-limit=0'];
    const noting = (end: string) => ['--', 'sh', '-c', `printf x >>"$SESSION_NAME"; ${end}`];
    await h.ok('create', '-n', 'steady', '--', 'sh', '-c', 'echo here; exec sleep 1000');
    await h.ok('create', '-n', 'waits', ...slow, ...noting('exit 1'));
    await h.ok('create', '-n', 'quick', ...quick, ...noting('exit 1'));
    await h.ok('create', '-n', 'second', '--set', 'schedule=* * * * * *', ...noting('exit 0'));
    await h.until('waits', 'waits', ({ state }) => state === 'backing-off');
    const before = await h.view('steady');
    const { keeper } = h.pids();
    for (const [i, each] of SETS.entries()) {
      clock.set(each);
      await looksWell(h);
      if (i % 2 === 1) h.killSupervisor();
      await looksWell(h);
      const view = await h.view('steady');
      assert.deepEqual([view.pid, view.startedAt, view.restarts], [before.pid, before.startedAt, 0]);
      assert.ok(
        (await upOf(h, 'steady')) <= (Date.now() - begun) / 1000 + 60,
        `up after ${each}: ${await upOf(h, 'steady')} s`,
      );
      assert.equal(h.pids().keeper, keeper);
      const since = runsOf(h, 'quick');
      await eventually('the quick one is tried again', () => runsOf(h, 'quick') > since);
    }
    assert.equal(clock.now() - Date.now() < 1000, true);
    const elapsed = Date.now() - begun;
    assert.ok(runsOf(h, 'quick') <= elapsed / 300 + SETS.length, `${runsOf(h, 'quick')} tries in ${elapsed} ms`);
    assert.ok(runsOf(h, 'second') <= elapsed / 1000 + 2 * SETS.length, `${runsOf(h, 'second')} runs in ${elapsed} ms`);
    t.diagnostic(
      `counted ${SETS.length} settings of the clock, ${runsOf(h, 'quick')} tries, ${runsOf(h, 'second')} scheduled runs`,
    );
  },
);

test('what waits for its next try says how long it really has to wait', { skip: NO_FAKETIME }, async (t) => {
  const h = home(t);
  const clock = setClock(h);
  await h.ok(
    'create',
    '-n',
    'waits',
    '--set',
    'restart-delay=1h',
    '--set',
    'restart-delay-max=1h',
    '--',
    'sh',
    '-c',
    'exit 1',
  );
  await h.until('waits', 'waits', ({ state }) => state === 'backing-off');
  for (const each of SETS) {
    clock.set(each);
    const { stdout } = await h.run(['status', 'waits']);
    const rest = Number(/restarting in (\d+) s/.exec(stdout)?.[1]);
    assert.ok(rest > HOUR - 120 && rest <= HOUR, `after ${each}: ${stdout}`);
  }
  assert.equal(runsOf(h, 'waits'), 0);
});

test(
  'a program that is not there yet at boot is waited for, though the clock is set meanwhile',
  { skip: NO_FAKETIME },
  async (t) => {
    const h = home(t);
    const clock = setClock(h);
    const program = h.script('late', 'exec sleep 1000');
    await h.ok('create', '-n', 'late', program);
    await h.ok('shutdown');
    renameSync(program, `${program}.away`);
    await h.run(['boot']);
    await h.until('late', 'waits', ({ state }) => state === 'backing-off');
    clock.set(50 * YEAR); // as on a machine without a battery, once it hears the time
    const { endedAt } = await h.view('late');
    const again = await h.until(
      'late',
      'is tried again',
      (view) => view.endedAt !== endedAt && view.state !== 'starting',
    );
    assert.equal(again.state, 'backing-off');
    renameSync(`${program}.away`, program);
    await h.until('late', 'runs', ({ state }) => state === 'running');
  },
);

test(
  'a client that waits for its answer when the clock is set, and the supervisor is replaced, gets it',
  { skip: NO_FAKETIME },
  async (t) => {
    const h = home(t);
    const clock = setClock(h);
    await h.ok(
      'create',
      '-n',
      'deaf',
      '--set',
      'stop-timeout=1s',
      '--',
      'sh',
      '-c',
      'trap "" TERM HUP; while :; do sleep 1; done',
    );
    for (const each of [HOUR, -HOUR]) {
      clock.set(0);
      const stopped = h.run(['restart', 'deaf']);
      await h.until('deaf', 'is stopping', ({ state }) => state === 'stopping');
      clock.set(each);
      h.killSupervisor();
      assert.deepEqual(await stopped, { code: 0, signal: null, stdout: '', stderr: '' });
    }
  },
);

test(
  'a clean end is final ten seconds later, though the clock was set back by years',
  { skip: NO_FAKETIME },
  async (t) => {
    const h = home(t);
    const clock = setClock(h);
    await h.ok('create', '-n', 'ends', '--', 'sh', '-c', 'read line; exit 0');
    await h.ok('create', '-n', 'steady', 'sleep', '1000');
    const { pid } = await h.view('ends');
    process.kill(pid as number, 'SIGTERM');
    await h.until('ends', 'has ended', ({ state }) => state === 'stopped');
    clock.set(-5 * YEAR);
    h.killSupervisor();
    assert.match((await h.run(['status', 'ends'])).stdout, /^Session 'ends' has ended \(.*, 0 s ago\)\.\n$/);
    await h.until('ends', 'is done with', ({ desired }) => desired === 'stopped');
  },
);

test('the round of a client that died while it started a keeper is over, though the clock was set back since', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'x', '-s', 'cat');
  await h.ok('shutdown');
  const lock = join(h.path, 'run', 'launch.lock');
  mkdirSync(lock);
  const later = new Date(Date.now() + 1000 * YEAR);
  utimesSync(lock, later, later);
  assert.equal(await h.ok('resume', 'x'), '');
});
