// The keeper is what must not die: neither for want of anything, nor by a client's signal at a bad moment.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { isAlive, readProcess } from '../../src/system/process-table.ts';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';

test('a keeper that cannot start a supervisor for want of descriptors lives, and tries again', async (t) => {
  const h = home(t, { expected: /cannot be started/ });
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  const { keeper, supervisor } = h.pids();
  execFileSync('prlimit', ['--pid', String(keeper), '--nofile=8:20000']);
  process.kill(supervisor, 'SIGKILL');
  await eventually('the want was felt', () => h.diary().includes('cannot be started'));
  execFileSync('prlimit', ['--pid', String(keeper), '--nofile=20000:20000']);
  assert.equal((await h.view('web')).pid, pid);
  assert.equal(h.pids().keeper, keeper);
});

test('signals of clients that wait do not end a keeper that is being upgraded', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  const { keeper } = h.pids();
  const start = readProcess(keeper)?.start ?? 0;
  let upgrading = true;
  const upgraded = h.run(['upgrade']).finally(() => {
    upgrading = false;
  });
  // What client/keeper.ts does, and as often as it can: whoever is named in the lock file is signalled.
  const poking = (async () => {
    while (upgrading) {
      h.poke();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  assert.equal((await upgraded).code, 0);
  await poking;
  assert.ok(isAlive(keeper, start), 'the same keeper');
  assert.equal((await h.view('web')).pid, pid);
});

test('eight hundred records are there again at once after an orderly end', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'first', '-s', 'true');
  await h.ok('shutdown');
  h.multiply('first', 800);
  const sessions = await h.list();
  assert.equal(sessions.length, 801);
  await h.ok('start', 'first');
});
