// The supervisor's door: every request as its type has it passes, and each that misses it by one field does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRequest, RequestName, RequestOf } from '../../src/protocol/messages.ts';
import { parseHello, parseRequest, parseStreamed, type Streamed } from '../../src/protocol/schemas.ts';

const size = { columns: 80, rows: 24 };

/** One of each, with every field; the type asks for all of them. */
const REQUESTS: { [K in RequestName]: RequestOf<K> } = {
  ping: {},
  create: {
    name: 'web',
    command: ['sleep', ''],
    from: '/',
    directory: '/srv',
    environment: { PATH: '/bin', constructor: 'x', 'BASH_FUNC_a%%': '() {\n}' } as Record<string, string>,
    ownEnvironment: { A: '' },
    umask: 0o777,
    openFiles: 1024,
    set: [['restart', 'never']],
    suspended: false,
    size,
  },
  list: { usage: true },
  start: { session: 'web' },
  stop: { session: 'web' },
  restart: { session: 'web' },
  suspend: { session: 'web' },
  resume: { session: 'web' },
  remove: { session: 'web', force: true },
  set: {
    session: 'web',
    changes: {
      attributes: { restart: 'never', umask: null },
      name: 'other',
      command: { argv: ['x'], from: '/' },
      directory: null,
      ownEnvironment: null,
      environment: { A: 'b' },
    },
  },
  detach: { session: 'web' },
  boot: {},
  attach: { session: 'web', size, readOnly: false, client: 2 ** 47, from: 2 ** 53 - 1, acknowledged: 0 },
  upgrade: { node: '/usr/bin/node', directory: '/opt' },
  shutdown: {},
};
const OPTIONAL = new Set([
  'create.name',
  'create.directory',
  'create.environment',
  'create.openFiles',
  'create.size',
  'attach.from',
]);

const all = (Object.keys(REQUESTS) as RequestName[]).map((is) => ({ is, id: 'r_-9', ...REQUESTS[is] }) as AnyRequest);
const refused = { name: 'SessionError', code: 'bad-request' };
/** As it comes over the wire. */
const parse = (message: unknown) => parseRequest(JSON.parse(JSON.stringify(message)));

test('every request passes as it is', () => {
  for (const request of all) assert.deepEqual(parse(request), request);
});

test('a request without one of its fields, or with another kind of value in it, is refused', () => {
  let looked = 0;
  for (const request of all) {
    for (const [key, value] of Object.entries(request)) {
      const { [key]: _, ...without } = request as Record<string, unknown>;
      if (OPTIONAL.has(`${request.is}.${key}`)) assert.deepEqual(parse(without), without);
      else assert.throws(() => parse(without), refused, `${request.is} without ${key}`);
      const others = [null, 7.5, -1, 'a\0b', true, [], [null], { '': 7 }].filter(
        (other) => typeof other !== typeof value || typeof other === 'number' || typeof other === 'string',
      );
      for (const other of others) {
        looked++;
        const wrong = { ...request, [key]: other };
        const isSession = key === 'session' && typeof other === 'string'; // no name has a NUL: not found
        if (!isSession)
          assert.throws(() => parse(wrong), refused, `${request.is} with ${key} = ${JSON.stringify(other)}`);
      }
    }
  }
  assert.ok(looked > 200, `${looked} were looked at`);
});

const near: [what: string, base: RequestName, change: object][] = [
  ['an unknown request', 'ping', { is: 'pings' }],
  ['a request named like a thing of JavaScript', 'ping', { is: '__proto__' }],
  ['a request named like a method of JavaScript', 'ping', { is: 'constructor' }],
  ['an empty id', 'ping', { id: '' }],
  ['a long id', 'ping', { id: 'x'.repeat(33) }],
  ['an id with a line end', 'ping', { id: 'x\n' }],
  ['a name of 1 MiB', 'stop', { session: 'x'.repeat(1024 * 1024) }],
  ['no command', 'create', { command: [] }],
  ['a relative directory', 'create', { directory: 'srv' }],
  ['a relative place', 'create', { from: '.' }],
  ['a variable without a name', 'create', { environment: { '': 'x' } }],
  ['a variable with = in its name', 'create', { environment: { 'A=B': 'x' } }],
  ['a NUL in a variable', 'create', { ownEnvironment: { A: 'x\0y' } }],
  ['an environment that is a list', 'create', { environment: ['A=b'] }],
  ['a umask beyond 0777', 'create', { umask: 0o1000 }],
  ['an attribute without a value', 'create', { set: [['restart']] }],
  ['no columns', 'attach', { size: { columns: 0, rows: 24 } }],
  ['65536 rows', 'attach', { size: { columns: 80, rows: 65536 } }],
  ['half a column', 'attach', { size: { columns: 80.5, rows: 24 } }],
  ['an offset that is no exact number', 'attach', { from: 2 ** 53 }],
  ['a client below nothing', 'attach', { client: -1 }],
  ['a relative node', 'upgrade', { node: 'node' }],
  ['an attribute that is a number', 'set', { changes: { attributes: { 'restart-limit': 3 } } }],
  ['an empty command', 'set', { changes: { command: { argv: [], from: '/' } } }],
];
for (const [what, is, change] of near) {
  test(`refused: ${what}`, () => {
    assert.throws(() => parse({ is, id: 'r1', ...REQUESTS[is], ...change }), refused);
  });
}

test('what is no object at all is refused', () => {
  for (const message of [null, 7, '', 'ping', true, [], [[]], {}]) {
    assert.throws(() => parseRequest(message), refused);
    assert.throws(() => parseHello(message), refused);
    assert.throws(() => parseStreamed(message), refused);
  }
});

test('unknown fields are ignored and reach nobody', () => {
  const message = JSON.parse('{"is":"list","id":"r1","usage":false,"later":1,"__proto__":{"usage":true}}');
  assert.deepEqual(Object.entries(parseRequest(message)).sort(), [
    ['id', 'r1'],
    ['is', 'list'],
    ['usage', false],
  ]);
  assert.deepEqual(parseHello({ is: 'hello', protocol: 99, version: '9', later: [] }), {
    is: 'hello',
    protocol: 99,
    version: '9',
  });
});

test('each word of an attached client passes, and a near miss does not', () => {
  const words: Streamed[] = [
    { is: 'resize', size },
    { is: 'begin' },
    { is: 'giveUp' },
    { is: 'redraw' },
    { is: 'leave' },
  ];
  for (const word of words) assert.deepEqual(parseStreamed(word), word);
  for (const word of [{ is: 'resize' }, { is: 'resize', size: { columns: 80 } }, { is: 'ping', id: 'r1' }, { is: '' }])
    assert.throws(() => parseStreamed(word), refused);
});
