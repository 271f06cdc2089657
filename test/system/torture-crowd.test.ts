// Many at once: on a home where nothing runs yet, and on the same few sessions while the supervisor is killed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, home, leftovers } from '../support/home.ts';
import { chance, killer, processesOf } from '../support/torture.ts';

test('fifty who create at once on a cold home share one keeper and one supervisor', async (t) => {
  const h = home(t);
  const ran = await Promise.all(Array.from({ length: 50 }, () => h.run(['create', 'sleep', '1000'])));
  for (const each of ran) assert.deepEqual([each.code, each.stderr], [0, '']);
  const names = ['sleep', ...Array.from({ length: 49 }, (_, i) => `sleep${i + 2}`)].sort();
  assert.deepEqual(ran.map(({ stdout }) => /^Session '(.*)' started\n$/.exec(stdout)?.[1]).sort(), names);
  const ours = leftovers(h.path).map(commandOf);
  assert.equal(ours.filter((each) => each.includes('keeper.cjs')).length, 1);
  assert.equal(ours.filter((each) => each.includes('supervisor.cjs')).length, 1);
  assert.equal(ours.filter((each) => each === 'sleep 1000').length, 50);

  const lists = await Promise.all(Array.from({ length: 20 }, () => h.run(['ls', '-q'])));
  for (const each of lists) assert.deepEqual([each.stdout.trim().split('\n').sort(), each.code], [names, 0]);
});

test('a stop that a start overtakes is done when the other says so, and not when it runs out of time', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'slow', h.script('slow', "trap 'sleep 0.5; exit' TERM; while :; do sleep 0.1; done"));
  const { pid } = await h.view('slow');
  const stopping = h.run(['stop', 'slow']);
  await h.until('slow', 'is stopping', ({ state }) => state === 'stopping');
  await h.ok('start', 'slow');
  assert.deepEqual(await stopping, { code: 0, signal: null, stdout: '', stderr: '' });
  const { state, pid: next } = await h.view('slow');
  assert.equal(state, 'running');
  assert.notEqual(next, pid);
});

test('thirty verbs at once on the same sessions all succeed though the supervisor is killed meanwhile', async (t) => {
  const h = home(t);
  const seed = 21;
  const random = chance(seed);
  const names = ['a', 'b', 'c'];
  for (const name of names) await h.ok('create', '-n', name, 'sleep', '1000');
  const { keeper } = h.pids();
  const kills = killer(h, random, 12, 150);
  const verbs = [
    ['restart'],
    ['start'],
    ['set', 'description', 'x'],
    ['stop'],
    ['get'],
    ['restart'],
    ['start'],
    ['stop'],
  ];
  const all = Array.from({ length: 30 }, (_, i) => {
    const [verb = '', ...words] = verbs[Math.floor(random() * verbs.length)] as string[];
    return h.run([verb, names[i % names.length] as string, ...words]);
  });
  const failed = (await Promise.all(all)).filter((each) => each.code !== 0 || each.stderr !== '');
  assert.deepEqual(failed, []);
  await kills.over;
  assert.equal(h.pids().keeper, keeper);
  await h.ok('start', ...names);
  for (const { id, name, pid, state } of await h.list()) {
    assert.equal(state, 'running', name);
    assert.deepEqual(processesOf(id), [pid], `${name} has one process`);
  }
  t.diagnostic(`counted seed ${seed}: 30 verbs at once under ${kills.kills} kills`);
});
