// What the model test found, each in plain words.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
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
