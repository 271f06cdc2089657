// The supervisor is killed at random moments of a create, sometimes with the client: there is all of the session
// or nothing of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { BIN, home } from '../support/home.ts';
import { chance, pause, processesOf, supervisorNow } from '../support/torture.ts';

test('a spawn that the keeper is slow with, and nobody waits for any more, is done once', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'other', 'sleep', '1000');
  writeFileSync(join(h.hooks, 'keeper-spawn'), 'hold');
  const create = h.run(['create', '-n', 'it', 'sleep', '1000']);
  await eventually('the keeper is about to spawn', () => existsSync(join(h.hooks, 'keeper-spawn.reached')));
  h.killSupervisor();
  writeFileSync(join(h.hooks, 'keeper-spawn.release'), '');
  assert.equal((await create).stdout, "Session 'it' started\n");
  const { id, pid } = await h.view('it');
  assert.deepEqual(processesOf(id), [pid]);
});

test('create succeeds though the supervisor is killed at a random moment of it, forty times', async (t) => {
  const h = home(t);
  const seed = 11;
  const random = chance(seed);
  await h.ok('create', '-n', 'other', 'sleep', '1000');
  const { keeper } = h.pids();
  let abandoned = 0;
  for (let i = 0; i < 40; i++) {
    const args = ['create', '-n', `n${i}`, '-s', '-q', 'sleep', '1000'].filter((word) => word !== '-s' || i % 8 === 0);
    const alone = i % 5 === 4; // the client dies as well: then there is all of it, or nothing
    const client = spawn(BIN, args, { cwd: h.work, env: h.env, stdio: ['ignore', 'inherit', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => client.on('exit', resolve));
    await pause(30 + random() * 90);
    const supervisor = supervisorNow(keeper);
    if (supervisor !== undefined) process.kill(supervisor, 'SIGKILL');
    if (alone) client.kill('SIGKILL');
    const code = await ended;
    if (alone && code !== 0) abandoned++;
    else assert.equal(code, 0, `n${i}`);
  }
  // The last one's client is dead, and nobody has waited for it.
  const begun = await eventually('nothing is being started', async () => {
    const all = await h.list();
    return all.every(({ state }) => state !== 'starting') ? all : undefined;
  });
  const views = begun.filter((each) => each.name !== 'other');
  const names = new Set(views.map((each) => each.name));
  assert.equal(names.size, views.length, 'no name twice');
  for (let i = 0; i < 40; i++) assert.ok(names.has(`n${i}`) || i % 5 === 4, `n${i} is there`);
  for (const { id, name, pid, state } of views) {
    const held = Number(name.slice(1)) % 8 === 0;
    assert.equal(state, held ? 'held' : 'running', name);
    assert.deepEqual(processesOf(id), held ? [] : [pid], name);
  }
  const files = readdirSync(join(h.path, 'records'));
  assert.deepEqual(files.sort(), (await h.list()).map((each) => `${each.id}.json`).sort(), 'a record each and no more');
  t.diagnostic(
    `counted seed ${seed}: 40 kills during create, ${abandoned} of them with the client, ${views.length} sessions`,
  );
});
