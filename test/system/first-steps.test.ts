// The first steps of a newcomer, each as it is promised.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';

test('a session is created, listed, told of, stopped, started and removed', async (t) => {
  const h = home(t);
  assert.equal(await h.ok('create', '-n', 'web', 'sleep', '1000'), "Session 'web' started\n");
  const { pid } = await h.view('web');
  assert.equal(await h.ok('status', 'web'), `Session 'web' is running, PID ${pid}.\n`);
  assert.equal(await h.ok('stop', 'web'), '');
  assert.equal((await h.run(['status', 'web'])).stdout, "Session 'web' is stopped.\n");
  assert.equal((await h.run(['status', 'web'])).code, 3);
  assert.equal(await h.ok('start', 'web'), '');
  assert.notEqual((await h.view('web')).pid, pid);
  assert.equal(await h.ok('rm', '-f', 'web'), '');
  const ran = await h.run(['ls']);
  assert.deepEqual(ran, { code: 0, signal: null, stdout: '', stderr: 'No sessions.\n' });
});

test('a person attaches, types, detaches, and finds everything as it was left', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', 'sh');
  const first = person(h, ['attach', 'shell']);
  await first.receives(/Attached to session 'shell'. Detach: Ctrl-\\/);
  first.types('X=leftover; echo one$X\n');
  await first.sees(/^oneleftover/m);
  first.types('\x1c');
  assert.deepEqual(await first.ended, { code: 0 });
  assert.match(first.screen(), /Detached from session 'shell'\.$/);
  const second = person(h, ['attach', 'shell']);
  await second.sees(/^oneleftover/m);
  second.types('echo two$X\n');
  await second.sees(/^twoleftover/m);
  second.types('exit 7\n');
  assert.deepEqual(await second.ended, { code: 7 });
  assert.match(second.screen(), /Session 'shell' ended: exit status 7\.$/);
});

test('an attached person goes on by themselves when the supervisor is killed', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', 'sh');
  const { pid } = await h.view('shell');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  for (let round = 0; round < 5; round++) {
    h.killSupervisor();
    someone.types(`echo round$((${round}+100))\n`);
    await someone.sees(new RegExp(`^round${round + 100}`, 'm'));
  }
  assert.equal((await h.view('shell')).pid, pid);
});
