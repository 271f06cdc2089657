// What the model test found, each in plain words.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { home, leftovers } from '../support/home.ts';

test('a shutdown whose supervisor is killed in the middle starts nothing again, and what it ended was no failure', async (t) => {
  const h = home(t);
  const begun = join(h.work, 'begun');
  const program = h.script('program', `echo $SESSION_NAME >>'${begun}'\nexec sleep 1000`);
  const quick = ['restart=always', 'restart-delay=0s', 'restart-limit=1'].flatMap((each) => ['--set', each]);
  const names = ['one', 'two', 'three'];
  for (const name of names) await h.ok('create', '-n', name, ...quick, program);
  for (const name of names) await h.until(name, 'has begun', () => readFileSync(begun, 'utf8').includes(name));
  writeFileSync(join(h.hooks, 'before-release'), 'kill');
  await h.ok('shutdown');
  assert.ok(readFileSync(join(h.hooks, 'before-release.reached'), 'utf8'), 'the supervisor was killed');
  assert.deepEqual(leftovers(h.path), []);
  assert.deepEqual(readFileSync(begun, 'utf8').trim().split('\n').sort(), [...names].sort(), 'each ran once');
  for (const { name, state, desired, restarts } of await h.list())
    assert.deepEqual([state, desired, restarts], ['down', 'running', 0], name);
});

test('a restart policy that was set behind an end does not change, by a new supervisor, what became of that end', async (t) => {
  const h = home(t);
  const set = ['restart-delay=1h', 'restart-steady=0s'].flatMap((each) => ['--set', each]);
  await h.ok('create', '-n', 'rests', ...set, '--set', 'restart=never', 'sh', '-c', 'exit 3');
  await h.ok('create', '-n', 'waits', ...set, '--set', 'restart=always', 'sh', '-c', 'exit 3');
  await h.until('rests', 'has ended', ({ state }) => state === 'stopped');
  await h.until('waits', 'waits', ({ state }) => state === 'backing-off');
  await h.ok('set', 'rests', 'restart', 'always');
  await h.ok('set', 'waits', 'restart', 'never');
  await h.ok('upgrade');
  assert.equal((await h.view('rests')).state, 'stopped');
  assert.equal((await h.view('waits')).state, 'backing-off');
});

test('what a killed supervisor had just begun under a new keeper is not taken for remains of the last one', async (t) => {
  const h = home(t);
  const begun = join(h.work, 'begun');
  const program = h.script('program', `echo $$ >>'${begun}'\nexec sleep 1000`);
  const began = ({ pid }: { pid: number | null }) =>
    existsSync(begun) && readFileSync(begun, 'utf8').includes(`${pid}\n`);
  await h.ok('create', '-n', 'one', program);
  await h.until('one', 'has begun', began);
  await h.ok('shutdown');
  await h.ok('create', '-n', 'other', 'sleep', '1000');
  writeFileSync(join(h.hooks, 'before-rename'), 'pass kill'); // the wish is saved, and not that it was done
  await h.ok('start', 'one');
  assert.ok(readFileSync(join(h.hooks, 'before-rename.reached'), 'utf8'), 'the supervisor was killed');
  const view = await h.until('one', 'runs', began);
  const [, second, ...more] = readFileSync(begun, 'utf8').trim().split('\n');
  assert.deepEqual([second, more, view.restarts], [`${view.pid}`, [], 0]);
  assert.doesNotMatch(h.diary(), /ending what the last keeper left/);
});
