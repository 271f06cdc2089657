// What is due is launched. Where the disk cannot take the wish just now (it is full), that is tried again until it can:
// what should run must not stay down for it.
import { reasonOf, SessionError } from '../base/errors.ts';
import type { Session } from './session.ts';
import { turn } from './turns.ts';

const LONGEST_PAUSE = 60_000;

/** Launches all of them, in order. Answers which could not be, and why. */
export async function bootAll(sessions: Session[], request?: string): Promise<{ name: string; why: string }[]> {
  const unbooted: { name: string; why: string }[] = [];
  for (const session of sessions) {
    await turn();
    const why = bootSession(session, request);
    if (why !== undefined) unbooted.push({ name: session.name, why });
  }
  return unbooted;
}

/** Launches `session` if it is down or has failed, as `request` has it. Answers why it could not be. */
function bootSession(session: Session, request?: string, pause = 1000): string | undefined {
  const { house, timers, life } = session;
  timers.get('unbooted')?.();
  timers.delete('unbooted');
  if (house.leaving() || (life.state !== 'down' && life.state !== 'failed')) return undefined;
  try {
    if (request !== undefined) session.noteRequest(request);
    session.dispatch({ is: 'boot' });
    return undefined;
  } catch (error) {
    const why = error instanceof SessionError ? error.message : reasonOf(error);
    house.log.warn('a session is not booted yet', { session: session.name, why });
    timers.set(
      'unbooted',
      house.clock.after(pause, () => bootSession(session, request, Math.min(LONGEST_PAUSE, pause * 2))),
    );
    session.changed();
    return why;
  }
}
