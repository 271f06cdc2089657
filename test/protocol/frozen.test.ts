// The shapes that are frozen for ever, byte for byte: hello, error, ping and shutdown. Any client can explain
// itself to any supervisor, of whatever version, and ask it to leave.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { frameReader } from '../../src/protocol/frame.ts';
import { within } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { json, type Said, wire } from '../support/wire.ts';

const HELLO = '010000002d7b226973223a2268656c6c6f222c2270726f746f636f6c223a312c2276657273696f6e223a22302e302e31227d';
const PING = '01000000177b226973223a2270696e67222c226964223a227031227d';
const SHUTDOWN = '010000001b7b226973223a2273687574646f776e222c226964223a227331227d';
const UNKNOWN = '010000001b7b226973223a226d616b652d746561222c226964223a227531227d';
const bytes = (hex: string) => Buffer.from(hex, 'hex');

test('a supervisor of today answers the first client ever made', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { supervisor, keeper } = h.pids();
  const old = await wire(t, h.path);
  old.write(bytes(HELLO), bytes(PING), bytes(UNKNOWN));
  const { error } = await old.hears('an error', (said) => said.re === 'u1');
  const pong = await old.hears('an answer', (said) => said.re === 'p1');
  const hello = old.said[0] as Said;
  assert.equal(hello.is, 'hello');
  assert.equal(hello.protocol, 1);
  assert.equal(typeof hello.version, 'string');
  assert.equal(hello.pid, supervisor);
  assert.equal(hello.keeper.pid, keeper);
  assert.deepEqual(pong, { re: 'p1', ok: {} });
  assert.equal(error.code, 'bad-request');
  assert.equal(typeof error.message, 'string');
  old.write(bytes(SHUTDOWN));
  assert.deepEqual((await old.hears('good-bye', (said) => said.re === 's1')).ok, { sessions: 1 });
  await old.closed;
});

test('a client of another protocol is greeted, answered and obeyed all the same', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const later = await wire(t, h.path);
  later.write(json({ is: 'hello', protocol: 99, version: '99.0.0', more: {} }), bytes(PING), bytes(SHUTDOWN));
  assert.equal((await later.hears('a greeting', (said) => said.is === 'hello')).protocol, 1);
  await later.hears('good-bye', (said) => said.re === 's1');
});

/** For supervisors of another version; made before the home, whose end it must not outlive. */
function otherVersion(t: TestContext) {
  const open = new Set<{ destroy(): void }>();
  const server = createServer();
  t.after(() => {
    for (const each of open) each.destroy();
    server.close();
  });
  /** Greets with `protocol`, and answers each request with `answer`. Answers all that it is told. */
  return async (h: Home, protocol: number, answer: object): Promise<Said[]> => {
    mkdirSync(join(h.path, 'run'), { recursive: true, mode: 0o700 });
    const told: Said[] = [];
    server.on('connection', (socket) => {
      open.add(socket);
      socket.on('error', () => {});
      const keeper = { pid: 0, version: '7.0.0', life: 'x' };
      socket.write(json({ is: 'hello', protocol, version: '7.0.0', pid: 1, keeper }));
      const read = frameReader((_, payload) => {
        const message = JSON.parse(payload.toString('utf8')) as Said;
        told.push(message);
        if (message.id !== undefined) socket.write(json({ re: message.id, ...answer }));
      });
      socket.on('data', read);
    });
    server.listen(join(h.path, 'run', 'socket'));
    await within(once(server, 'listening'), () => 'it listens');
    return told;
  };
}

for (const protocol of [0, 2]) {
  test(`a client of today asks a supervisor of protocol ${protocol} to leave, and explains what else it cannot do`, async (t) => {
    const other = otherVersion(t);
    const h = home(t);
    const asked = await other(h, protocol, { ok: { sessions: 0, more: {} } });
    await h.fails(
      1,
      new RegExp(`^session: the supervisor is version 7\\.0\\.0 \\(protocol ${protocol}\\), this command is .*`),
      'ls',
    );
    await h.ok('shutdown');
    const [hello, request] = asked.slice(-2) as [Said, Said];
    assert.deepEqual(Object.keys(hello), ['is', 'protocol', 'version']);
    assert.deepEqual([hello.is, hello.protocol], ['hello', 1]);
    assert.deepEqual(Object.keys(request), ['is', 'id']);
    assert.equal(request.is, 'shutdown');
  });
}

test('an error of another version is shown as it stands', async (t) => {
  const other = otherVersion(t);
  const h = home(t);
  await other(h, 1, { error: { code: 'from-the-future', message: 'no.', hint: 'Ask again.', more: 1 } });
  await h.fails(1, 'session: no. Ask again.', 'shutdown');
});
