// The keeper as a process: whether there is one, to ask it to look after a socket or supervisor that gives no
// answer, and to see that it has left.
import { passed } from '../base/clock.ts';
import type { Place } from '../base/paths.ts';
import { keeperByPath } from '../system/keeper-names.ts';
import { livingKeeper } from '../system/living-keeper.ts';
import { readProcess } from '../system/process-table.ts';

/** Asks the keeper of this scope to look after its socket and supervisor. False where there is no keeper. */
export function pokeKeeper(place: Place): boolean {
  const pid = livingKeeper(place) ?? keeperByPath(place);
  if (pid === undefined) return false;
  try {
    process.kill(pid, 'SIGURG'); // ignored by default: it never harms one that has no handler just then
    return true;
  } catch {
    return false; // it has just ended
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
