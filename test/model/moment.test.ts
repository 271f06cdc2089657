// Points in time as people write them for logs --since.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMoment } from '../../src/model/moment.ts';

process.env.TZ = 'Asia/Kolkata'; // +05:30, and the same all year
const NOW = Date.parse('2026-11-21T12:34:56.789+05:30');

test('a moment is so long ago, a time of day, or a date; local unless it is zoned', () => {
  const cases: [string, string][] = [
    ['10m', '2026-11-21T12:24:56.789+05:30'],
    ['1.5h', '2026-11-21T11:04:56.789+05:30'],
    ['0s', '2026-11-21T12:34:56.789+05:30'],
    ['12:34', '2026-11-21T12:34:00+05:30'],
    ['12:34:57', '2026-11-20T12:34:57+05:30'],
    ['14:00', '2026-11-20T14:00:00+05:30'],
    ['8:05', '2026-11-21T08:05:00+05:30'],
    ['2026-11-21', '2026-11-21T00:00:00+05:30'],
    ['2026-11-21T08:00', '2026-11-21T08:00:00+05:30'],
    ['2026-11-21 08:00:30', '2026-11-21T08:00:30+05:30'],
    ['2026-11-21T08:00Z', '2026-11-21T08:00:00Z'],
    ['2026-11-21T08:00:00.250Z', '2026-11-21T08:00:00.250Z'],
    ['2026-11-21T08:00+01:00', '2026-11-21T07:00:00Z'],
    ['2026-11-21T08:00-0200', '2026-11-21T10:00:00Z'],
  ];
  for (const [text, time] of cases) assert.equal(parseMoment(text, NOW), Date.parse(time), text);
});

test('what is no moment is refused', () => {
  const none = ['', '10', 'm', 'soon', 'yesterday', '24:00', '12:60', '1:2', '12:34:60', '2026', '2026-13-01'];
  none.push(
    '2026-11-32',
    '2026-02-30',
    '2025-02-29',
    '2026-11-21T25:00',
    '2026-11-21T08:00X',
    '-10m',
    '2026-11-21T',
    'T08:00',
    '21.11.2026',
  );
  for (const text of none) assert.equal(parseMoment(text, NOW), undefined, text);
});

test('a time of day is the last one: within a day before now', () => {
  fc.assert(
    fc.property(
      fc.nat(23),
      fc.nat(59),
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
      (hours, minutes, at) => {
        const two = (value: number) => String(value).padStart(2, '0');
        const time = parseMoment(`${two(hours)}:${two(minutes)}`, at.getTime()) as number;
        assert.ok(time <= at.getTime() && at.getTime() - time < 86_400_000);
        assert.deepEqual([new Date(time).getHours(), new Date(time).getMinutes()], [hours, minutes]);
      },
    ),
  );
});
