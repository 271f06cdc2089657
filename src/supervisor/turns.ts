// Long work in slices: between them whoever else waits is heard, and the keeper gets the sign of life without which it
// would take us for one that hangs. On a slow disk a thousand records are ten seconds' work. Within a slice what is told
// at once is done at once, since one look at the process table serves it all.
import { passed } from '../base/clock.ts';

/** What may be done in one go, ms. */
const SLICE = 500;

let began: number | undefined;
const waiting: (() => void)[] = [];

/** To be awaited before each piece of such work: undefined while the slice is not over, and nobody is before us. */
export function turn(): Promise<void> | undefined {
  if (waiting.length === 0 && isInSlice()) return undefined;
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(goOn);
  });
}

function isInSlice(): boolean {
  if (began === undefined) {
    began = passed();
    setImmediate(() => {
      began = undefined;
    });
  }
  return passed() - began < SLICE;
}

async function goOn(): Promise<void> {
  began = undefined;
  while (waiting.length > 0 && isInSlice()) {
    waiting.shift()?.();
    await undefined; // its piece is done before we look at the clock again
  }
  if (waiting.length > 0) setImmediate(goOn);
}
