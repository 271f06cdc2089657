// The keeper as a process, for the two things a client ever does with it: ask it to look after a supervisor
// that is silent, and see that it has left.
import { readFileSync } from 'node:fs';
import type { Place } from '../base/paths.ts';
import { readProcess } from '../system/process-table.ts';

/** A supervisor that does not greet may hang: its keeper is asked to look after it. */
export function pokeKeeper(place: Place): void {
  try {
    const { pid, start } = JSON.parse(readFileSync(place.keeperLock, 'utf8')) as { pid: number; start: number };
    if (pid > 1 && readProcess(pid)?.start === start) process.kill(pid, 'SIGUSR2');
  } catch {
    // No keeper to ask.
  }
}

/** Resolves when `pid` has ended (reaped or not), or after `limit` ms. */
export async function untilEnded(pid: number, limit: number): Promise<void> {
  for (const deadline = Date.now() + limit; Date.now() < deadline; ) {
    const state = readProcess(pid)?.state;
    if (state === undefined || state === 'Z' || state === 'X') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
