// The home deleted, moved or replaced under a supervisor: what runs runs on, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';

const facts = (views: { name: string; state: string; pid: number | null; description: string }[]) =>
  views.map(({ name, state, pid, description }) => ({ name, state, pid, description }));

test('a home that is deleted is made anew, with every session, by the one keeper', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', 'sh');
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'old', 'sleep', '1000');
  await h.ok('stop', 'old');
  await h.ok('create', '-s', '-n', 'held', 'sleep', '1000');
  await h.ok('set', 'web', 'description', 'what is said of it');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  someone.types('echo before$((1+1))\n');
  await someone.sees(/^before2/m);
  const before = facts(await h.list());
  const { keeper } = h.pids();
  for (let round = 0; round < 2; round++) {
    rmSync(h.path, { recursive: true });
    await eventually('the home is there again', () => existsSync(join(h.path, 'run/socket')));
    assert.deepEqual(facts(await h.list()), before);
    assert.equal(h.pids().keeper, keeper);
    someone.types(`echo after${round}$((1+1))\n`);
    await someone.sees(new RegExp(`^after${round}2`, 'm'));
    await someone.sees(/^before2/m);
  }
  await h.ok('create', '-n', 'more', 'sleep', '1000');
  await h.ok('stop', 'web');
  assert.match(await h.ok('logs', 'shell'), /after12/, 'output is kept again');
});

test('a home that is moved away says what it cannot save, and is as it was when it is back', async (t) => {
  const h = home(t, { expected: /could not be saved|cannot be noted/ });
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = facts(await h.list());
  const away = `${h.path}.away`;
  renameSync(h.path, away);
  const env = { SESSION_HOME: away };
  const { code, stderr } = await h.run(['stop', 'web'], { env });
  assert.deepEqual(
    { code, stderr },
    {
      code: 1,
      stderr: `session: cannot save to ${h.path}/records: no such file or directory. Nothing was changed.\n`,
    },
  );
  renameSync(away, h.path);
  assert.deepEqual(facts(await h.list()), before);
  await h.ok('stop', 'web');
});

test('a home in whose place an older copy is put keeps what was acknowledged since', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const copy = join(h.work, 'copy');
  cpSync(h.path, copy, { recursive: true, filter: (from) => !from.endsWith('/socket') });
  await h.ok('set', 'web', 'description', 'said since');
  await h.ok('create', '-n', 'later', 'sleep', '1000');
  const before = facts(await h.list());
  rmSync(h.path, { recursive: true });
  cpSync(copy, h.path, { recursive: true });
  h.poke();
  await eventually('it is found again', () => existsSync(join(h.path, 'run/socket')));
  assert.deepEqual(facts(await h.list()), before);
});
