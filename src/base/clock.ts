// Time, behind one small interface so that a test can hold it in its hand.

/** Takes back what was asked for: a timer, a listener. Doing so twice is harmless. */
export type Undo = () => void;

export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Calls `then` once after `delay` milliseconds unless undone. Never keeps a process alive by itself. */
  after(delay: number, then: () => void): Undo;
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(delay, then) {
    const timer = setTimeout(then, Math.min(delay, LONGEST));
    return () => clearTimeout(timer);
  },
};

/** setTimeout's ceiling; anything longer would fire at once. */
const LONGEST = 2 ** 31 - 1;
