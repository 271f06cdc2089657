// A connection over a real socket: messages and bytes arrive in order, and whoever breaks the rules is cut off.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SessionError } from '../../src/base/errors.ts';
import { type Connection, connection } from '../../src/protocol/connection.ts';
import { CONTROL, encodeFrame, INPUT, type Kind, OUTPUT } from '../../src/protocol/frame.ts';
import { within } from '../support/deadline.ts';
import { scratch } from '../support/disk.ts';

interface Side {
  connection: Connection;
  got: (object | string)[];
  closed: Promise<SessionError | undefined>;
  /** Resolves when so many things have come. */
  has(count: number): Promise<void>;
}

function side(socket: Socket, as: 'client' | 'supervisor'): Side {
  const got: (object | string)[] = [];
  let look = () => {};
  let close: (error?: SessionError) => void = () => {};
  const closed = new Promise<SessionError | undefined>((resolve) => {
    close = resolve;
  });
  const note = (each: object | string) => {
    got.push(each);
    look();
  };
  return {
    got,
    closed: within(closed, () => `to be closed; got ${JSON.stringify(got)}`),
    connection: connection(
      socket,
      {
        message: (message) => note(message as object),
        bytes: (kind: Kind, bytes) => note(`${kind}:${bytes}`),
        closed: close,
      },
      as,
    ),
    has: (count) =>
      within(
        new Promise((resolve) => {
          look = () => got.length >= count && resolve();
          look();
        }),
        () => `${count} things to come; got ${JSON.stringify(got)}`,
      ),
  };
}

async function pair(t: TestContext): Promise<{ raw: Socket; ours: Side }> {
  const path = join(scratch(t), 'socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const raw = createConnection(path);
  const [socket] = (await once(server, 'connection')) as [Socket];
  t.after(() => {
    raw.destroy();
    socket.destroy();
    server.close();
  });
  return { raw, ours: side(socket, 'supervisor') };
}

const json = (text: string) => encodeFrame(CONTROL, Buffer.from(text));

test('messages and bytes arrive in the order they were sent, both ways', async (t) => {
  const { raw, ours } = await pair(t);
  const theirs = side(raw, 'client');
  theirs.connection.send({ is: 'ping', text: 'ä€😀' });
  theirs.connection.sendBytes(INPUT, Buffer.from('typed'));
  theirs.connection.send({ is: 'pong' });
  ours.connection.sendBytes(OUTPUT, Buffer.from('shown'));
  await ours.has(3);
  await theirs.has(1);
  assert.deepEqual(ours.got, [{ is: 'ping', text: 'ä€😀' }, '3:typed', { is: 'pong' }]);
  assert.deepEqual(theirs.got, ['2:shown']);
});

test('what is queued before the end still arrives', async (t) => {
  const { raw, ours } = await pair(t);
  const theirs = side(raw, 'client');
  for (let i = 0; i < 100; i++) ours.connection.sendBytes(OUTPUT, Buffer.alloc(10_000, 65));
  ours.connection.send({ is: 'left' });
  ours.connection.end();
  assert.equal(await theirs.closed, undefined);
  assert.equal(theirs.got.length, 101);
});

for (const [what, bytes] of Object.entries({
  'a control frame that is no JSON': json('{"is":'),
  'a control frame that is no text': encodeFrame(CONTROL, Buffer.from([0xff, 0xfe])),
  'an empty control frame': json(''),
  'a frame of 4 GB': Buffer.from([OUTPUT, 0xff, 0xff, 0xff, 0xff]),
  'a line of another protocol': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
})) {
  test(`${what} closes the connection with bad-frame, and nothing behind it is taken`, async (t) => {
    const { raw, ours } = await pair(t);
    raw.write(Buffer.concat([json('{"is":"before"}'), bytes, json('{"is":"behind"}')]));
    assert.equal((await ours.closed)?.code, 'bad-frame');
    assert.deepEqual(ours.got, [{ is: 'before' }]);
  });
}

test('half a frame and a hang-up is an end without a word', async (t) => {
  const { raw, ours } = await pair(t);
  raw.end(json('{"is":"never"}').subarray(0, 9));
  assert.equal(await ours.closed, undefined);
  assert.deepEqual(ours.got, []);
});

test('a list of thousands of sessions passes to the client, and nothing as long from it', async (t) => {
  const { raw, ours } = await pair(t);
  const theirs = side(raw, 'client');
  ours.connection.send({ text: 'x'.repeat(5 * 1024 * 1024) });
  await theirs.has(1);
  raw.write(Buffer.from([CONTROL, 0, 0x50, 0, 0]));
  assert.equal((await ours.closed)?.code, 'bad-frame');
});

test('a message that would be too long is refused to its sender and the connection goes on', async (t) => {
  const { raw, ours } = await pair(t);
  const theirs = side(raw, 'client');
  assert.throws(() => theirs.connection.send({ text: 'x'.repeat(1024 * 1024) }), { code: 'bad-value' });
  theirs.connection.send({ is: 'short' });
  await ours.has(1);
  assert.deepEqual(ours.got, [{ is: 'short' }]);
});
