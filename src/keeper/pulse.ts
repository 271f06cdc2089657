// A supervisor that hangs instead of dying: asked for a sign of life when a client complains, never by a clock,
// and replaced when it gives none.
import type { Log } from '../base/log.ts';
import type { SupervisorProcess } from './supervisor-process.ts';

/** A sign of life must come within this time, ms. */
const DEADLINE = 5000;

/** One that has not served yet may have much to read, ms. */
const BEGINNING_DEADLINE = 60_000;

export interface Pulse {
  /** Somebody waits for it. */
  ask(supervisor: SupervisorProcess): void;
  /** It has answered, or is gone: nothing is due any more. */
  settle(): void;
}

export function watchPulse(log: Log): Pulse {
  let due: NodeJS.Timeout | undefined;
  return {
    ask(supervisor) {
      if (supervisor.pid() === undefined || due !== undefined) return;
      supervisor.say({ is: 'ping' });
      const deadline = supervisor.isServing() ? DEADLINE : BEGINNING_DEADLINE;
      due = setTimeout(() => {
        due = undefined;
        log.warn('the supervisor gives no sign of life and is replaced');
        supervisor.kill();
      }, deadline);
    },
    settle() {
      clearTimeout(due);
      due = undefined;
    },
  };
}
