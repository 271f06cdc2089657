// How fast output is parsed. Nobody is served meanwhile, and some sequences take a thousand times as long as text: so
// what waits is parsed in slices, as many as fit a bearable time, and the slower they are the less may wait.

/** How long one parse may take, ms, where it need not be all of what waits. */
const BEARABLE = 50;

/** How long a slice may take, ms, and how many bytes it has; the first is as small as if they were slow. */
const SLICE_TIME = 5;
const FIRST_SLICE = 256;
const LEAST_SLICE = 32;
const MOST_SLICE = 4096;

export class Pace {
  /** ms of parsing so far. */
  spent = 0;
  private perByte = SLICE_TIME / FIRST_SLICE;
  private isKnown = false;
  /** What waits up to this length is known not to be whole. */
  private stuckUpTo = 0;

  /** So many bytes are parsed within a bearable time, as the last slices tell. */
  get limit(): number {
    return this.isKnown ? BEARABLE / this.perByte : MOST_SLICE;
  }

  /** Whether `length` bytes are too many to wait any longer, where `most` may. */
  isTooMuch(length: number, most = Number.POSITIVE_INFINITY): boolean {
    return length > Math.max(Math.min(most, this.limit), this.stuckUpTo);
  }

  /** Bytes to be parsed at once. */
  get slice(): number {
    return Math.max(LEAST_SLICE, Math.min(MOST_SLICE, Math.floor(SLICE_TIME / this.perByte)));
  }

  /** Does `parse`, which answers how many bytes it took, and takes the time. */
  measure(parse: () => number): number {
    const { slice } = this;
    const began = performance.now();
    const parsed = parse();
    const took = performance.now() - began;
    this.spent += took;
    if (parsed >= slice / 2) {
      // One slice may have been interrupted; the first must not be taken for the rule either way.
      this.perByte += (took / parsed - this.perByte) / (this.isKnown ? 4 : 2);
      this.isKnown = true;
    }
    this.stuckUpTo = 0;
    return parsed;
  }

  /** Nothing of `length` bytes is whole: it is not tried again for every byte that comes. */
  stuck(length: number): void {
    this.stuckUpTo = length + 4 * MOST_SLICE;
  }

  /** Calls `slice` until it answers 0, or a bearable time is over. Whether it answered 0. */
  whileBearable(slice: () => number): boolean {
    const until = performance.now() + BEARABLE;
    do if (slice() === 0) return true;
    while (performance.now() < until);
    return false;
  }
}
