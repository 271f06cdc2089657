// The orderly end: every process ended, every wish left as it is.
import { isWithoutProcess } from '../model/lifecycle.ts';
import { settingOf } from '../model/record.ts';
import type { Registry } from './registry.ts';
import { signalKill } from './tree-signals.ts';
import { turn } from './turns.ts';

/** A process that KILL does not end (a dead disk) is waited for this long beyond stop-timeout, ms. */
const PATIENCE = 5000;

/** Ends all processes and resolves when they have ended, or cannot be. */
export async function endAll(registry: Registry): Promise<void> {
  for (const session of registry.all()) {
    await turn();
    session.dispatch({ is: 'shutdown' });
  }
  signalKill(...registry.unowned.values());
  const ends = registry.all().map((session) => {
    const isOver = () => isWithoutProcess(session.life.state);
    return session.until(isOver, settingOf(session.record, 'stop-timeout') + PATIENCE);
  });
  await Promise.all(ends);
  for (const session of registry.all()) session.clients.leave({ reason: 'shutdown' });
}

/** No more time is given to what should have ended. */
export function killAll(registry: Registry): void {
  const alive = registry.all().filter(({ life }) => !isWithoutProcess(life.state));
  signalKill(...alive.flatMap(({ run }) => run?.tree ?? []));
}
