// Whether a session could be started now: its user, directory and program are looked at before anything is changed.
import { SessionError } from '../base/errors.ts';
import { directoryOf } from '../model/record.ts';
import { checkAsUser, type Identity, identityFor } from './identity.ts';
import { preflight } from './preflight.ts';
import type { Session } from './session.ts';

/**
 * Throws cannot-run with what stands in the way, as far as we ourselves can see; where another user runs it, whose home
 * may take its time, a promise that rejects if that user has not the rights.
 */
export function checkRights(session: Session): Promise<void> | undefined {
  const { identity, program } = lookAt(session);
  return identity && checkAsUser(identity, directoryOf(session.record), program);
}

/** The user is looked up once: the name service may be slow. */
function lookAt({ record }: Session): { identity: Identity | undefined; program: string } {
  const identity = identityFor(record);
  const { PATH } = { ...(identity?.environment ?? record.environment), ...record.ownEnvironment };
  return { identity, program: preflight(record, PATH, identity === undefined) };
}

/** Why a session that need not run now could not; a note and no refusal. */
export async function launchNote(session: Session): Promise<string | undefined> {
  try {
    await checkRights(session);
    return undefined;
  } catch (error) {
    if (error instanceof SessionError) return error.line;
    throw error;
  }
}
