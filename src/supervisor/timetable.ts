// A session by the clock: when it is its time next, what is done then, and what was missed meanwhile. It is independent
// of how the clock gets on: set forward or back, a machine asleep or off, a supervisor that was not there.
import type { Undo } from '../base/clock.ts';

/** So late, ms, is still in time; anything later was missed. */
const LATE = 60_000;

/** A clock set back by more was wrong before: what is noted from then is no reason to wait for it. */
const WRONG = 3 * 3_600_000;

/** What a timetable knows of a session and does with it. */
export interface Timed {
  now(): number;
  /** Calls `then` once at `time`, or earlier when somebody sets the clock. */
  at(time: number, then: () => void): Undo;
  /** The first time after `after`; undefined: it has no schedule. */
  nextAfter(after: number): number | undefined;
  catchesUp(): boolean;
  /** Up to when its times are done with. */
  readonly doneUntil: number;
  /** Does what is due, if it is, and notes in the same moment that all until `until` is done with. */
  act(isDue: boolean, until: number): void;
}

export interface Timetable {
  /** ms since 1970; undefined: no schedule. */
  readonly next: number | undefined;
  /** Looks at the schedule anew. */
  arm(): void;
  disarm(): void;
}

export function timetable(timed: Timed): Timetable {
  let next: number | undefined;
  let undo: Undo | undefined;
  /** When it was armed. */
  let begun = Number.POSITIVE_INFINITY;
  /** From when on its times count. Where what is done with lies in the future, the clock was wrong, and begins anew. */
  const from = (now: number) => (timed.doneUntil > now + WRONG ? Math.min(begun, now) : timed.doneUntil);
  const hasTimeBetween = (after: number, until: number) =>
    (timed.nextAfter(after) ?? Number.POSITIVE_INFINITY) <= until;
  const self: Timetable = {
    get next() {
      return next;
    },
    arm() {
      undo?.();
      undo = undefined;
      const now = timed.now();
      begun = now;
      next = timed.nextAfter(from(now));
      if (next !== undefined) undo = timed.at(next, () => fire());
    },
    disarm() {
      undo?.();
      undo = undefined;
      next = undefined;
    },
  };
  const fire = () => {
    undo = undefined;
    const now = timed.now();
    // Looked up anew: it may have been reckoned by a clock that was wrong. Of several, the last one counts.
    const first = timed.nextAfter(from(now)) ?? Number.POSITIVE_INFINITY;
    const isInTime = now - first <= LATE || hasTimeBetween(now - LATE, now);
    if (first <= now) timed.act(isInTime || timed.catchesUp(), now);
    self.arm();
  };
  return self;
}
