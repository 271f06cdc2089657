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

test('a change by half an hour, of midnight or of two hours leaves nothing out and brings nothing twice', () => {
  // Lord Howe: 2026-10-04, from 02:00 to 02:30, which is 15:30 UTC; 2027-04-04, from 02:00 back to 01:30, which is 15:00 UTC.
  assert.deepEqual(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2), [
    '2026-10-03T15:45',
    '2026-10-04T15:15',
  ]);
  assert.deepEqual(times('45 1 * * *', 'Australia/Lord_Howe', '2027-04-03T00:00:00Z', 2), [
    '2027-04-03T14:45',
    '2027-04-04T15:15',
  ]);
  const schedules = ['15 2 * * *', '0 2 * * *', '30 2 * * *', '15,45 1,2 * * *', '45 1 * * *', '*/10 * * * *'];
  schedules.push('15 * * * *', '*/15 0-3 * * *', '59 1 * * *', '0 0 * * *', '30 0 * * *', '30 1 * * *', '7 */6 * * *');
  const zones = ['Australia/Lord_Howe', 'Europe/Berlin', 'America/St_Johns', 'Africa/Cairo', 'Antarctica/Troll', 'UTC'];
  for (const zone of zones) {
    for (const day of changesIn(zone, 2026, LONG ? 2032 : 2028)) {
      const [from, until] = [day - 30 * HOUR, day + 30 * HOUR];
      const expected = schedules.map((schedule) => modelled(schedule, zone, from, until));
      for (const [i, schedule] of schedules.entries()) {
        const found: number[] = [];
        for (let at = from; ; found.push(at)) if ((at = nextAfter(schedule, zone, at)) >= until) break;
        assert.deepEqual(found.map(iso), expected[i]?.map(iso), `${schedule} in ${zone}`);
        const again = nextAfter(schedule, zone, day + 10 * MINUTE);
        assert.equal(
          again,
          expected[i]?.find((each) => each > day + 10 * MINUTE),
          `${schedule}, begun amid`,
        );
      }
    }
  }
});

const LONG = process.env.SESSION_TEST_LONG === '1';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (time: number) => new Date(time).toISOString();

/** What clocks show, in minutes since 1970. */
function shownBy(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (time) => Date.parse(`${format.format(time).replace(' ', 'T')}Z`) / MINUTE;
}

/** The first minutes after each change of the clocks. */
function changesIn(zone: string, first: number, last: number): number[] {
  const shown = shownBy(zone);
  const ahead = (time: number) => shown(time) - time / MINUTE;
  const found: number[] = [];
  for (let at = Date.UTC(first, 0); at < Date.UTC(last, 0); at += HOUR) {
    if (ahead(at) === ahead(at + HOUR)) continue;
    let minute = at;
    while (ahead(minute) === ahead(at)) minute += MINUTE;
    found.push(minute);
  }
  return found;
}

/** The same by going through every minute with an eye on the clock; minutes and hours only. */
function modelled(schedule: string, zone: string, from: number, until: number): number[] {
  const [minutes, hours] = schedule.split(' ').map((field, i) => allOf(field, i === 0 ? 59 : 23)) as [
    number[],
    number[],
  ];
  const isListed = (minute: number) => minutes.includes(minute % 60) && hours.includes(Math.floor(minute / 60) % 24);
  const shown = shownBy(zone);
  const found = new Set<number>();
  const seen = new Set<number>();
  for (let time = from - 60 * HOUR; time < until; time += MINUTE) {
    const [before, now] = [shown(time - MINUTE), shown(time)];
    for (let left = before + 1; left < now; left++) if (isListed(left)) found.add(time + (left - before - 1) * MINUTE);
    if (isListed(now) && (hours.length === 24 || !seen.has(now))) found.add(time);
    seen.add(now);
  }
  return [...found].filter((each) => each > from && each < until).sort((a, b) => a - b);
}

function allOf(field: string, most: number): number[] {
  return field.split(',').flatMap((part) => {
    const [range, step = 1] = part.split('/');
    const [low = 0, high = low] = range === '*' ? [0, most] : (range as string).split('-').map(Number);
    return Array.from({ length: high - low + 1 }, (_, i) => low + i).filter(
      (each) => (each - low) % Number(step) === 0,
    );
  });
}

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
