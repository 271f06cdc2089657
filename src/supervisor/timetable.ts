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
  doneUntil(): number;
  /** Does what is due, if it is, and notes in the same moment that all until `until` is done with. */
  act(isDue: boolean, until: number): void;
}

export class Timetable {
  private readonly timed: Timed;
  private fires: number | undefined;
  private undo: Undo | undefined;
  /** When it was armed. */
  private begun = Number.POSITIVE_INFINITY;

  constructor(timed: Timed) {
    this.timed = timed;
  }

  /** ms since 1970; undefined: no schedule. */
  get next(): number | undefined {
    return this.fires;
  }

  /** Looks at the schedule anew. */
  arm(): void {
    this.disarm();
    const now = this.timed.now();
    this.begun = now;
    this.fires = this.timed.nextAfter(this.from(now));
    if (this.fires !== undefined) this.undo = this.timed.at(this.fires, () => this.fire());
  }

  disarm(): void {
    this.undo?.();
    this.undo = undefined;
    this.fires = undefined;
  }

  private fire(): void {
    const { timed } = this;
    this.undo = undefined;
    const now = timed.now();
    // Looked up anew: it may have been reckoned by a clock that was wrong. Of several, the last one counts.
    const first = timed.nextAfter(this.from(now)) ?? Number.POSITIVE_INFINITY;
    const last = timed.nextAfter(now - LATE) ?? Number.POSITIVE_INFINITY;
    const isInTime = now - first <= LATE || last <= now;
    if (first <= now) timed.act(isInTime || timed.catchesUp(), now);
    this.arm();
  }

  /** From when on its times count. Where what is done with lies in the future, the clock was wrong, and begins anew. */
  private from(now: number): number {
    const done = this.timed.doneUntil();
    return done > now + WRONG ? Math.min(this.begun, now) : done;
  }
}
