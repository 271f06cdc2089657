// A record as it lies on disk: read back as it was, a newer version's fields kept, and anything wrong refused with
// the place named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { directoryOf, settingOf } from '../../src/model/record.ts';
import { NewerSchema, parseRecord } from '../../src/model/record-schema.ts';
import { recordOf } from '../support/records.ts';

const LAST = {
  run: 3,
  keeper: 'a',
  pid: 46882,
  pidStart: 8841233,
  bootId: 'b',
  startedAt: '2026-11-21T08:00:00.000Z',
  endedAt: null,
  exit: { signal: 'SIGTERM' },
  gaveUp: false,
};
const record = (more: Record<string, unknown> = {}) => recordOf('k3f9x2', 'backend', more);
const whole = record({ last: LAST, directory: '/srv', openFiles: 1024, attributes: { restart: 'always', umask: 18 } });

test('a record is read back as it was written', () => {
  const text = fc.string({ unit: 'binary' });
  const variables = fc.dictionary(text, text);
  const varied = fc.record({
    command: fc.array(text, { minLength: 1 }),
    environment: variables,
    ownEnvironment: variables,
    run: fc.nat(),
    desired: fc.constantFrom('running', 'suspended', 'stopped', 'removed'),
    last: fc.option(fc.constant(LAST)),
    requests: fc.array(text),
  });
  fc.assert(
    fc.property(varied, (fields) => {
      const json = JSON.stringify({ ...whole, ...fields });
      assert.equal(JSON.stringify(sorted(parseRecord(json))), JSON.stringify(sorted(JSON.parse(json))));
    }),
  );
});

/** The fields in one order; whatever they are called. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, sorted(each)]);
}

test('what a newer version added is kept', () => {
  const newer = {
    ...whole,
    later: { deep: [1] },
    last: { ...LAST, later: true },
    attributes: { 'idle-stop': 7, log: false },
  };
  assert.deepEqual(parseRecord(JSON.stringify(newer)), newer);
});

test('a wrong field is refused, and named', () => {
  const wrong: Record<string, unknown[]> = {
    schema: [0, '1', null],
    id: ['', 'A', '../x', 'abc', 7],
    name: ['', '-x', 'a/b', 'x'.repeat(65), null],
    command: [[], 'sleep', [1], null],
    commandFrom: ['', 'relative', null],
    createdIn: ['relative', 1],
    directory: ['relative', null],
    environment: [null, [], 'PATH=x', { PATH: 1 }],
    ownEnvironment: [{ PATH: null }, 3],
    umask: [-1, 1.5, '022', null],
    openFiles: ['1024', -1],
    attributes: [
      null,
      [],
      { restart: 'sometimes' },
      { umask: '022' },
      { 'restart-delay': -1 },
      { log: 'yes' },
      { description: 5 },
      { term: 5 },
    ],
    desired: ['held', '', null],
    run: [-1, 1e300, '3', 2 ** 53 - 1],
    settled: [null],
    attempts: [0.5],
    attemptsSince: [5, '', 'yesterday'],
    restarts: ['0'],
    createdAt: [null, 0, 'x', '2026-13-01T00:00:00.000Z'],
    requests: [null, [1]],
    last: ['none', 5],
    'last.pid': [-1, '7'],
    'last.exit': [{}, { code: 'x' }, { code: 1, signal: 'SIGTERM' }, 0],
    'last.startedAt': [0, ''],
    'last.endedAt': ['never'],
    'last.gaveUp': [null, 1],
  };
  for (const [place, values] of Object.entries(wrong)) {
    for (const value of values) {
      const field = place.split('.')[1];
      const bad = field === undefined ? { ...whole, [place]: value } : { ...whole, last: { ...LAST, [field]: value } };
      const says = (error: Error) => error.message.startsWith(place) && !(error instanceof NewerSchema);
      assert.throws(() => parseRecord(JSON.stringify(bad)), says, `${place}: ${JSON.stringify(value)}`);
    }
    if (place in record()) {
      const { [place]: _, ...lacking } = whole as Record<string, unknown>;
      assert.throws(() => parseRecord(JSON.stringify(lacking)), new RegExp(place), `without ${place}`);
    }
  }
});

test('what is no record at all, or a newer version’s, is refused with a sentence', () => {
  for (const text of ['', '{', 'null', '[]', '7', '"x"', '{}', '\0\0\0'])
    assert.throws(() => parseRecord(text), Error, text);
  const newer = JSON.stringify({ ...whole, schema: 2, command: 'in another way' });
  const says = { message: 'it was written by a newer version (schema 2, this one reads 1)' };
  assert.throws(
    () => parseRecord(newer),
    (error) => error instanceof NewerSchema && error.message === says.message,
  );
});

test('a field called __proto__ changes nothing of the others, and a variable of that name is kept', () => {
  const hostile = JSON.stringify(whole).replace(
    '"schema":1',
    '"schema":1,"__proto__":{"desired":"running","polluted":1}',
  );
  const read = parseRecord(hostile);
  assert.equal(read.desired, 'stopped');
  assert.equal((read as unknown as { polluted?: number }).polluted, undefined);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  const variables = JSON.stringify(record()).replace('"PATH"', '"__proto__":"x","PATH"');
  assert.equal(Object.getOwnPropertyDescriptor(parseRecord(variables).environment, '__proto__')?.value, 'x');
});

test('what is in force is what was set, else the default, which may come from the record', () => {
  assert.equal(settingOf(record(), 'stop-timeout'), 10_000);
  assert.equal(settingOf(record({ attributes: { 'stop-timeout': 5 } }), 'stop-timeout'), 5);
  assert.equal(settingOf(record(), 'umask'), 0o022);
  assert.equal(settingOf(record({ openFiles: 99 }), 'open-files'), 99);
  assert.equal(settingOf(record(), 'restart'), 'on-failure');
  assert.equal(settingOf(record({ command: ['bash'] }), 'restart'), 'on-abnormal');
  assert.equal(directoryOf(record()), '/');
  assert.equal(directoryOf(whole), '/srv');
});
