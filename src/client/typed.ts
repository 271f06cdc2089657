// What was typed and is not yet known to be taken: kept, counted, and typed again after a gap from where the
// session left off.
import { LARGEST_BYTES } from '../protocol/frame.ts';

export interface TypedBytes {
  /** So much is known to be taken. */
  readonly acknowledged: number;
  /** Remembers `bytes` and answers them in pieces that fit a frame. */
  add(bytes: Buffer): Buffer[];
  taken(upTo: number): void;
  /** Another has typed meanwhile: the session has taken up to `taken` and was given `waiting` behind that. */
  goOn(taken: number, waiting: Buffer): void;
  /** The session has taken up to `taken`: what it is to be sent again. */
  resume(taken: number): Buffer[];
}

export function typedBytes(): TypedBytes {
  let acknowledged = 0;
  let waiting: Buffer = Buffer.alloc(0);
  const forget = (upTo: number) => {
    if (upTo <= acknowledged) return;
    waiting = waiting.subarray(Math.min(waiting.length, upTo - acknowledged));
    acknowledged = upTo;
  };
  return {
    get acknowledged() {
      return acknowledged;
    },
    add(bytes) {
      waiting = Buffer.concat([waiting, bytes]);
      return pieces(bytes);
    },
    taken: forget,
    goOn(taken, given) {
      acknowledged = taken;
      waiting = given;
    },
    resume(taken) {
      forget(taken);
      return pieces(waiting);
    },
  };
}

function pieces(bytes: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += LARGEST_BYTES) all.push(bytes.subarray(at, at + LARGEST_BYTES));
  return all;
}
