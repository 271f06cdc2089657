// How fast output is parsed. Nobody is served meanwhile, and some sequences take a thousand times as long as text: so
// what waits is parsed in slices, as many as fit a bearable time, and the slower they are the less may wait.

/** How long one parse may take, ms, where it need not be all of what waits. */
const BEARABLE = 50;

/** Bytes that are parsed at once; long enough to tell how fast. */
export const SLICE = 4096;

/** As long as nothing is known. */
const FIRST_LIMIT = 32 * 1024;

export class Pace {
  /** ms of parsing so far. */
  spent = 0;
  /** So many bytes are parsed within a bearable time, as the last slices tell. */
  limit = FIRST_LIMIT;
  private perByte = BEARABLE / FIRST_LIMIT;
  /** What waits up to this length is known not to be whole. */
  private stuckUpTo = 0;

  /** Whether `length` bytes are too many to wait any longer. */
  isTooMuch(length: number, most: number): boolean {
    return length > Math.max(Math.min(most, this.limit), this.stuckUpTo);
  }

  /** Does `parse`, which answers how many bytes it took, and takes the time. */
  measure(parse: () => number): number {
    const began = performance.now();
    const parsed = parse();
    const took = performance.now() - began;
    this.spent += took;
    if (parsed >= SLICE / 2) {
      this.perByte += (took / parsed - this.perByte) / 4; // one slice may have been interrupted
      this.limit = Math.max(SLICE, BEARABLE / this.perByte);
    }
    this.stuckUpTo = 0;
    return parsed;
  }

  /** Nothing of `length` bytes is whole: it is not tried again for every byte that comes. */
  stuck(length: number): void {
    this.stuckUpTo = length + 4 * SLICE;
  }

  /** Calls `slice` until it answers 0, or has taken `least` bytes and a bearable time. Whether it answered 0. */
  whileBearable(least: number, slice: () => number): boolean {
    const until = performance.now() + BEARABLE;
    for (let left = least; left > 0 || performance.now() < until; ) {
      const parsed = slice();
      if (parsed === 0) return true;
      left -= parsed;
    }
    return false;
  }
}
