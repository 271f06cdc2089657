// A supervisor that stands still instead of dying: whoever waits for it, in whatever way, is served by its successor.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { isLiving } from '../support/processes.ts';

/** Stands still from now on. */
function hang(h: Home): { supervisor: number; keeper: number } {
  const pids = h.pids();
  process.kill(pids.supervisor, 'SIGSTOP');
  return pids;
}

const DEAF = "trap '' TERM HUP; echo ready; while :; do sleep 1000; done";

describe('a supervisor that hangs', { concurrency: true }, () => {
  test('is replaced when a client comes', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const { pid } = await h.view('web');
    const { supervisor } = hang(h);
    assert.equal((await h.view('web')).pid, pid);
    assert.notEqual(h.pids().supervisor, supervisor);
  });

  test('is replaced though the lock file that names its keeper is gone', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const { pid } = await h.view('web');
    hang(h);
    rmSync(join(h.path, 'keeper.lock'));
    assert.equal((await h.view('web')).pid, pid);
  });

  test('is replaced when a process has ended, though nobody asks', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', '--set', 'restart-delay=0s', 'sleep', '1000');
    const { pid } = await h.view('web');
    const { supervisor } = hang(h);
    process.kill(pid as number, 'SIGKILL');
    await eventually('it is replaced', () => h.pids().supervisor !== supervisor);
    await h.until('web', 'runs again', (view) => view.state === 'running' && view.pid !== pid);
  });

  test('is replaced when its keeper is told to end', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const { keeper } = hang(h);
    process.kill(keeper, 'SIGTERM');
    await eventually('the orderly end', () => !isLiving(keeper));
    assert.match(h.diary(), /"what":"leaving","why":"TERM"/);
  });

  test('holds nobody who leaves, and is replaced for who begins what is held', async (t) => {
    const h = home(t);
    await h.ok('create', '-s', '-n', 'held', 'sh', '-c', 'echo begun; exec sleep 1000');
    const [one, other] = [person(h, ['attach', 'held']), person(h, ['attach', 'held'])];
    for (const each of [one, other]) await each.receives(/Enter/);
    const { supervisor } = hang(h);
    one.types('q');
    assert.deepEqual(await one.ended, { code: 0 });
    other.types('\r');
    await eventually('it is replaced', () => h.pids().supervisor !== supervisor);
    await eventually('it is begun', async () => {
      other.types('\r'); // not heard while the line is made anew
      return (await h.view('held')).state === 'running';
    });
    await other.sees(/^begun/m);
  });

  test('is replaced when a command that it has greeted waits for a reply', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'deaf', '--set', 'stop-timeout=2s', 'sh', '-c', DEAF);
    await h.until('deaf', 'is deaf', () => true);
    const stopped = h.run(['stop', 'deaf']);
    await h.until('deaf', 'is being stopped', ({ state }) => state === 'stopping');
    const { supervisor } = hang(h);
    assert.deepEqual(await stopped, { code: 0, signal: null, stdout: '', stderr: '' });
    assert.notEqual(h.pids().supervisor, supervisor);
    assert.equal((await h.view('deaf')).state, 'stopped');
  });

  test('is replaced when somebody attached types', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'shell', 'sh');
    const someone = person(h, ['attach', 'shell']);
    await someone.receives(/Detach/);
    someone.types('echo before$((1+1))\n');
    await someone.sees(/^before2/m);
    const { supervisor } = hang(h);
    someone.types('echo after$((1+2))\n');
    await someone.sees(/^after3/m);
    assert.equal(someone.screen().match(/^after3/gm)?.length, 1);
    assert.notEqual(h.pids().supervisor, supervisor);
  });

  test('is replaced when its queue of callers is full', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const { supervisor } = hang(h);
    const callers: Socket[] = [];
    t.after(() => callers.forEach((each) => void each.destroy()));
    await new Promise<void>((resolve) => {
      const call = () => {
        const caller = connect(join(h.path, 'run/socket'));
        callers.push(caller);
        caller.once('connect', call);
        caller.once('error', () => resolve()); // EAGAIN
      };
      call();
    });
    t.diagnostic(`counted ${callers.length} callers that wait`);
    await h.view('web');
    assert.notEqual(h.pids().supervisor, supervisor);
  });

  test('and whose keeper is dead serves nobody any more: two clients are served by one new keeper', async (t) => {
    const h = home(t, { expected: /ending what the last keeper left/ });
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const { supervisor, keeper } = hang(h);
    process.kill(keeper, 'SIGKILL');
    const first = h.run(['create', '-n', 'one', 'sleep', '1000']);
    await new Promise((resolve) => setTimeout(resolve, 500)); // not in the same moment
    const second = h.run(['create', '-n', 'two', 'sleep', '1000']);
    assert.deepEqual([(await first).code, (await second).code], [0, 0]);
    assert.deepEqual(
      (await h.list()).map(({ name, state }) => `${name} ${state}`),
      ['one running', 'two running', 'web running'],
    );
    await eventually('the old one is gone', () => {
      try {
        process.kill(supervisor, 'SIGCONT'); // it finds its keeper dead
        return false;
      } catch {
        return true;
      }
    });
  });

  if (process.env.SESSION_TEST_LONG === '1')
    test('and is killed after a command has waited for long fails no command', async (t) => {
      const h = home(t);
      const slow = `trap 'trap "" TERM HUP; sleep 36; exit 0' TERM HUP; while :; do sleep 1; done`;
      await h.ok('create', '-n', 'slow', '--set', 'stop-timeout=60s', 'sh', '-c', slow);
      const stopped = h.run(['stop', 'slow']);
      await new Promise((resolve) => setTimeout(resolve, 32_000));
      h.killSupervisor();
      assert.deepEqual(await stopped, { code: 0, signal: null, stdout: '', stderr: '' });
    });
});
