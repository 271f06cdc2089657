// When a schedule fires, over both changes to and from summer time, and what is no schedule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, nextAfter } from '../../src/model/schedule.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** The next `count` times, in UTC. */
function times(schedule: string, zone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; ) {
    at = nextAfter(schedule, zone, at);
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

test('a schedule fires at its time in its zone, in winter and in summer', () => {
  assert.deepEqual(times('0 3 * * *', 'Europe/Berlin', '2026-11-21T12:00:00Z', 2), [
    '2026-11-22T02:00',
    '2026-11-23T02:00',
  ]);
  assert.deepEqual(times('0 3 * * *', 'Europe/Berlin', '2026-07-01T12:00:00Z', 1), ['2026-07-02T01:00']);
  assert.deepEqual(times('30 9 * * MON', 'America/New_York', '2026-11-21T12:00:00Z', 1), ['2026-11-23T14:30']);
  assert.deepEqual(
    times('@midnight', 'UTC', '2026-11-21T12:00:00Z', 1),
    times('@daily', 'UTC', '2026-11-21T12:00:00Z', 1),
  );
  assert.deepEqual(times('0 0 29 2 *', 'UTC', '2026-11-21T12:00:00Z', 1), ['2028-02-29T00:00']);
  assert.equal(nextAfter('*/10 * * * * *', 'UTC', NOW), NOW + 10_000, 'seconds in front');
});

test('when summer time begins, what falls into the hour that is left out comes an hour later, and nothing comes twice', () => {
  // Berlin: 2027-03-28, from 02:00 to 03:00, which is 01:00 UTC.
  assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', 2), [
    '2027-03-28T01:30',
    '2027-03-29T00:30',
  ]);
  assert.deepEqual(times('0 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', 2), [
    '2027-03-28T01:00',
    '2027-03-29T00:00',
  ]);
  assert.deepEqual(times('*/30 * * * *', 'Europe/Berlin', '2027-03-28T00:20:00Z', 3), [
    '2027-03-28T00:30',
    '2027-03-28T01:00',
    '2027-03-28T01:30',
  ]);
});

test('when it ends, a time of day that comes twice counts once, and what goes by minutes goes on', () => {
  // Berlin: 2027-10-31, from 03:00 back to 02:00, which is 01:00 UTC.
  assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00:00Z', 2), [
    '2027-10-31T00:30',
    '2027-11-01T01:30',
  ]);
  assert.deepEqual(times('*/30 * * * *', 'Europe/Berlin', '2027-10-30T23:50:00Z', 5), [
    '2027-10-31T00:00',
    '2027-10-31T00:30',
    '2027-10-31T01:00',
    '2027-10-31T01:30',
    '2027-10-31T02:00',
  ]);
  assert.deepEqual(times('0 3 * * *', 'Europe/Berlin', '2027-10-30T12:00:00Z', 2), [
    '2027-10-31T02:00',
    '2027-11-01T02:00',
  ]);
});

test('what is no schedule, or never fires, is told why', () => {
  const faults: [string, RegExp][] = [
    ['0 0 30 2 *', /^it never fires$/],
    ['0 0 31 4 *', /^it never fires$/],
    ['@reboot', /^session boot does that already$/],
    ['@sometimes', /^there are @yearly /],
    ['* * * *', /^it takes five fields/],
    ['* * * * * * *', /^it takes five fields/],
    ['61 * * * *', /^'61' is no minute \(0-59\)$/],
    ['0 0 * * sunday', /^'sunday' is no weekday/],
    ['30 0 3 * * 1#6', /^'1#6' is no weekday/],
    ['H H * * *', /^H stands for no certain time$/],
    ['0 3 * * someday', /./],
  ];
  for (const [schedule, why] of faults) assert.match(faultOf(schedule, 'UTC', NOW) ?? 'none', why, schedule);
  for (const fine of [
    '0 3 * * *',
    '0 3 * * THU',
    '0 0 L * *',
    '@hourly',
    '0 0 * MAR *',
    '5,10 */2 1-7 * 0',
    '0 0 29 2 *',
  ])
    assert.equal(faultOf(fine, 'Europe/Berlin', NOW), undefined, fine);
});
