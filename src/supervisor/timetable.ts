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
  const self: Timetable = {
    get next() {
      return next;
    },
    arm() {
      undo?.();
      undo = undefined;
      const now = timed.now();
      next = timed.nextAfter(timed.doneUntil > now + WRONG ? now : timed.doneUntil);
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
    if (next !== undefined && now >= next) timed.act(now - next <= LATE || timed.catchesUp(), now);
    self.arm();
  };
  return self;
}
