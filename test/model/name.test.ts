// What a session may be called, and what it is called when nobody says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { automaticName, checkName, isName, LONGEST_NAME } from '../../src/model/name.ts';

const among = (...taken: string[]) => {
  const names = new Set(taken);
  return (name: string) => names.has(name);
};

test('a name has letters, digits and _ . - +, begins with a letter, digit or _, and has 64 bytes at most', () => {
  for (const good of ['a', '_', '7', 'web-1', 'a.b', 'c++', 'B_2', 'x'.repeat(64)]) assert.equal(checkName(good), good);
  const bad = [
    '',
    '-a',
    '.a',
    '+a',
    'a b',
    'a/b',
    '../a',
    'é',
    'a\n',
    'a\0',
    '\x1b[31m',
    '\u202eabc',
    'a*',
    'x'.repeat(65),
  ];
  for (const each of bad) {
    const refusal = { code: 'bad-name', hint: /^A name has letters, digits and _ \. - \+, .* at most 64 bytes/ };
    assert.throws(() => checkName(each), refusal, JSON.stringify(each));
  }
});

test('the refusal shows the word inert and cut', () => {
  const message = (word: string) => {
    try {
      checkName(word);
    } catch (error) {
      return (error as Error).message;
    }
    return assert.fail();
  };
  assert.equal(message('\x1b[31m'), "'\\x1b[31m' cannot be a name.");
  assert.ok(message('/'.repeat(5000)).length < 200);
});

test('without a name it is the program’s, then with the smallest free number', () => {
  const cases: [string, string[], string][] = [
    ['bash', [], 'bash'],
    ['/bin/bash', ['bash'], 'bash2'],
    ['bash', ['bash', 'bash2', 'bash4'], 'bash3'],
    ['python3', ['python3'], 'python3-2'],
    ['python3', ['python3', 'python3-2'], 'python3-3'],
    ['-bash', [], 'bash'],
    ['./.hidden', [], 'hidden'],
    ['make && ./run', [], 'run'],
    ['make && run', [], 'make----run'],
    ['Ünïcode', [], '-n-code'.slice(1)],
    ['...', [], 'session'],
    ['/', [], 'session'],
    ['', ['session'], 'session2'],
    ['+x', [], 'x'],
  ];
  for (const [program, taken, name] of cases) assert.equal(automaticName(program, among(...taken)), name, program);
});

test('a long name is cut so that its number fits', () => {
  const long = 'x'.repeat(80);
  assert.equal(automaticName(long, among()), 'x'.repeat(64));
  assert.equal(automaticName(long, among('x'.repeat(64))), `${'x'.repeat(63)}2`);
  const digits = `${'x'.repeat(60)}1234`;
  assert.equal(automaticName(digits, among(digits)), `${'x'.repeat(60)}12-2`);
  const inTheMiddle = `${'x'.repeat(59)}1234y`;
  assert.equal(automaticName(inTheMiddle, among(inTheMiddle)), `${'x'.repeat(59)}2`, 'no digit before its number');
});

test('whatever the program is called, and whatever is taken, the automatic name is a free name', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('-', '.', '+', '/', '0', '9', 'a', '\x1b', '\u202e', '😀', '\ud800'),
      maxLength: 100,
    }),
  );
  fc.assert(
    fc.property(hostile, fc.nat(30), (program, times) => {
      const names = new Set<string>();
      for (let i = 0; i <= times; i++) {
        const name = automaticName(program, (each) => names.has(each));
        assert.ok(isName(name) && Buffer.byteLength(name) <= LONGEST_NAME, name);
        assert.ok(!names.has(name), `${name} was taken`);
        names.add(name);
      }
    }),
  );
});
