// What somebody probably meant by a word we do not know.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearest } from '../../src/model/nearest.ts';

const VERBS = ['create', 'attach', 'detach', 'ls', 'status', 'suspend', 'resume', 'stop', 'start', 'restart', 'rm'];

test('a slip finds the word, and what is no slip finds nothing', () => {
  const cases: [string, string | undefined][] = [
    ['atach', 'attach'],
    ['craete', 'create'],
    ['SATUS', 'status'],
    ['susp', 'suspend'],
    ['lss', 'ls'],
    ['frobnicate', undefined],
    ['zz', undefined],
    ['', undefined],
    ['\x1b[31m', undefined],
  ];
  for (const [word, meant] of cases) assert.equal(nearest(word, VERBS), meant, word);
});

test('one wrong letter in a word is always a slip', () => {
  fc.assert(
    fc.property(fc.constantFrom(...VERBS), fc.nat(), fc.constantFrom('', 'x', 'q'), (verb, at, letter) => {
      const place = at % verb.length;
      const word = verb.slice(0, place) + letter + verb.slice(place + 1);
      if (word.length < 2) return;
      const found = nearest(word, VERBS);
      assert.ok(found !== undefined && VERBS.includes(found), word);
    }),
  );
});
