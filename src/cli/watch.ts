// Who starts something on a terminal is told if it ended the moment it began.
import { SessionError } from '../base/errors.ts';
import { lastLine } from '../client/kept-output.ts';
import type { Link } from '../client/link.ts';
import type { SessionView } from '../model/view.ts';
import type { Input } from './command.ts';
import { endedAtOnce } from './sentences.ts';

/** A quick end is watched for this long, ms. */
const WATCH = 150;

/** Throws where `session`, as the reply to its start showed it, has ended meanwhile, or had so by then. */
export async function watchBeginning(input: Input, link: Link, session: SessionView): Promise<void> {
  if (!input.isTerminal || session.state === 'held') return;
  if (session.live) await new Promise((resolve) => setTimeout(resolve, WATCH));
  const { sessions } = await link.request('list', { usage: false });
  const now = sessions.find((each) => each.id === session.id);
  if (now === undefined || now.exit === null || now.live) return;
  throw new SessionError(
    'not-running',
    endedAtOnce(now, lastLine(input.place, session.id)),
    `See session logs ${session.name}.`,
  );
}
