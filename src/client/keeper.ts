// The keeper as a process: whether there is one, to ask it to look after a socket or supervisor that gives no
// answer, and to see that it has left.
import { passed } from '../base/clock.ts';
import { readOwn } from '../base/own-file.ts';
import type { Place } from '../base/paths.ts';
import { isAlive, readBootId, readProcess } from '../system/process-table.ts';

/** Asks the keeper of this scope to look after its socket and supervisor. False where there is no keeper. */
export function pokeKeeper(place: Place): boolean {
  try {
    const text = readOwn(place.keeperLock).toString('utf8');
    const { pid, start, bootId } = JSON.parse(text) as { pid: number; start: number; bootId: string };
    if (pid <= 1 || !isAlive(pid, start) || bootId !== readBootId()) return false;
    process.kill(pid, 'SIGURG'); // ignored by default: it never harms one that has no handler just then
    return true;
  } catch {
    return false; // no lock file
  }
}

/** Resolves when `pid` has ended (reaped or not), or after `limit` ms. */
export async function untilEnded(pid: number, limit: number): Promise<void> {
  for (const deadline = passed() + limit; passed() < deadline; ) {
    const state = readProcess(pid)?.state;
    if (state === undefined || state === 'Z' || state === 'X') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
