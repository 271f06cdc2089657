// What a client may send, made wrong in every way that chance finds: after each batch it is the same supervisor, what
// others type is answered, an ordinary command works, and the memory has not grown without bound. A failure names its
// seed: SESSION_TEST_SEED repeats it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { encodeFrame, INPUT, REDRAW } from '../../src/protocol/frame.ts';
import { parseRequest } from '../../src/protocol/schemas.ts';
import { type Home, home } from '../support/home.ts';
import { casesOf, mutated, mutatedBytes, seedOf, TEXTS } from '../support/mutations.ts';
import { memoryOf } from '../support/processes.ts';
import { chance } from '../support/torture.ts';
import { control, HELLO, json, type Wire, wire } from '../support/wire.ts';

const MEGABYTE = 1024 ** 2;
const size = { columns: 80, rows: 24 };
const attachTo = (session: string, more: object = {}) => ({
  ...{ is: 'attach', id: 'attach', session, size, readOnly: false, client: 77, acknowledged: 0 },
  ...more,
});
const create = (name: string, more: object = {}) => ({
  ...{ is: 'create', id: `c-${name}`, name, command: ['sleep', '1000'], from: '/', directory: '/tmp' },
  ...{ environment: { PATH: '/usr/bin:/bin' }, ownEnvironment: { A: 'b' }, umask: 18, openFiles: 256 },
  ...{ set: [['restart', 'never']], suspended: false, size, ...more },
});

interface Scene {
  h: Home;
  random: () => number;
  /** All is as it was for everybody else. */
  isWell(when: string): Promise<void>;
}

/** Someone honest sits at `echo`; `victim` is there for the others to be cruel to. */
async function scene(t: TestContext, usual: number): Promise<Scene> {
  const seed = seedOf(usual);
  t.diagnostic(`seed ${seed}`);
  const h = home(t);
  await h.ok('create', '-n', 'echo', '--', 'sh', '-c', 'stty raw -echo; exec cat');
  await h.ok('create', '-n', 'victim', 'sleep', '1000');
  const { supervisor } = h.pids();
  const honest = await wire(t, h.path);
  honest.say(HELLO, attachTo('echo', { client: 12345 }));
  await honest.hears('to be attached', ({ re }) => re === 'attach');
  const memory = memoryOf(supervisor);
  let count = 0;
  const isWell = async (when: string) => {
    const word = `<typed ${++count}>`;
    honest.write(encodeFrame(INPUT, Buffer.from(word)));
    await honest.sees(word);
    assert.equal(h.pids().supervisor, supervisor, `seed ${seed}, ${when}: it is the same supervisor`);
    assert.match(await h.ok('status', 'echo'), /^Session 'echo' is running, PID \d+\.\n$/);
    const grown = (memoryOf(supervisor) - memory) / MEGABYTE;
    assert.ok(grown < 300, `seed ${seed}, ${when}: it has grown by ${grown} MB`);
  };
  return { h, random: chance(seed), isWell };
}

/** Sends it, asks for an answer behind it, and waits for that or for the end of the connection. */
async function endures(t: TestContext, h: Home, ...bytes: Buffer[]): Promise<Wire> {
  const bad = await wire(t, h.path);
  bad.write(...bytes, json({ is: 'ping', id: 'after' }));
  await bad
    .hears('an answer', ({ re }) => re === 'after')
    .catch(() => assert.ok(bad.isClosed(), 'neither closed nor answered'));
  bad.socket.destroy();
  return bad;
}

test('a stream cut at every byte, with a hang-up or with something else behind it, harms nobody', async (t) => {
  const { h, isWell, random } = await scene(t, 101);
  const stream = Buffer.concat([
    json(HELLO),
    json(attachTo('victim')),
    encodeFrame(INPUT, Buffer.from('abc')),
    json({ is: 'resize', size }),
  ]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const bad = await wire(t, h.path);
    bad.write(stream.subarray(0, cut));
    if (random() < 0.5) bad.socket.end();
    else bad.write(Buffer.from([random() * 256, random() * 256, random() * 256]));
    bad.socket.destroySoon();
  }
  await isWell('cut streams');
  t.diagnostic(`counted ${stream.length + 1} streams cut`);
});

test('frames of wrong kinds, lengths and bytes close at most their own connection', async (t) => {
  const { h, isWell, random } = await scene(t, 102);
  const valid = [
    json(HELLO),
    json({ is: 'list', id: 'l', usage: true }),
    json(attachTo('victim')),
    encodeFrame(INPUT, Buffer.from('xyz')),
  ];
  const cases = casesOf(600);
  for (let i = 0; i < cases; i++) {
    const frames = valid.map((each) => Buffer.from(each));
    const frame = frames[Math.floor(random() * frames.length)] as Buffer;
    const kind = random();
    if (kind < 0.3) frame[0] = random() * 256;
    else if (kind < 0.5) frame.writeUInt32BE(Math.floor(random() * 2 ** 32), 1);
    else if (kind < 0.7) frame.writeUInt32BE(Math.max(0, frame.readUInt32BE(1) + Math.floor(random() * 9) - 4), 1);
    const stream = kind < 0.7 ? Buffer.concat(frames) : mutatedBytes(random, Buffer.concat(frames));
    const bad = await wire(t, h.path);
    // A length that is too great waits for more: whoever sent it gives up.
    bad.write(stream);
    bad.socket.end();
    await bad.closed;
    if (i % 100 === 99) await isWell(`frame ${i}`);
  }
  await isWell('frames');
  t.diagnostic(`counted ${cases} streams of frames`);
});

/** What each request may look like; those that end the supervisor are only sent where they must be refused. */
const REQUESTS = (i: number): object[] => [
  { is: 'ping', id: 'p' },
  create(`made${i}`),
  create(`made${i}`, { suspended: true, command: ['sh', '-c', 'exit 1'] }),
  { is: 'list', id: 'l', usage: true },
  ...['start', 'stop', 'restart', 'suspend', 'resume', 'detach'].map((is) => ({ is, id: `d${i}`, session: 'victim' })),
  { is: 'remove', id: `r${i}`, session: `made${i - 1}`, force: true },
  {
    ...{ is: 'set', id: `s${i}`, session: 'victim' },
    changes: {
      attributes: { restart: 'never', 'stop-timeout': '1s', schedule: null, description: 'x', 'size-policy': 'latest' },
      ...{ name: 'victim', command: { argv: ['sleep', '1000'], from: '/' }, directory: '/' },
      ...{ ownEnvironment: { B: 'c' }, environment: { PATH: '/usr/bin:/bin' } },
    },
  },
  { is: 'boot', id: 'b' },
  attachTo('victim', { from: 0 }),
  { is: 'upgrade', id: 'u', node: '/nonexistent/node', directory: '/nonexistent' },
  { is: 'shutdown', id: 'x', within: 1 },
];

/** What was made meanwhile goes. */
const removed = async (h: Home) =>
  h.run(['rm', '-f', ...(await h.list()).flatMap(({ name }) => (['echo', 'victim'].includes(name) ? [] : [name]))]);

const isTheEnd = (message: unknown) => {
  try {
    return ['upgrade', 'shutdown'].includes(parseRequest(message).is);
  } catch {
    return false;
  }
};

test('requests with fields removed, retyped, moved and added, out of order, twice and with others’ ids are answered or refused', async (t) => {
  const { h, isWell, random } = await scene(t, 103);
  const cases = casesOf(150, 1000);
  let sent = 0;
  for (let i = 0; i < cases; i++) {
    const messages: unknown[] = [];
    for (const each of REQUESTS(i)) if (random() < 0.8) messages.push(random() < 0.9 ? mutated(random, each) : each);
    for (let again = 0; again < 4; again++) {
      messages.splice(random() * messages.length, 0, messages[Math.floor(random() * messages.length)]);
    }
    const harmless = messages.filter((each) => !isTheEnd(each));
    sent += harmless.length;
    const bad = await endures(t, h, json(HELLO), ...harmless.map((each) => json(each)));
    for (const { error } of bad.said)
      assert.notEqual(error?.code, 'internal', `an internal error: ${JSON.stringify(error)}`);
    if (i % 50 !== 49) continue;
    await isWell(`requests ${i}`);
    await removed(h);
  }
  await isWell('requests');
  t.diagnostic(`counted ${sent} requests on ${cases} connections`);
  await removed(h);
});

test('what someone attached says in wrong shapes, and sizes that no terminal has, harm nobody', async (t) => {
  const { h, isWell, random } = await scene(t, 104);
  const cases = casesOf(150);
  const sizes = [0, -1, 1, 2, 1000, 1001, 65535, 65536, 2 ** 31, 2 ** 53, null, 1.5, '80', [], Number.NaN];
  const one = () => sizes[Math.floor(random() * sizes.length)];
  for (let i = 0; i < cases; i++) {
    const said: Buffer[] = [];
    const client = random() < 0.2 ? 12345 : Math.floor(random() * 2 ** 53);
    const far = { client, from: Math.floor(random() * 2 ** 53), acknowledged: Math.floor(random() * 2 ** 53) };
    const oddSize = random() < 0.5 ? size : { columns: one(), rows: one() };
    said.push(json(attachTo('victim', { ...(random() < 0.5 ? far : {}), size: oddSize, readOnly: random() < 0.3 })));
    for (let j = 0; j < 8; j++) {
      const streamed = [{ is: 'resize', size: { columns: one(), rows: one() } }, { is: 'redraw' }, { is: 'giveUp' }];
      const message = streamed[Math.floor(random() * streamed.length)];
      said.push(json(random() < 0.5 ? message : mutated(random, message)));
      if (random() < 0.5) said.push(encodeFrame(random() < 0.8 ? INPUT : REDRAW, Buffer.from(TEXTS[j] ?? '')));
    }
    await endures(t, h, json(HELLO), ...said);
    if (i % 50 === 49) await isWell(`attached ${i}`);
  }
  await isWell('attached');
  t.diagnostic(`counted ${cases} attached`);
});

test('a session made for a screen of four thousand million cells has one of a million at most', async (t) => {
  const { h, isWell } = await scene(t, 105);
  const bad = await wire(t, h.path);
  const command = ['sh', '-c', 'echo hi; stty size; exec cat'];
  bad.say(HELLO, create('vast', { command, size: { columns: 65535, rows: 65535 } }));
  await bad.hears('that it is made', ({ re }) => re === 'c-vast');
  bad.say(attachTo('vast', { size: { columns: 65535, rows: 65535 } }));
  await bad.sees('1000 1000');
  await isWell('a vast screen');
});

test('a program that says its own terminal is vast, or nothing, is adopted all the same', async (t) => {
  const { h } = await scene(t, 106);
  for (const [rows, columns] of [
    [65535, 65535],
    [0, 0],
  ]) {
    await h.ok('create', '-n', `s${rows}`, '--', 'sh', '-c', `stty rows ${rows} cols ${columns}; echo set; exec cat`);
    const someone = await wire(t, h.path);
    someone.say(HELLO, attachTo(`s${rows}`, { readOnly: true }));
    await someone.sees('set');
    const before = await h.view(`s${rows}`);
    h.killSupervisor();
    assert.equal((await h.view(`s${rows}`)).pid, before.pid);
    const again = await wire(t, h.path);
    again.say(HELLO, attachTo(`s${rows}`, { readOnly: true }));
    await again.hears('to be shown it', ({ is }) => is === 'redrawn');
    const grown = memoryOf(h.pids().supervisor) / MEGABYTE;
    assert.ok(grown < 500, `it has ${grown} MB`);
  }
});

test('JSON that is large, deep or named like what every object has is answered shortly', async (t) => {
  const { h, isWell } = await scene(t, 107);
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, i])));
  const inside = (text: string) =>
    `{"is":"set","id":"r1","session":"victim","changes":{"attributes":${text},"ownEnvironment":${text}}}`;
  const texts = [
    ...[100, 5000, 90_000].map((depth) => inside('{"a":'.repeat(depth) + 1 + '}'.repeat(depth))),
    ...[100, 5000, 400_000].map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
    ...['__proto__', 'constructor', 'prototype', 'toString'].map((key) => inside(`{"${key}":{"restart":"always"}}`)),
    ...['__proto__', 'constructor'].map((key) => `{"is":"ping","id":"r1","${key}":{"is":"shutdown"}}`),
    ...['__proto__', 'constructor'].map((key) => `{"${key}":{"is":"shutdown","id":"r1"},"id":"r1"}`),
    wide.slice(0, 900_000),
    `{"is":"ping","id":"${'i'.repeat(900_000)}"}`,
    `{"is":"stop","id":"r1","session":"${'\\u001b'.repeat(100_000)}"}`,
  ];
  for (const text of texts) {
    const bad = await endures(t, h, json(HELLO), control(text));
    assert.ok(
      JSON.stringify(bad.said.filter(({ re }) => re === 'r1' || re === null)).length < 3000,
      'the answer is short',
    );
    assert.ok(!bad.said.some(({ is }) => is === 'left'));
  }
  await isWell('large JSON');
  t.diagnostic(`counted ${texts.length} texts`);
});
