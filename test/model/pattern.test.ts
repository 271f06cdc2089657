// The names a person means: plain ones and patterns in quotes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveNames } from '../../src/model/pattern.ts';

const sessions = ['web-2', 'web-1', 'db', 'web', 'c++', 'a.b', 'axb'].map((name) => ({ name }));
const resolve = (...wanted: string[]) => resolveNames(wanted, sessions).map((each) => each.name);

test('plain names are taken in the order asked, a pattern’s by name, each session once', () => {
  assert.deepEqual(resolve('web', 'db'), ['web', 'db']);
  assert.deepEqual(resolve('web-*'), ['web-1', 'web-2']);
  assert.deepEqual(resolve('web-2', 'web*', 'web-2'), ['web-2', 'web', 'web-1']);
});

test('a pattern is read as a shell reads it', () => {
  const cases: [string, string[]][] = [
    ['*', ['a.b', 'axb', 'c++', 'db', 'web', 'web-1', 'web-2']],
    ['web?1', ['web-1']],
    ['web-[12]', ['web-1', 'web-2']],
    ['web-[!1]', ['web-2']],
    ['web-[0-1]', ['web-1']],
    ['[a-d]?', ['db']],
    ['c+*', ['c++']],
    ['a.?', ['a.b']],
    ['[]d]b', ['db']],
  ];
  for (const [pattern, names] of cases) assert.deepEqual(resolve(pattern), names, pattern);
});

test('one unknown name, or a pattern that matches nothing, is not found, with the nearest name', () => {
  const refusal = (message: string, hint: string) => ({ code: 'not-found', message, hint });
  assert.throws(() => resolve('db', 'wep'), refusal("no session 'wep'.", "Did you mean 'web'?"));
  assert.throws(() => resolve('zzzzz'), refusal("no session 'zzzzz'.", 'See session ls.'));
  assert.throws(() => resolve('web', 'x*'), refusal("no session matches 'x*'.", 'See session ls.'));
  for (const broken of ['[z-a]', '[', 'we[b', '[!]', '(', '\\*', '(?!*'])
    assert.throws(() => resolve(broken), { code: 'not-found' }, broken);
});

/** Patterns of * and ? the slow and simple way. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*') return matches(rest, name) || (name !== '' && matches(pattern, name.slice(1)));
  return name !== '' && (pattern[0] === '?' || pattern[0] === name[0]) && matches(rest, name.slice(1));
}

test('a pattern means exactly the names that it matches', () => {
  const letters = ['a', 'b', '.', '+', '-'];
  const name = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 6 });
  const pattern = fc.string({ unit: fc.constantFrom(...letters, '*', '?'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), pattern, (names, wanted) => {
      const expected = names.filter((each) => matches(wanted, each)).sort();
      const all = names.map((each) => ({ name: each }));
      if (expected.length === 0) assert.throws(() => resolveNames([wanted], all), { code: 'not-found' });
      else
        assert.deepEqual(
          resolveNames([wanted], all).map((each) => each.name),
          expected,
        );
    }),
    { numRuns: 1000 },
  );
});
