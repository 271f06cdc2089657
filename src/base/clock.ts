// Time, behind one small interface so that a test can hold it in its hand.

/** Takes back what was asked for: a timer, a listener. Doing so twice is harmless. */
export type Undo = () => void;

export interface Clock {
  /** Wall clock, milliseconds since 1970: what is noted and shown. Somebody may set it. */
  now(): number;
  /** Milliseconds since some moment or other: how long something takes. Nobody sets it. */
  passed(): number;
  /** Calls `then` once after `delay` milliseconds unless undone. */
  after(delay: number, then: () => void): Undo;
}

/** setTimeout's ceiling, 24.8 days; anything longer would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Of clocks that nobody sets, the one that costs no module. */
export function passed(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

export const realClock: Clock = {
  now: () => Date.now(),
  passed,
  after(delay, then) {
    let timer: NodeJS.Timeout;
    const arm = (rest: number) => {
      timer = rest > LONGEST ? setTimeout(arm, LONGEST, rest - LONGEST) : setTimeout(then, rest);
    };
    arm(delay);
    return () => clearTimeout(timer);
  },
};
