// A cleaner sweeps the socket or its whole directory away: the sessions stay, and so does the one keeper.
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';

for (const [what, path] of [
  ['socket', 'run/socket'],
  ['run directory', 'run'],
] as const) {
  test(`when the ${what} is swept away, a verb finds the same keeper and sessions`, async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'one', 'sleep', '1000');
    const { keeper } = h.pids();
    const { pid } = await h.view('one');
    rmSync(join(h.path, path), { recursive: true });
    await h.ok('create', '-n', 'two', 'sleep', '1000');
    assert.equal(h.pids().keeper, keeper);
    assert.equal((await h.view('one')).pid, pid);
    assert.ok(existsSync(join(h.path, 'run/socket')));
  });

  test(`when the ${what} is swept away, status still tells the truth`, async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'one', 'sleep', '1000');
    const { pid } = await h.view('one');
    rmSync(join(h.path, path), { recursive: true });
    assert.equal(await h.ok('status', 'one'), `Session 'one' is running, PID ${pid}.\n`);
  });
}

test('an attached person goes on when the socket was swept away and is made anew', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', 'sh');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  rmSync(join(h.path, 'run/socket'));
  await h.ok('status', 'shell');
  someone.types('echo still$((1+1))\n');
  await someone.sees(/^still2/m);
});
