// What was let go, given back to the machine. V8 collects when it needs room and libc keeps what it was given back, so a
// process that has become quiet would keep for ever what a flood or many sessions begun have needed. A collection takes
// 10 to 30 ms.
import { declare } from './libc.ts';

/** What is let go within this time of each other is collected together, ms. */
const TOGETHER = 1000;
/** From one collection to the next at least, ms: what lets go again and again would have us collect for ever. */
const SPACING = 10_000;
/** V8 frees buffers beside us, ms after it has found them. */
const FREED = 200;

/** A fifth of it is found only when it has not been used for some seconds, ms. */
const REST = 5000;
/** So many programs begun are worth a collection: each leaves some 50 KB behind in the supervisor, and 15 in the keeper. */
const MANY = 16;

const trim = declare('int malloc_trim(size_t)');

interface State {
  /** V8's own, once it was asked for. */
  collect?: () => void;
  isDue: boolean;
  /** When the last collection was, on the clock of performance.now(). */
  last: number;
  /** Programs begun since then, and what waits for the end of a row of them. */
  begun: number;
  quiet?: NodeJS.Timeout;
}

const state: State = { isDue: false, last: Number.NEGATIVE_INFINITY, begun: 0 };

/** Much was let go. */
export function freeSoon(): void {
  if (!state.isDue) schedule(TOGETHER);
}

/** A program has begun, which lets go of a little: the end of a row of many is worth a collection. */
export function freeAfterMany(): void {
  state.begun += 1;
  if (state.begun < MANY || state.isDue) return;
  state.quiet ??= setTimeout(() => !state.isDue && schedule(0), TOGETHER).unref();
  state.quiet.refresh();
}

function schedule(earliest: number): void {
  state.isDue = true;
  setTimeout(free, Math.max(earliest, state.last + SPACING - performance.now())).unref();
}

function free(): void {
  state.isDue = false;
  state.begun = 0;
  state.last = performance.now();
  collect();
  for (const after of [FREED, REST]) setTimeout(giveBack, after).unref();
}

function giveBack(): void {
  collect(); // the first has made room on pages that this one empties
  try {
    trim(0);
  } catch {
    // A libc that has no such call, as musl, gives back by itself.
  }
}

/**
 * A whole collection that also moves together what is left: without that, half of what it frees stays on pages that are
 * still in use. The flags are taken back, since V8 refuses the compiled code of a chunk loaded under other flags.
 */
function collect(): void {
  const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
  if (state.collect === undefined) {
    const { runInNewContext } = require('node:vm') as typeof import('node:vm');
    setFlagsFromString('--expose-gc');
    state.collect = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
  }
  setFlagsFromString('--compact-on-every-full-gc');
  state.collect();
  setFlagsFromString('--no-compact-on-every-full-gc');
}
