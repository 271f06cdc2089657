// The mark of an orderly end: what a new keeper's supervisor concludes from whatever it finds.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as mark from '../../src/store/mark.ts';
import { scratch } from '../support/disk.ts';

/** As a supervisor does it. */
function begin(path: string, keeper: string, bootId: string, anyRecords: boolean): string {
  const beginning = mark.beginningOf(path, keeper, anyRecords);
  mark.begin(path, keeper, bootId, beginning);
  return beginning;
}

test('the first life of a home begins in order, one that has records without a mark does not', (t) => {
  assert.equal(begin(join(scratch(t), 'mark'), 'k1', 'boot', false), 'ordered');
  assert.equal(begin(join(scratch(t), 'mark'), 'k1', 'boot', true), 'crashed');
});

test('a life that ended in order is told from one that did not, in the same boot or another', (t) => {
  const path = join(scratch(t), 'mark');
  begin(path, 'k1', 'boot', false);
  assert.equal(begin(path, 'k2', 'boot', true), 'crashed');
  mark.end(path, 'k2', 'boot', 'shutdown');
  assert.equal(begin(path, 'k3', 'boot', true), 'ordered');
  assert.equal(begin(path, 'k4', 'another boot', true), 'crashed');
  mark.end(path, 'k4', 'another boot', 'TERM');
  assert.equal(begin(path, 'k5', 'boot', true), 'ordered');
});

test('every supervisor of one keeper is told how that keeper began', (t) => {
  const path = join(scratch(t), 'mark');
  assert.equal(begin(path, 'k1', 'boot', true), 'crashed');
  assert.equal(begin(path, 'k1', 'boot', true), 'crashed');
  mark.end(path, 'k1', 'boot', 'idle');
  assert.equal(begin(path, 'k2', 'boot', true), 'ordered');
  assert.equal(begin(path, 'k2', 'boot', true), 'ordered');
});

test('a mark that cannot be read says that the last end was a crash, and is replaced', (t) => {
  const path = join(scratch(t), 'mark');
  for (const text of ['', '{', 'null', '[]', '7', '"ended"', '{"__proto__":{"is":"ended"}}', '{}', '\0'.repeat(99)]) {
    writeFileSync(path, text);
    assert.equal(begin(path, 'k1', 'boot', false), 'crashed', JSON.stringify(text));
    mark.end(path, 'k1', 'boot', 'shutdown');
    assert.equal(begin(path, 'k2', 'boot', true), 'ordered');
  }
});

test('an orderly end that was cut short is told to the next supervisor of that keeper, and to no other', (t) => {
  const path = join(scratch(t), 'mark');
  begin(path, 'k1', 'boot', false);
  assert.equal(mark.isLeaving(path, 'k1'), false);
  mark.noteLeaving(path, 'k1', true);
  assert.equal(begin(path, 'k1', 'boot', true), 'ordered');
  assert.equal(mark.isLeaving(path, 'k1'), true);
  mark.noteLeaving(path, 'k1', false);
  assert.equal(mark.isLeaving(path, 'k1'), false, 'given up');
  mark.noteLeaving(path, 'k1', true);
  assert.equal(mark.isLeaving(path, 'k2'), false);
  assert.equal(begin(path, 'k2', 'boot', true), 'crashed', 'everything died before that end was done');
});
