// Which ends are followed by a new start, after how long, and when a session is given up.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';

/** Policy -> ends after which it starts again. */
const TABLE = {
  always: ['exit 0', 'exit 1', 'kill -TERM $$', 'kill -SEGV $$'],
  'on-failure': ['exit 1', 'kill -SEGV $$'],
  'on-abnormal': ['kill -SEGV $$'],
  never: [],
} as Record<string, string[]>;
const ENDS = TABLE.always as string[];

describe('restarts', { concurrency: true }, () => {
  test('each policy starts again after its own kinds of end, and after no other', async (t) => {
    const h = home(t);
    // Its first run ends as told; every later one stays.
    const file = h.script('ends', `[ -e "$SESSION_NAME" ] && exec sleep 1000\n: >"$SESSION_NAME"\neval "$1"`);
    const cases = Object.keys(TABLE).flatMap((policy) =>
      ENDS.map((end, i) => ({ name: `${policy}-${i}`, policy, end, again: TABLE[policy]?.includes(end) })),
    );
    for (const { name, policy, end } of cases)
      await h.ok('create', '-n', name, '--set', `restart=${policy}`, '--set', 'restart-delay=10ms', file, end);
    for (const { name, end, policy, again } of cases) {
      const { state, restarts } = await h.until(name, 'has settled', (each) =>
        again === true ? each.restarts > 0 && each.state === 'running' : each.endedAt !== null,
      );
      const wanted = again === true ? { state: 'running', restarts: 1 } : { state: 'stopped', restarts: 0 };
      assert.deepEqual({ state, restarts }, wanted, `${policy} after '${end}'`);
    }
  });

  test('an interactive shell comes back after a crash and not after exit, a script in a shell after both', async (t) => {
    const h = home(t);
    const policies: [string, ...string[]][] = [
      ['on-abnormal', 'sh'],
      ['on-abnormal', 'bash', '-l'],
      ['on-abnormal', '/bin/bash', '--norc', '-i'],
      ['on-failure', 'sh', '-c', 'sleep 1000'],
      ['on-failure', 'bash', '-lc', 'sleep 1000'],
      ['on-failure', 'sh', h.script('script', 'sleep 1000')],
      ['on-failure', 'sleep', '1000'],
    ];
    for (const [i, [policy, ...command]] of policies.entries()) {
      await h.ok('create', '-n', `n${i}`, '-s', '--', ...command);
      assert.equal(await h.ok('get', `n${i}`, 'restart'), `${policy}\n`, command.join(' '));
    }
    await h.ok('create', '-n', 'shell', '--set', 'restart-delay=10ms', 'sh');
    const { pid } = await h.view('shell');
    process.kill(pid as number, 'SIGKILL');
    const { restarts } = await h.until('shell', 'is back', (each) => each.state === 'running' && each.pid !== pid);
    assert.equal(restarts, 1);
  });

  test('the wait doubles up to restart-delay-max, and the fifth quick end in a row is the last', async (t) => {
    const h = home(t);
    const file = h.script('quick', 'date +%s%3N >>starts\n[ -e mended ] && exec sleep 1000\nexit 1');
    await h.ok('create', '-n', 'q', '--set', 'restart-delay=200ms', '--set', 'restart-delay-max=500ms', file);
    const failed = await h.until('q', 'is given up', (each) => each.state === 'failed');
    assert.deepEqual([failed.desired, failed.attempts, failed.due, failed.live], ['running', 5, true, false]);
    const starts = readFileSync(join(h.work, 'starts'), 'utf8').trim().split('\n').map(Number);
    const waits = starts.slice(1).map((each, i) => each - (starts[i] as number));
    assert.equal(waits.length, 4);
    for (const [i, least] of [200, 400, 500, 500].entries()) {
      const wait = waits[i] as number;
      assert.ok(wait >= least - 2 && wait < least + 900, `waits of ${waits.join(', ')} ms`);
    }
    const ran = await h.run(['status', 'q']);
    assert.match(ran.stdout, /^Session 'q' has failed: exit status 1, 5 times in \d+ s\. See session logs q\.\n$/);
    assert.equal(ran.code, 3);
    await h.fails(1, "session: 'q' has failed and is not suspended. Use session start q.", 'resume', 'q');

    await h.ok('start', 'q'); // tried anew, from the beginning of the count
    const again = await h.until('q', 'failed again', (each) => each.state === 'failed' && each.attempts === 5);
    assert.equal(again.restarts, 8);
    writeFileSync(join(h.work, 'mended'), '');
    await h.ok('start', 'q');
    assert.equal((await h.view('q')).state, 'running');
  });

  test('restart-limit 0 never gives up, and a run of restart-steady begins the count anew', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'endless', '--set', 'restart-limit=0', '--set', 'restart-delay=5ms', 'false');
    const steady = ['--set', 'restart-steady=100ms', '--set', 'restart-limit=2', '--set', 'restart-delay=5ms'];
    await h.ok('create', '-n', 'steady', ...steady, '--', 'sh', '-c', 'sleep 0.3; exit 1');
    await h.until('endless', 'has been tried often', (each) => each.restarts >= 8);
    const { state } = await h.until('steady', 'has come back often', (each) => each.restarts >= 3);
    assert.notEqual(state, 'failed');
  });

  test('stop while restarting is at once, and is the user’s word', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '--set', 'restart-delay=1h', '--set', 'restart-delay-max=1h', 'false');
    await h.until('x', 'waits', (each) => each.state === 'backing-off');
    const told = await h.run(['status', 'x']);
    assert.match(told.stdout, /^Session 'x' is restarting in (3600|3599|359\d) s \(exit status 1, attempt 1\)\.\n$/);
    assert.equal(told.code, 3);
    await h.fails(1, "The session 'x' is restarting. Use `session rm -f x` to stop and delete the session.", 'rm', 'x');
    await h.fails(1, "session: 'x' is restarting, not running. Use session start x.", 'suspend', 'x');
    await h.ok('stop', 'x');
    const view = await h.view('x');
    assert.deepEqual([view.state, view.desired, view.retryAt], ['stopped', 'stopped', null]);
    assert.equal((await h.run(['status', 'x'])).stdout, "Session 'x' is stopped.\n");
    await h.ok('rm', 'x');
  });

  test('a restart that could not start again is refused, and the old process runs on', async (t) => {
    const h = home(t);
    const file = h.script('moves', 'exec sleep 1000');
    await h.ok('create', '-n', 'moves', file);
    const { pid } = await h.view('moves');
    const set = await h.run(['set', 'moves', 'command', '--', './gone']);
    assert.equal(set.code, 0);
    assert.match(set.stderr, /^session: no program '\.\/gone'\. .*\(Only a note: it is set\.\)\n$/);
    await h.fails(1, "session: no program './gone'. Check the spelling, or give its path.", 'restart', 'moves');
    assert.equal((await h.view('moves')).pid, pid);
    await h.ok('set', 'moves', 'command', '--', file);
    await h.ok('restart', 'moves');
    assert.notEqual((await h.view('moves')).pid, pid);
  });

  test('a clean end becomes `stopped` after 10 s, and not before', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'clean', 'true');
    const ended = await h.until('clean', 'has ended', (each) => each.state === 'stopped');
    assert.equal(ended.desired, 'running');
    const told = await h.run(['status', 'clean']);
    assert.match(told.stdout, /^Session 'clean' has ended \(exit status 0, \d+ s ago\)\.\n$/);
    assert.equal(told.code, 3);
    await h.until('clean', 'stays stopped', (each) => each.desired === 'stopped');
    const waited = Date.now() - Date.parse(ended.endedAt as string);
    assert.ok(waited >= 10_000, `it was final after ${waited} ms`);
    await h.ok('shutdown');
    assert.equal(await h.ok('boot'), '');
    assert.equal((await h.view('clean')).state, 'stopped');
  });

  test('what ended cleanly just before the supervisor was told to leave comes back', async (t) => {
    const h = home(t);
    // When a machine goes down, init ends everything with TERM: first the sessions' processes, here, then us.
    await h.ok('create', '-n', 'ended', 'sleep', '1000');
    const { pid } = await h.view('ended');
    process.kill(pid as number, 'SIGTERM');
    await h.until('ended', 'has ended', (each) => each.state === 'stopped');
    process.kill(h.pids().supervisor, 'SIGTERM');
    await eventually('it is gone', () => !existsSync(join(h.path, 'run', 'socket')));
    assert.equal(await h.ok('boot'), "Session 'ended' started\n");
  });
});
