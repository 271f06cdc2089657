// A timetable with its clock in the test's hand: set forward and back, asleep, off; daylight saving included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextAfter } from '../../src/model/schedule.ts';
import { Timetable } from '../../src/supervisor/timetable.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-11-21T12:00:00Z');

/** A session that notes when it ran; its clock is set and passes as told. */
function scheduled(schedule: string, { catchesUp = false, zone = 'UTC', from = FROM } = {}) {
  let now = from;
  let waiting: { time: number; then: () => void } | undefined;
  let doneUntil = from;
  const runs: string[] = [];
  const make = () =>
    new Timetable({
      now: () => now,
      at(time, then) {
        const one = { time, then };
        waiting = one;
        return () => {
          if (waiting === one) waiting = undefined;
        };
      },
      nextAfter: (after) => nextAfter(schedule, zone, after),
      catchesUp: () => catchesUp,
      doneUntil: () => doneUntil,
      act(isDue, until) {
        assert.ok(until > doneUntil || doneUntil - until > 3 * HOUR, 'no time is done with twice');
        if (isDue) runs.push(new Date(now).toISOString().slice(0, 16));
        doneUntil = until;
      },
    });
  let it = make();
  const fireDue = () => {
    while (waiting !== undefined && waiting.time <= now) {
      const { then } = waiting;
      waiting = undefined;
      then();
    }
  };
  it.arm();
  return {
    runs,
    next: () => (it.next === undefined ? undefined : new Date(it.next).toISOString().slice(0, 16)),
    /** Time passes, with the supervisor there. */
    pass(ms: number) {
      for (const end = now + ms; ; ) {
        const due = waiting !== undefined && waiting.time <= end ? Math.max(now, waiting.time) : end;
        now = due;
        fireDue();
        if (now >= end) return;
      }
    },
    /** Somebody sets the clock: the kernel wakes whoever waits by it. */
    set(ms: number) {
      now += ms;
      const woken = waiting;
      waiting = undefined;
      woken?.then();
      fireDue();
    },
    /** Time passes unseen: the machine is off, and a new supervisor begins afterwards. */
    off(ms: number) {
      it.disarm();
      now += ms;
      it = make();
      it.arm();
      fireDue();
    },
    /** The machine sleeps: the same supervisor wakes late. */
    sleep(ms: number) {
      now += ms;
      fireDue();
    },
    now: () => now,
  };
}

test('it runs at its times, and says which comes next', () => {
  const it = scheduled('0 3 * * *');
  assert.equal(it.next(), '2026-11-22T03:00');
  it.pass(3 * DAY);
  assert.deepEqual(it.runs, ['2026-11-22T03:00', '2026-11-23T03:00', '2026-11-24T03:00']);
  assert.equal(it.next(), '2026-11-25T03:00');
});

for (const way of ['off', 'sleep'] as const) {
  test(`what was missed (${way}) is left out, or with catch-up made up once, however much it was`, () => {
    const plain = scheduled('0 3 * * *');
    plain[way](5 * DAY);
    assert.deepEqual(plain.runs, []);
    assert.equal(plain.next(), '2026-11-27T03:00');
    const made = scheduled('0 3 * * *', { catchesUp: true });
    made[way](5 * DAY);
    assert.deepEqual(made.runs, ['2026-11-26T12:00']);
    made.pass(DAY);
    assert.deepEqual(made.runs, ['2026-11-26T12:00', '2026-11-27T03:00']);
  });

  test(`a little late (${way}) is in time`, () => {
    const it = scheduled('0 3 * * *');
    it.pass(15 * HOUR - 10_000);
    it[way](40_000);
    assert.deepEqual(it.runs, ['2026-11-22T03:00']);
    it.pass(HOUR);
    assert.equal(it.runs.length, 1);
  });
}

test('a clock set back does not run anything again; one that had been wrong is believed', () => {
  const it = scheduled('0 * * * *');
  it.pass(2 * HOUR + MINUTE);
  assert.deepEqual(it.runs, ['2026-11-21T13:00', '2026-11-21T14:00']);
  it.set(-HOUR);
  it.pass(58 * MINUTE);
  assert.equal(it.runs.length, 2, '14:00 was had');
  it.pass(HOUR + 2 * MINUTE);
  assert.deepEqual(it.runs.slice(2), ['2026-11-21T15:00']);
  const wrong = scheduled('0 * * * *', { from: Date.parse('2031-01-01T00:30:00Z') });
  wrong.pass(HOUR);
  assert.deepEqual(wrong.runs, ['2031-01-01T01:00']);
  wrong.set(FROM - wrong.now());
  assert.equal(wrong.next(), '2026-11-21T13:00');
  wrong.pass(HOUR);
  assert.equal(wrong.runs.length, 2);
});

test('a machine that believes in 1970 until it is told better makes up for nothing that was done', () => {
  const it = scheduled('0 3 * * *', { catchesUp: true });
  it.pass(DAY);
  assert.equal(it.runs.length, 1);
  const now = it.now();
  it.off(-now + MINUTE); // it boots without a clock
  it.set(now + 5 * HOUR);
  assert.equal(it.runs.length, 1);
  assert.equal(it.next(), '2026-11-23T03:00');
});

test('of many times that were missed the last one may still be in time', () => {
  const it = scheduled('* * * * *');
  it.off(90 * MINUTE + 10_000);
  assert.equal(it.runs.length, 1);
});

test('a clock set forward over a time runs it where it is a minute late, and else only with catch-up', () => {
  const [plain, made] = [scheduled('0 13 * * *'), scheduled('0 13 * * *', { catchesUp: true })];
  for (const each of [plain, made]) each.set(90 * MINUTE);
  assert.deepEqual([plain.runs.length, made.runs.length], [0, 1]);
  const near = scheduled('0 13 * * *');
  near.pass(HOUR - MINUTE);
  near.set(MINUTE + 30_000);
  assert.equal(near.runs.length, 1);
});

test('over both changes of daylight saving a daily run comes once a day', () => {
  for (const [from, days] of [
    ['2027-03-20T12:00:00Z', 14],
    ['2027-10-25T12:00:00Z', 14],
  ] as const) {
    for (const schedule of ['30 2 * * *', '0 2 * * *', '0 3 * * *', '59 1 * * *']) {
      const it = scheduled(schedule, { zone: 'Europe/Berlin', from: Date.parse(from) });
      it.pass(days * DAY);
      const local = it.runs.map((time) => new Date(`${time}Z`).toLocaleDateString('sv', { timeZone: 'Europe/Berlin' }));
      assert.equal(new Set(local).size, days, `${schedule}: ${it.runs}`);
      assert.equal(local.length, days);
    }
  }
});

test('whatever happens to the clock and the machine, no time is run twice, and none is missed that was there to be seen', () => {
  const step = fc.oneof(
    fc.record({ is: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 5 * HOUR }) }),
    fc.record({ is: fc.constant('off' as const), ms: fc.integer({ min: 1, max: 9 * HOUR }) }),
    fc.record({ is: fc.constant('sleep' as const), ms: fc.integer({ min: 1, max: 9 * HOUR }) }),
    fc.record({ is: fc.constant('set' as const), ms: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, catchesUp) => {
      const it = scheduled('17 * * * *', { catchesUp });

      let setBack = 0;
      for (const { is, ms } of steps) {
        const before = it.runs.length;
        if (is === 'pass') {
          const due = Math.floor((it.now() + ms - 17 * MINUTE) / HOUR) - Math.floor((it.now() - 17 * MINUTE) / HOUR);
          it.pass(ms);
          // What a clock set back brings a second time is not run again.
          assert.ok(it.runs.length - before <= due + 1);
          assert.ok(it.runs.length - before >= due - setBack, `${it.runs.length - before} of ${due}`);
          setBack = Math.max(0, setBack - due);
        } else {
          it[is](ms);
          assert.ok(it.runs.length - before <= 1, `${is}: at most one`);
          if (is === 'set' && ms < 0) setBack += Math.ceil(-ms / HOUR);
        }
      }
    }),
    { numRuns: 300 },
  );
});
