// A supervisor that hangs instead of dying: asked for a sign of life when a client complains or something is to be done
// for the keeper, never by a clock, and replaced when it gives none.
import type { Log } from '../base/log.ts';
import type { SupervisorProcess } from './supervisor-process.ts';

/** A sign of life must come within this time, ms. */
const DEADLINE = 5000;

/** One that has not served yet may have much to read, ms. Less than a client waits. */
const BEGINNING_DEADLINE = 25_000;
/** What the keeper itself waits for may come behind much else, ms. */
const UNHURRIED = 10_000;
/** Its answer may be here, and unread: we may have stood still ourselves, ms. */
const GRACE = 200;

export interface Pulse {
  /** Somebody waits for it; `unhurried`: we ourselves. */
  ask(supervisor: SupervisorProcess, unhurried?: 'unhurried'): void;
  /** It has answered, or is gone: nothing is due any more. */
  settle(): void;
}

export function watchPulse(log: Log): Pulse {
  let due: NodeJS.Timeout | undefined;
  let hurried = false;
  return {
    ask(supervisor, unhurried) {
      const isHurried = unhurried === undefined;
      if (supervisor.pid() === undefined || (due !== undefined && (hurried || !isHurried))) return;
      clearTimeout(due);
      hurried = isHurried;
      supervisor.say({ is: 'ping' });
      const serving = isHurried ? DEADLINE : UNHURRIED;
      due = setTimeout(
        () => {
          due = setTimeout(() => {
            due = undefined;
            log.warn('the supervisor gives no sign of life and is replaced');
            supervisor.kill();
          }, GRACE);
        },
        supervisor.isServing() ? serving : BEGINNING_DEADLINE,
      );
    },
    settle() {
      clearTimeout(due);
      due = undefined;
    },
  };
}
