// How many files this process may open, and what a process that it begins may.
import { readdirSync, statSync } from 'node:fs';
import { checked } from './libc.ts';

const prlimit = checked('int prlimit(int, int, void*, void*)');

const RLIMIT_NOFILE = 7;
const OURS = '/proc/self/fd';

/** How many more. */
export function roomForFiles(): number {
  // Linux tells their number as a size since 6.2; before, it tells 0.
  const open = statSync(OURS).size || readdirSync(OURS).length;
  return Number(limits().readBigUInt64LE(0)) - open;
}

/** The soft one and the hard one. */
function limits(): Buffer {
  const both = Buffer.alloc(16);
  prlimit(0, RLIMIT_NOFILE, null, both);
  return both;
}

/**
 * Sets our own soft limit, which what is spawned inherits: set on the child it would come too late for what asks
 * at once. Answers how to put it back.
 */
export function lendOpenFiles(soft: number | undefined): () => void {
  if (soft === undefined) return () => {};
  const before = limits();
  const lent = Buffer.from(before);
  const hard = lent.readBigUInt64LE(8);
  const wanted = BigInt(soft);
  lent.writeBigUInt64LE(wanted < hard ? wanted : hard, 0);
  prlimit(0, RLIMIT_NOFILE, lent, null);
  return () => void prlimit(0, RLIMIT_NOFILE, before, null);
}
