// The supervisor leaves when nothing needs it: no process, no timer, no client.
import type { Clock, Undo } from '../base/clock.ts';
import { hasProcess } from '../model/lifecycle.ts';
import type { Registry } from './registry.ts';
import type { Session } from './session.ts';

/** One command is often followed by another, which would have to start everything anew. */
const LINGER = 3000;

const isBusy = ({ life, timers, timetable }: Session) =>
  hasProcess(life.state) || life.state === 'starting' || timers.size > 0 || timetable.next !== undefined;

/** Call the result after whatever may have changed; `leave` is called once nothing needs us for a while. */
export function leaveWhenIdle(
  clock: Clock,
  registry: Registry,
  connections: () => number,
  leave: () => void,
): () => void {
  let undo: Undo | undefined;
  const isNeeded = () => connections() > 0 || registry.unowned.size > 0 || registry.all().some(isBusy);
  return () => {
    if (isNeeded()) {
      undo?.();
      undo = undefined;
    } else {
      undo ??= clock.after(LINGER, () => {
        undo = undefined;
        if (!isNeeded()) leave();
      });
    }
  };
}
