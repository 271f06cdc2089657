// Every attribute: what it takes, what it refuses and how, and that what is printed is read back as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ATTRIBUTE_KEYS,
  ATTRIBUTES,
  type AttributeKey,
  formatAttribute,
  parseAttribute,
  unknownAttribute,
} from '../../src/model/attributes.ts';

const YES_NO = { good: ['yes', 'no', 'true', 'FALSE', 'on', 'off', '1', '0'], bad: ['', 'y', '2', 'yes '] };
const DURATION = { good: ['0', '500ms', '10s', '5m', '2h', '366d'], bad: ['', '-1s', 'soon', '367d', '1e9'] };

const VALUES: Record<AttributeKey, { good: string[]; bad: string[] }> = {
  description: {
    good: ['', 'the web server', 'ünïcode 😀'],
    bad: ['two\nlines', '\x1b[31m', '\x9b1m', 'x'.repeat(1001)],
  },
  'start-suspended': YES_NO,
  restart: { good: ['always', 'on-failure', 'on-abnormal', 'never'], bad: ['', 'Always', 'sometimes', 'yes'] },
  'restart-delay': DURATION,
  'restart-delay-max': DURATION,
  'restart-steady': DURATION,
  'restart-limit': { good: ['0', '5', '1000000'], bad: ['', '-1', '1.5', '1000001', 'none', '1e3'] },
  'stop-signal': {
    good: ['TERM', 'INT', 'SIGQUIT', 'usr1', 'sigwinch'],
    bad: ['', 'STOP', 'CONT', '15', 'SIGSIGTERM'],
  },
  'stop-timeout': DURATION,
  user: { good: ['www-data', 'a.b', '_x', 'machine$'], bad: ['', '-x', 'a b', 'a:b', '../x', 'a\n'] },
  schedule: {
    good: ['0 3 * * *', '*/10 0 3 * * MON-FRI', '@daily'],
    bad: ['', 'daily', '@', ' 0 3 * * *', '0\n3 * * *'],
  },
  'schedule-action': { good: ['run', 'restart', 'stop', 'start'], bad: ['', 'kill'] },
  'schedule-zone': {
    good: ['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia'],
    bad: ['', 'Europe/Nowhere', '../etc'],
  },
  'schedule-catch-up': { good: ['yes', 'no'], bad: ['', 'always'] },
  group: { good: ['adm'], bad: ['', '-x'] },
  umask: { good: ['0', '22', '022', '0022', '777'], bad: ['', '8', '1000', '-1', '00022', 'u=rwx'] },
  'open-files': { good: ['16', '1024', '1073741824'], bad: ['', '15', 'unlimited', '1073741825'] },
  term: { good: ['xterm-256color', 'vt100', 'screen.xterm-new'], bad: ['', '-x', 'x y', '../x', 'x'.repeat(65)] },
  'size-policy': {
    good: ['latest', 'smallest', '80x24', '132X43', 'Latest'],
    bad: ['', 'largest', '80', '0x24', '80x0', '1001x24', '80x24x1', '-80x24'],
  },
  scrollback: { good: ['0', '1000', '100000'], bad: ['', '-1', '100001', '1k'] },
  log: YES_NO,
  'log-limit': { good: ['64K', '8M', '1.5M', '1000G'], bad: ['', '63K', '0', '1001G', '10s', '-8M'] },
};

test('every attribute takes its values, and prints them so that they are read back', () => {
  assert.deepEqual(Object.keys(VALUES).sort(), [...ATTRIBUTE_KEYS].sort());
  for (const key of ATTRIBUTE_KEYS) {
    for (const text of VALUES[key].good) {
      const { value } = parseAttribute(key, text);
      assert.deepEqual(parseAttribute(key, formatAttribute(key, value)), { key, value }, `${key}=${text}`);
    }
    const standing = ATTRIBUTES[key].default;
    if (typeof standing === 'object') continue;
    assert.equal(parseAttribute(key, formatAttribute(key, standing)).value, standing, `the default of ${key}`);
  }
});

test('a bad value is refused with what is allowed', () => {
  for (const key of ATTRIBUTE_KEYS) {
    for (const text of VALUES[key].bad) {
      assert.throws(
        () => parseAttribute(key, text),
        (error: { code: string; message: string; hint: string }) => {
          assert.equal(error.code, 'bad-value');
          assert.ok(error.message.endsWith(`is no value for '${key}'.`), error.message);
          assert.equal(error.hint, `It takes ${ATTRIBUTES[key].takes}.`);
          return true;
        },
        `${key}=${JSON.stringify(text)}`,
      );
    }
  }
});

test('whatever is typed for an attribute is refused, or read and printed for good', () => {
  const typed = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789smhdKMG.') }),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...ATTRIBUTE_KEYS), typed, (key, text) => {
      const value = ATTRIBUTES[key].parse(text);
      if (value !== undefined) assert.equal(ATTRIBUTES[key].parse(formatAttribute(key, value)), value);
    }),
    { numRuns: 3000 },
  );
});

test('yes and no are printed, whichever way they were typed', () => {
  assert.equal(formatAttribute('log', parseAttribute('log', 'On').value), 'yes');
  assert.equal(formatAttribute('log', parseAttribute('log', '0').value), 'no');
  assert.equal(formatAttribute('stop-signal', parseAttribute('stop-signal', 'sigint').value), 'INT');
  assert.equal(formatAttribute('umask', parseAttribute('umask', '22').value), '0022');
});

test('a wrong key gets the nearest right one, else all of them; what objects have of themselves is no key', () => {
  assert.equal(unknownAttribute('restrat').line, "no attribute 'restrat'. Did you mean 'restart'?");
  assert.equal(unknownAttribute('direktory').hint, "Did you mean 'directory'?");
  assert.match(
    unknownAttribute('zzzzzz').hint ?? '',
    /^There are: name command directory environment description .* schedule-catch-up\.$/,
  );
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])
    assert.throws(() => parseAttribute(key, 'yes'), { code: 'unknown-attribute' }, key);
});
