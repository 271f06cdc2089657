// Durations and sizes as people write them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aboutDuration, formatDuration, formatSize, parseDuration, parseSize } from '../../src/model/quantity.ts';

const NEITHER = [
  '',
  ' ',
  '-1',
  '-1s',
  '+1',
  '1e3',
  '0x10',
  's',
  '1 0',
  '1..5',
  '.5',
  '５',
  'NaN',
  'Infinity',
  '9'.repeat(400),
];

test('durations are read with their units, and a bare number is seconds', () => {
  const cases: [string, number][] = [
    ['500ms', 500],
    ['10s', 10_000],
    ['10', 10_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1.5h', 5_400_000],
    ['0', 0],
    [' 7s ', 7000],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
  for (const text of [...NEITHER, '1w', '10S', '5mm', '1m30s', '1K'])
    assert.equal(parseDuration(text), undefined, text);
});

test('sizes are read in binary units', () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['512', 512],
    ['10M', 10 * 1024 ** 2],
    ['1G', 1024 ** 3],
    ['1.5k', 1536],
    ['8MiB', 8 * 1024 ** 2],
    ['8MB', 8 * 1024 ** 2],
  ];
  for (const [text, bytes] of cases) assert.equal(parseSize(text), bytes, text);
  for (const text of [...NEITHER, '1T', '10s', '1MM']) assert.equal(parseSize(text), undefined, text);
});

test('what is written is the shortest exact way, and is read back as it was', () => {
  assert.deepEqual([0, 500, 1500, 60_000, 90_000, 7_200_000, 86_400_000].map(formatDuration), [
    '0s',
    '500ms',
    '1500ms',
    '1m',
    '90s',
    '2h',
    '1d',
  ]);
  assert.deepEqual([0, 1000, 1024, 8 * 1024 ** 2, 3 * 1024 ** 3].map(formatSize), ['0', '1000', '1K', '8M', '3G']);
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom(1, 1000, 60_000, 3_600_000), (value, unit) => {
      const ms = (value % 1e9) * unit;
      assert.equal(parseDuration(formatDuration(ms)), ms);
      assert.equal(parseSize(formatSize(value)), value);
    }),
  );
});

test('nothing that is typed is taken for a negative or broken number', () => {
  const typed = fc.string({ unit: fc.constantFrom(...'0123456789.-+eEsmhdKMGiB '), maxLength: 12 });
  fc.assert(
    fc.property(typed, (text) => {
      for (const value of [parseDuration(text), parseSize(text)])
        assert.ok(value === undefined || (Number.isSafeInteger(value) && value >= 0), `${text}: ${value}`);
    }),
    { numRuns: 2000 },
  );
});

test('to a person a duration is told roughly', () => {
  const cases: [number, string][] = [
    [-5, '0 s'],
    [4000, '4 s'],
    [59_400, '59 s'],
    [60_000, '1 minute'],
    [200_000, '3 minutes'],
    [3_600_000, '1 hour'],
    [2 * 86_400_000, '2 days'],
  ];
  for (const [ms, words] of cases) assert.equal(aboutDuration(ms), words);
});
