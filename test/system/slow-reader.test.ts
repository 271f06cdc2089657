// A client that does not read while its session floods: the supervisor keeps little for it, others notice
// nothing, and when it reads again it is shown the screen as it is now.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, INPUT, REDRAW } from '../../src/protocol/frame.ts';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { memoryOf } from '../support/processes.ts';
import { HELLO, wire } from '../support/wire.ts';

const MB = 1024 * 1024;

const attachTo = (session: string, client: number, readOnly = false) => [
  HELLO,
  { is: 'attach', id: 'attach', session, size: { columns: 80, rows: 24 }, readOnly, client, acknowledged: 0 },
];

test('one that never reads is owed little, disturbs nobody, and catches up with a redraw', async (t) => {
  const h = home(t);
  const flood = h.script('flood', 'read go; yes flooding | head -c 40000000; echo; echo the""-end; exec sleep 1000');
  await h.ok('create', '-n', 'flood', flood);
  await h.ok('create', '-n', 'quiet', 'cat');
  const { supervisor } = h.pids();

  const lazy = await wire(t, h.path);
  lazy.say(...attachTo('flood', 1));
  await lazy.hears('to be attached', (said) => said.re === 'attach');
  const typist = await wire(t, h.path);
  typist.say(...attachTo('quiet', 2));
  await typist.hears('to be attached', (said) => said.re === 'attach');

  const before = memoryOf(supervisor);
  lazy.socket.pause();
  lazy.write(encodeFrame(INPUT, Buffer.from('go\n')));
  let most = 0;
  let slowest = 0;
  let count = 0;
  await eventually('the flood is over', async () => {
    for (const end = count + 3; count < end; ) {
      const word = `word${++count}.`;
      const at = performance.now();
      typist.write(encodeFrame(INPUT, Buffer.from(word)));
      await typist.sees(word);
      slowest = Math.max(slowest, performance.now() - at);
      most = Math.max(most, memoryOf(supervisor) - before);
    }
    return (await h.ok('logs', 'flood', '-n', '1')).includes('the-end');
  });
  assert.ok(slowest < 1000, `a keystroke was echoed after ${Math.round(slowest)} ms`);
  assert.ok(most < 64 * MB, `${Math.round(most / MB)} MB more than before`);

  lazy.socket.resume();
  await lazy.sees('the-end');
  const redraw = lazy.shown.findLastIndex(({ kind }) => kind === REDRAW);
  assert.ok(redraw > 0, 'it is shown the screen anew');
  const received = lazy.shown.reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert.ok(received < 8 * MB, `it was sent ${received} bytes of 40 MB`);
  lazy.write(encodeFrame(INPUT, Buffer.from('echo\n')));
  await lazy.sees('echo');
  assert.equal(h.pids().supervisor, supervisor);
});

test('answers that nobody fetches do not fill the memory', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { supervisor } = h.pids();
  const before = memoryOf(supervisor);
  const lazy = await wire(t, h.path);
  lazy.socket.pause();
  lazy.say(HELLO);
  const ask = Buffer.concat(
    Array.from({ length: 1000 }, () => {
      const text = Buffer.from(JSON.stringify({ is: 'list', id: 'same', usage: false }));
      return encodeFrame(1, text);
    }),
  );
  let sent = 0;
  for (; sent < 100 && !lazy.isClosed(); sent++) {
    // Only what the supervisor has taken counts: one that stops reading us is as good as one that lets us go.
    if (lazy.socket.write(ask)) continue;
    const more = Promise.race([
      new Promise((resolve) => lazy.socket.once('drain', resolve)),
      new Promise((resolve) => lazy.socket.once('close', resolve)),
      new Promise((resolve) => setTimeout(resolve, 1000, 'stuck')),
    ]);
    if ((await more) === 'stuck') break;
  }
  assert.match(await h.ok('status', 'web'), /is running/);
  const grown = memoryOf(supervisor) - before;
  assert.ok(grown < 64 * MB, `${Math.round(grown / MB)} MB more after ${sent * 1000} requests`);
  assert.equal(h.pids().supervisor, supervisor);
});

test('one that asks for a redraw before it has taken what waits gets the lines that it missed', async (t) => {
  const h = home(t);
  const flood = h.script('flood', 'read go; yes flooding | head -c 9000000; seq 3000; echo the""-end; exec sleep 1000');
  await h.ok('create', '-n', 'flood', flood);
  const lazy = await wire(t, h.path);
  lazy.say(...attachTo('flood', 1));
  await lazy.hears('to be attached', (said) => said.re === 'attach');
  lazy.socket.pause();
  lazy.write(encodeFrame(INPUT, Buffer.from('go\n')));
  await eventually('the flood is over', async () => (await h.ok('logs', 'flood', '-n', '1')).includes('the-end'));
  lazy.say({ is: 'redraw' });
  await h.list(); // what was said before is done
  lazy.socket.resume();
  await lazy.sees('the-end');
  const redraw = lazy.shown.findLast(({ kind }) => kind === REDRAW);
  assert.match(redraw?.bytes.toString() ?? '', /\b2100\r\n2101\r\n/);
});
