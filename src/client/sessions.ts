// Every session of the scope as it can be known: from the supervisor where one is, else from the disk, for
// the verbs that start nothing.
import { SessionError } from '../base/errors.ts';
import type { Place } from '../base/paths.ts';
import type { SessionView } from '../model/view.ts';
import { findLink } from './found.ts';

export interface Known {
  sessions: SessionView[];
  /** Records that could not be read. */
  unreadable: { file: string; why: string }[];
  /** A supervisor said so. */
  supervised: boolean;
}

/** The sessions by name. `usage`: with what their process trees use. */
export async function knownSessions(place: Place, usage = false): Promise<Known> {
  const link = await findLink(place);
  if (link === undefined) return readOffline(place);
  try {
    const { sessions } = await link.request('list', { usage });
    return { sessions: byName(sessions), unreadable: link.hello?.unreadable ?? [], supervised: true };
  } catch (error) {
    // It left in this very moment, in good order.
    if (error instanceof SessionError && error.code === 'no-supervisor' && link.repeated) return readOffline(place);
    throw error;
  } finally {
    link.close();
  }
}

async function readOffline(place: Place): Promise<Known> {
  const { offlineSessions } = require('./offline.cjs') as typeof import('./offline.ts');
  const { sessions, unreadable } = offlineSessions(place);
  return { sessions: byName(sessions), unreadable, supervised: false };
}

const byName = (sessions: SessionView[]) => sessions.sort((a, b) => (a.name < b.name ? -1 : 1));
