// Whether a session could be started now: its user, directory and program are looked at before anything is changed.
import { SessionError } from '../base/errors.ts';
import { directoryOf } from '../model/record.ts';
import { checkAsUser, identityFor } from './identity.ts';
import { preflight } from './preflight.ts';
import type { Session } from './session.ts';

/** Throws cannot-run with what stands in the way. */
export function checkLaunchable({ record }: Session): void {
  const identity = identityFor(record);
  const { PATH } = { ...(identity?.environment ?? record.environment), ...record.ownEnvironment };
  const program = preflight(record, PATH, identity === undefined);
  if (identity !== undefined) checkAsUser(identity, directoryOf(record), program);
}

/** Why a session that need not run now could not; a note and no refusal. */
export function launchNote(session: Session): string | undefined {
  try {
    checkLaunchable(session);
    return undefined;
  } catch (error) {
    if (error instanceof SessionError) return error.line;
    throw error;
  }
}
