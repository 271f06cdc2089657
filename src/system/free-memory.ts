// What was let go, given back to the machine. V8 collects when it needs room and libc keeps what it was given back, so a
// process that has become quiet would keep for ever what a flood has needed. A collection takes some 10 ms.
import { declare } from './libc.ts';

/** What is let go within this time of each other is collected together, ms. */
const TOGETHER = 1000;
/** From one collection to the next at least, ms: what lets go again and again would have us collect for ever. */
const SPACING = 10_000;
/** V8 frees buffers beside us, ms after it has found them. */
const FREED = 200;

/** A fifth of it is found only when it has not been used for some seconds, ms. */
const REST = 5000;

const trim = declare('int malloc_trim(size_t)');

const state: { collect?: () => void; isDue: boolean; last: number } = { isDue: false, last: Number.NEGATIVE_INFINITY };

/** Much was let go. */
export function freeSoon(): void {
  if (state.isDue) return;
  state.isDue = true;
  setTimeout(free, Math.max(TOGETHER, state.last + SPACING - performance.now())).unref();
}

function free(): void {
  state.isDue = false;
  state.last = performance.now();
  collector()();
  for (const after of [FREED, REST]) setTimeout(giveBack, after).unref();
}

function giveBack(): void {
  collector()(); // the first has made room on pages that this one empties
  try {
    trim(0);
  } catch {
    // A libc that has no such call, as musl, gives back by itself.
  }
}

function collector(): () => void {
  if (state.collect === undefined) {
    const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
    const { runInNewContext } = require('node:vm') as typeof import('node:vm');
    setFlagsFromString('--expose-gc');
    state.collect = runInNewContext('gc') as () => void;
  }
  return state.collect;
}
