// A command that ends the moment it began: a person who started it is told, a script is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';

test('create and start on a terminal tell of a quick end, with the last line of its output', async (t) => {
  const h = home(t);
  const command = ['sh', '-c', 'echo first; echo cannot bind; exit 1'];
  const told = /session: 'x' ended at once \(exit status 1\): cannot bind\. See session logs x\.$/;
  const creator = person(h, ['create', '-n', 'x', '--set', 'restart=never', '--', ...command]);
  assert.deepEqual(await creator.ended, { code: 1 }, creator.received());
  assert.match(creator.received().trimEnd(), told);
  const starter = person(h, ['start', 'x']);
  assert.deepEqual(await starter.ended, { code: 1 }, starter.received());
  assert.match(starter.received().trimEnd(), told);
  const mute = person(h, ['create', '-n', 'mute', 'false']); // restarting, with nothing said
  assert.deepEqual(await mute.ended, { code: 1 }, mute.received());
  assert.match(mute.received().trimEnd(), /session: 'mute' ended at once \(exit status 1\)\. See session logs mute\.$/);
});

test('create and start on a terminal say nothing more of a command that stays, or is held', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'scripted', 'sleep', '1000'); // where nobody is told, nothing is used up
  const first = person(h, ['create', '-n', 'first', 'sleep', '1000']);
  assert.deepEqual(await first.ended, { code: 0 });
  const once = 'session: after a reboot sessions come back if that is set up: session boot install\r\n';
  assert.equal(first.received(), `Session 'first' started\r\n${once}`); // and never again in this home
  const creator = person(h, ['create', '-n', 'stays', 'sleep', '1000']);
  assert.deepEqual(await creator.ended, { code: 0 });
  assert.equal(creator.received(), "Session 'stays' started\r\n");
  const holder = person(h, ['create', '-n', 'held', '-s', 'false']);
  assert.deepEqual(await holder.ended, { code: 0 });
  assert.equal(holder.received(), "Session 'held' created and suspended.\r\n");
  const starter = person(h, ['start', 'stays']);
  assert.deepEqual(await starter.ended, { code: 0 });
  assert.equal(starter.received(), '');
});

test('create in a script is done when the command has been spawned', async (t) => {
  const h = home(t);
  assert.equal(await h.ok('create', '-n', 'y', '--set', 'restart=never', 'false'), "Session 'y' started\n");
});
