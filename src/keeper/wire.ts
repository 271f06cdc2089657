// The messages between keeper and supervisor: JSON, one a line, on descriptor 3. FROZEN: a keeper lives for
// months and speaks with supervisors that are newer than it. Fields may be added; unknown fields are ignored,
// an unknown message is answered `unsupported`. Descriptors travel beside it on descriptor 4 (a packet
// socket), always sent before the words that speak of them, their ids in the packet, one a line.
import { writeSync } from 'node:fs';
import type { Ended } from '../system/children.ts';

export const WIRE = 1;

/** `keeper.cjs TRIAL` and `supervisor.cjs TRIAL` load all that they need, say so, and end: before they take over. */
export const TRIAL = 'try';

/** What is said then, by a keeper or supervisor that speaks as ours does. */
export const passed = (part: 'keeper' | 'supervisor') => `${part} ${WIRE}\n`;

export const passTrial = (part: 'keeper' | 'supervisor') => void writeSync(1, passed(part));

/** Descriptors a supervisor is started with. */
export const WORDS_FD = 3;
export const DESCRIPTORS_FD = 4;
export const LISTEN_FD = 5;

/** In the packet that brings the shared memory instead of a session's master. */
export const MEMORY = 'memory';
/** The same for the socket that callers come to by now. */
export const LISTEN = 'listen';

/** A process that the keeper holds: alive, or ended and not yet acknowledged. */
export interface HeldProcess {
  /** Chosen by the supervisor: record id and run. A second spawn of the same id is refused: 'exists'. */
  id: string;
  pid: number;
  /** Start time in clock ticks since boot. */
  start: number;
  /** Its terminal, /dev/pts/N. */
  pts: string;
  /** Its slot of the shared memory. */
  slot: number;
  /** Opaque to the keeper. */
  tag: string;
  ended?: Ended;
}

export type FromKeeper =
  | {
      is: 'hello';
      wire: number;
      version: string;
      pid: number;
      life: string;
      terminating: boolean;
      sessions: HeldProcess[];
    }
  | { is: 'spawned'; process: HeldProcess }
  | { is: 'refused'; id: string; why: string }
  | { is: 'ended'; id: string; pid: number; ended: Ended }
  | { is: 'ping' }
  | { is: 'terminate' }
  /** The home was deleted or replaced, and the keeper is there anew: what is known is to be saved there. With `listens`, a socket comes along. */
  | { is: 'moved'; listens?: boolean }
  | { is: 'unsupported'; what: string };

export interface SpawnRequest {
  is: 'spawn';
  id: string;
  file: string;
  argv: string[];
  env: string[];
  directory: string;
  columns: number;
  rows: number;
  umask: number;
  openFiles?: number;
  /** Of the terminal; it was root's until then. */
  owner?: number | undefined;
  tag: string;
}

export type ToKeeper =
  | SpawnRequest
  /** The exit is stored: its descriptors may be closed. */
  | { is: 'ack'; id: string }
  | { is: 'pong' }
  /** The first words: everything is adopted, clients are served. */
  | { is: 'ready' }
  /** The orderly end: leave when I have left. */
  | { is: 'stop' }
  /** Become the keeper in `directory` under `node` when I have left, and start its supervisor. */
  | { is: 'upgrade'; node: string; directory: string };

export const encode = (message: FromKeeper | ToKeeper): string => `${JSON.stringify(message)}\n`;

/**
 * Calls `take` with each whole line's message; half a line at a death is dropped with the reader. A line that is none,
 * or that `take` throws at, costs no other: what is wrong with it is thrown when all of the chunk is taken.
 */
export function lineReader<M>(take: (message: M) => void): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  return (chunk) => {
    let from = 0;
    const faults: unknown[] = [];
    for (let end = chunk.indexOf(10, from); end !== -1; end = chunk.indexOf(10, from)) {
      pending.push(chunk.subarray(from, end));
      const line = Buffer.concat(pending).toString('utf8');
      pending = [];
      from = end + 1;
      try {
        take(JSON.parse(line) as M);
      } catch (error) {
        faults.push(error);
      }
    }
    if (from < chunk.length) pending.push(Buffer.from(chunk.subarray(from)));
    if (faults.length > 0) throw faults[0];
  };
}
