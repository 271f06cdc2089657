// Records on disk: what is saved comes back whole, and a file that holds no record costs one session, is
// named with its reason, and is never overwritten.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SessionRecord } from '../../src/model/record.ts';
import { badFiles, forgetRecord, loadRecords, saveRecord, setAside } from '../../src/store/record-store.ts';
import { NOT_ROOT, scratch } from '../support/disk.ts';
import { recordOf } from '../support/records.ts';

const jsonOf = (record: object) => JSON.stringify(record);

test('whatever a command, environment or name holds comes back as it was saved', (t) => {
  const directory = scratch(t);
  const word = fc.string({ unit: 'grapheme', maxLength: 40 });
  const variables = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/), word, { noNullPrototype: true });
  const record = fc.record({
    name: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,30}$/),
    command: fc.array(word, { minLength: 1, maxLength: 5 }),
    environment: variables,
    ownEnvironment: variables,
    desired: fc.constantFrom('running', 'suspended', 'stopped', 'removed') as fc.Arbitrary<SessionRecord['desired']>,
  });
  fc.assert(
    fc.property(record, ({ name, ...more }) => {
      const saved = recordOf('abcdef', name, more);
      saveRecord(directory, saved);
      const { records, bad } = loadRecords(directory);
      assert.deepEqual({ records, bad }, { records: [saved], bad: [] });
    }),
    { numRuns: 50 },
  );
  assert.equal(lstatSync(join(directory, 'abcdef.json')).mode & 0o777, 0o600);
});

test('a variable keeps its place in the record even if JavaScript knows a thing of that name', (t) => {
  const directory = scratch(t);
  const environment = { constructor: 'a', prototype: 'b', toString: 'c', hasOwnProperty: 'd' };
  saveRecord(directory, recordOf('abcdef', 'web', { environment }));
  assert.deepEqual({ ...loadRecords(directory).records[0]?.environment }, environment);
});

test('fields that are not known are kept, at every depth, through load and save', (t) => {
  const directory = scratch(t);
  const last = { run: 1, keeper: 'k', pid: 7, pidStart: 9, bootId: 'b', startedAt: null, endedAt: null };
  const saved = recordOf('abcdef', 'web', {
    later: { deep: [1, { more: null }] },
    attributes: { 'not-yet': 'x', 'restart-limit': 3 } as object,
    last: { ...last, exit: { code: 1 }, gaveUp: false, newer: true } as object as SessionRecord['last'],
  });
  writeFileSync(join(directory, 'abcdef.json'), jsonOf(saved));
  const [loaded] = loadRecords(directory).records;
  saveRecord(directory, { ...(loaded as SessionRecord), name: 'renamed' });
  assert.deepEqual(loadRecords(directory).records, [{ ...saved, name: 'renamed' }]);
});

test('records come oldest first, and a home without any is no error', (t) => {
  const directory = scratch(t);
  const at = (day: number) => ({ createdAt: `2026-11-0${day}T08:00:00.000Z` });
  saveRecord(directory, recordOf('cccc', 'third', at(3)));
  saveRecord(directory, recordOf('zzzz', 'first', at(1)));
  saveRecord(directory, recordOf('aaaa', 'second', at(2)));
  assert.deepEqual(
    loadRecords(directory).records.map(({ name }) => name),
    ['first', 'second', 'third'],
  );
  assert.deepEqual(loadRecords(join(directory, 'none')), { records: [], bad: [] });
});

test('what is forgotten is gone, and may be forgotten again', (t) => {
  const directory = scratch(t);
  saveRecord(directory, recordOf('abcdef', 'web'));
  forgetRecord(directory, 'abcdef');
  forgetRecord(directory, 'abcdef');
  assert.deepEqual(readdirSync(directory), []);
});

/** Each puts something that is no record at `path`, which ends in abcdef.json; and whether that is for ever. */
const BAD: { [what: string]: { make(path: string): void; forEver?: boolean; why?: RegExp } } = {
  'an empty file': { make: (path) => writeFileSync(path, '') },
  'a file of NULs, as a power cut leaves it': { make: (path) => writeFileSync(path, Buffer.alloc(500)) },
  'bytes that are no text': { make: (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0, 1, 2])) },
  null: { make: (path) => writeFileSync(path, 'null') },
  'a number': { make: (path) => writeFileSync(path, '7') },
  'an array of records': { make: (path) => writeFileSync(path, jsonOf([recordOf('abcdef', 'web')])) },
  'a record under __proto__': {
    make: (path) => writeFileSync(path, `{"__proto__":${jsonOf(recordOf('abcdef', 'web'))}}`),
  },
  'brackets a million deep': { make: (path) => writeFileSync(path, '['.repeat(1e6)) },
  'objects a hundred thousand deep': {
    make: (path) => writeFileSync(path, '{"a":'.repeat(1e5) + 1 + '}'.repeat(1e5)),
  },
  'a record of another id': {
    make: (path) => writeFileSync(path, jsonOf(recordOf('ghijkl', 'web'))),
    why: /'ghijkl'/,
  },
  'an id that leads elsewhere': { make: (path) => writeFileSync(path, jsonOf(recordOf('../../etc/x', 'web'))) },
  'a name that is none': { make: (path) => writeFileSync(path, jsonOf(recordOf('abcdef', '\x1b[2J'))), why: /name/ },
  'an empty command': { make: (path) => writeFileSync(path, jsonOf(recordOf('abcdef', 'web', { command: [] }))) },
  'an unknown wish': {
    make: (path) => writeFileSync(path, jsonOf({ ...recordOf('abcdef', 'web'), desired: 'maybe' })),
    why: /desired/,
  },
  'an attribute of the wrong kind': {
    make: (path) =>
      writeFileSync(path, jsonOf(recordOf('abcdef', 'web', { attributes: { restart: 'often' } as object }))),
    why: /attributes/,
  },
  'a taken name': { make: (path) => writeFileSync(path, jsonOf(recordOf('abcdef', 'well'))), why: /'well' is taken/ },
  'a newer schema': {
    make: (path) => writeFileSync(path, jsonOf({ schema: 2, everything: 'else' })),
    forEver: false,
    why: /newer version \(schema 2, this one reads 1\)/,
  },
  'a directory': { make: (path) => mkdirSync(path), why: /not a file/ },
  'a named pipe': { make: (path) => void execFileSync('mkfifo', [path]), why: /not a file/ },
  'a link to a record': {
    make(path) {
      writeFileSync(`${path}.elsewhere`, jsonOf(recordOf('abcdef', 'web')));
      symlinkSync(`${path}.elsewhere`, path);
    },
    why: /symbolic links/,
  },
  'a link to nowhere': { make: (path) => symlinkSync('/nonexistent', path) },
  'a file of 100 MB': {
    make(path) {
      writeFileSync(path, jsonOf(recordOf('abcdef', 'web')));
      truncateSync(path, 100 * 1024 ** 2);
    },
    why: /104857600 bytes/,
  },
};

for (const [what, { make, forEver = true, why = /./ }] of Object.entries(BAD)) {
  test(`${what} is no record: it is reported, left where it is, and the others load`, (t) => {
    const directory = scratch(t);
    saveRecord(directory, recordOf('aaaa', 'well', { createdAt: '2020-01-01T00:00:00.000Z' }));
    make(join(directory, 'abcdef.json'));
    const before = lstatSync(join(directory, 'abcdef.json'));
    const { records, bad } = loadRecords(directory);
    assert.deepEqual(
      records.map(({ name }) => name),
      ['well'],
    );
    assert.deepEqual(
      bad.map((each) => ({ file: each.file, forEver: each.forEver })),
      [{ file: 'abcdef.json', forEver }],
    );
    assert.match(bad[0]?.why ?? '', why);
    assert.equal(lstatSync(join(directory, 'abcdef.json')).ino, before.ino);
  });
}

test("another user's file is no record", { skip: NOT_ROOT }, (t) => {
  const directory = scratch(t);
  saveRecord(directory, recordOf('abcdef', 'web'));
  chownSync(join(directory, 'abcdef.json'), 65534, 65534);
  assert.match(loadRecords(directory).bad[0]?.why ?? '', /belongs to another user \(uid 65534\)/);
});

test('a record cut at any byte is the whole record or none', (t) => {
  const directory = scratch(t);
  const saved = recordOf('abcdef', 'web');
  saveRecord(directory, saved);
  const path = join(directory, 'abcdef.json');
  const whole = readFileSync(path);
  for (let length = whole.length; length >= 0; length--) {
    truncateSync(path, length);
    const { records, bad } = loadRecords(directory);
    if (length >= whole.length - 1) assert.deepEqual(records, [saved]);
    else assert.deepEqual({ records: records.length, bad: bad.length }, { records: 0, bad: 1 });
  }
});

test('setting aside takes a name that nobody has, and moves whatever is there as it is', (t) => {
  const directory = scratch(t);
  const path = join(directory, 'abcdef.json');
  writeFileSync(path, 'first');
  assert.equal(setAside(directory, 'abcdef.json'), 'abcdef.json.bad');
  writeFileSync(path, 'second');
  assert.equal(setAside(directory, 'abcdef.json'), 'abcdef.json.bad2');
  symlinkSync('/nonexistent', path);
  assert.equal(setAside(directory, 'abcdef.json'), 'abcdef.json.bad3');
  mkdirSync(path);
  assert.equal(setAside(directory, 'abcdef.json'), 'abcdef.json.bad4');
  assert.equal(existsSync(path), false);
  assert.equal(readFileSync(`${path}.bad`, 'utf8'), 'first');
  assert.equal(readFileSync(`${path}.bad2`, 'utf8'), 'second');
  assert.equal(readlinkSync(`${path}.bad3`), '/nonexistent');
  assert.ok(lstatSync(`${path}.bad4`).isDirectory());
  assert.deepEqual(badFiles(directory).sort(), [
    'abcdef.json.bad',
    'abcdef.json.bad2',
    'abcdef.json.bad3',
    'abcdef.json.bad4',
  ]);
  assert.deepEqual(loadRecords(directory), { records: [], bad: [] });
});
