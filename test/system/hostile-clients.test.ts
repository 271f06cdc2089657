// Whatever a client sends, or does not: it is answered with an error or dropped, every other client is served
// as before, and the supervisor is the same process.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { encodeFrame, INPUT, OUTPUT } from '../../src/protocol/frame.ts';
import { type Home, home } from '../support/home.ts';
import { control, HELLO, json, type Wire, wire } from '../support/wire.ts';

const size = { columns: 80, rows: 24 };
const attachTo = (session: string) => ({
  is: 'attach',
  id: 'attach',
  session,
  size,
  readOnly: false,
  client: Math.floor(Math.random() * 2 ** 40) + 1,
  acknowledged: 0,
});

/** Someone honest, connected all the while: is answered at once before and after. */
async function bystander(t: TestContext, h: Home): Promise<() => Promise<void>> {
  const { supervisor } = h.pids();
  const honest = await wire(t, h.path);
  honest.say(HELLO);
  let count = 0;
  return async () => {
    const id = `b${++count}`;
    honest.say({ is: 'list', id, usage: false });
    const { ok } = await honest.hears('an answer', (said) => said.re === id);
    assert.deepEqual(
      ok.sessions.map((each: { name: string; state: string }) => [each.name, each.state]),
      [['web', 'running']],
    );
    assert.equal(h.pids().supervisor, supervisor, 'it is the same supervisor');
  };
}

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length - 3);
const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256));

/** What is not even a frame, or no message: the connection is closed. */
const DROPPED: Record<string, Buffer[]> = {
  garbage: [noise],
  'a request of another protocol': [Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  'a length of 4 GB': [Buffer.from([1, 0xff, 0xff, 0xff, 0xff])],
  'a length of 4 GB behind the greeting': [json(HELLO), Buffer.from([3, 0xff, 0xff, 0xff, 0xff])],
  'no JSON': [json(HELLO), control('{"is":"ping","id":')],
  'no text': [control(Buffer.from([0xc3, 0x28, 0xff]))],
  'an unknown kind of frame': [json(HELLO), encodeFrame(9 as never, Buffer.from('x'))],
  'no greeting': [json({ is: 'shutdown', id: 'r1' })],
  'a greeting of the wrong shape': [json({ is: 'hello', protocol: 'one', version: [] })],
  'null for a greeting': [control('null')],
  'a greeting from __proto__': [control(`{"__proto__":${JSON.stringify(HELLO)}}`)],
  'brackets half a million deep': [control('['.repeat(500_000) + ']'.repeat(500_000))],
};

test('what is no message closes the connection it came on, and nothing else', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const isWell = await bystander(t, h);
  for (const [what, bytes] of Object.entries(DROPPED)) {
    await t.test(what, async (t) => {
      const bad = await wire(t, h.path);
      bad.write(...bytes);
      await bad.closed;
      assert.ok(bad.said.every((said) => said.ok === undefined));
      await isWell();
    });
  }
  await t.test('half a frame and a hang-up', async (t) => {
    const bad = await wire(t, h.path);
    bad.write(json(HELLO), half(json({ is: 'shutdown', id: 'r1' })));
    bad.socket.destroy();
    await isWell();
  });
});

const deep = (depth: number) => JSON.parse('{"a":'.repeat(depth) + 1 + '}'.repeat(depth)) as object;

/** Messages behind the greeting that are no requests: each is answered, and the connection may ask again. */
const REFUSED: Record<string, unknown> = {
  null: null,
  'a number': 7,
  'a list': [{ is: 'shutdown', id: 'r1' }],
  'an empty object': {},
  'a second greeting': HELLO,
  'an unknown request': { is: 'explode', id: 'r1' },
  'a method of JavaScript': { is: 'toString', id: 'r1' },
  'a request without an id': { is: 'shutdown' },
  'an id that is an object': { is: 'shutdown', id: {} },
  'a name of almost 1 MiB': { is: 'stop', id: 'r1', session: 'x'.repeat(1024 * 1024 - 100) },
  'a name with escapes': { is: 'stop', id: 'r1', session: '\x1b[2J\x1b]0;x\x07' },
  'a path for a name': { is: 'stop', id: 'r1', session: '../../etc/passwd' },
  'a name that is __proto__': { is: 'remove', id: 'r1', session: '__proto__', force: true },
  'objects a thousand deep': { is: 'set', id: 'r1', session: 'web', changes: { attributes: deep(1000) } },
  'attributes that are a list': { is: 'set', id: 'r1', session: 'web', changes: { attributes: ['restart'] } },
  'an attribute that is __proto__': JSON.parse(
    '{"is":"set","id":"r1","session":"web","changes":{"attributes":{"__proto__":"x"}}}',
  ),
  'an attribute that is constructor': {
    is: 'set',
    id: 'r1',
    session: 'web',
    changes: { attributes: { constructor: 'x' } },
  },
  'a name nobody may have': { is: 'set', id: 'r1', session: 'web', changes: { name: '../web' } },
  'a session that is not there': { ...attachTo('nobody'), id: 'r1' },
  'a terminal of no size': { ...attachTo('web'), size: { columns: 0, rows: 0 } },
};

test('what is no request is answered with an error, and nothing is done', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const isWell = await bystander(t, h);
  for (const [what, message] of Object.entries(REFUSED)) {
    await t.test(what, async (t) => {
      const bad = await wire(t, h.path);
      bad.say(HELLO, message, { is: 'ping', id: 'after' });
      const { error } = await bad.hears('an error', (said) => said.error !== undefined);
      assert.match(error.code, /^(bad-request|bad-name|not-found|unknown-attribute)$/);
      assert.ok(JSON.stringify(error).length < 1000, 'the answer is short');
      await bad.hears('an answer to the next', (said) => said.re === 'after');
      await isWell();
    });
  }
  await t.test('typing and output without being attached', async (t) => {
    const bad = await wire(t, h.path);
    bad.write(
      json(HELLO),
      encodeFrame(INPUT, noise.subarray(0, 60_000)),
      encodeFrame(OUTPUT, noise.subarray(0, 60_000)),
    );
    bad.say({ is: 'ping', id: 'after' });
    await bad.hears('an answer', (said) => said.re === 'after');
    await isWell();
  });
  await t.test('a request of someone attached', async (t) => {
    const bad = await wire(t, h.path);
    bad.say(HELLO, attachTo('web'));
    await bad.hears('to be attached', (said) => said.re === 'attach');
    bad.say({ is: 'shutdown', id: 'r1' });
    await bad.closed;
    await isWell();
  });
});

test('thousands of requests at once are all answered, and others are served in between', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const isWell = await bystander(t, h);
  const COUNT = 5000;
  const greedy = await Promise.all(Array.from({ length: 3 }, () => wire(t, h.path)));
  for (const each of greedy) {
    each.say(HELLO, ...Array.from({ length: COUNT }, (_, i) => ({ is: 'list', id: `r${i}`, usage: false })));
  }
  await isWell();
  for (const each of greedy) {
    await each.hears('the last answer', (said) => said.re === `r${COUNT - 1}`);
    assert.equal(new Set(each.said.map((said) => said.re)).size, COUNT + 1);
  }
  await isWell();
});

test('hundreds who say nothing hold up nobody, and are let go', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const isWell = await bystander(t, h);
  const silent: Wire[] = [];
  for (let i = 0; i < 300; i++) silent.push(await wire(t, h.path));
  for (const each of silent.slice(0, 100)) each.write(json(HELLO));
  for (const each of silent.slice(100, 200)) each.write(half(json(HELLO)));
  await isWell();
  assert.match(await h.ok('status', 'web'), /is running/);
  // A bystander asks now and then, and is not let go with them.
  await Promise.all(silent.map((each) => each.closed));
  assert.match(await h.ok('status', 'web'), /is running/);
});
