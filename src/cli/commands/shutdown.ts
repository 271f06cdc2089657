import { SessionError } from '../../base/errors.ts';
import type { Place } from '../../base/paths.ts';
import { quote } from '../../base/quote.ts';
import { findLink } from '../../client/found.ts';
import { untilEnded } from '../../client/keeper.ts';
import { openLink } from '../../client/link.ts';
import { parseDuration } from '../../model/quantity.ts';
import { type Command, text } from '../command.ts';
import { withProgress } from '../named.ts';

/** A keeper that was told to leave is gone within this, ms. */
const GONE = 2000;

export const shutdown: Command = {
  name: 'shutdown',
  meant: ['kill-server', 'exit', 'poweroff'],
  operands: '',
  least: 0,
  most: 0,
  summary: 'end the supervisor and all processes; boot brings back what ran',
  options: [
    {
      long: 'within',
      value: 'DURATION',
      doc: 'kill what has not ended by then, whatever its stop-timeout says',
    },
  ],
  examples: ['session shutdown', 'session shutdown --within 50s'],
  async run({ place, print, options }) {
    const within = limitOf(text(options, 'within'));
    const link = await findLink(place);
    if (link === undefined) return 0; // nobody is there
    try {
      await withProgress(print, () => 'Ending all sessions …', link.request('shutdown', { within }));
      if (link.hello !== undefined) await untilEnded(link.hello.keeper.pid, GONE);
      return 0;
    } catch (error) {
      // It left, and died before it could say so.
      if (error instanceof SessionError && error.code === 'no-supervisor' && (await isGone(place))) return 0;
      throw error;
    } finally {
      link.close();
    }
  },
};

async function isGone(place: Place): Promise<boolean> {
  const link = await openLink({ place });
  link?.close();
  return link === undefined;
}

function limitOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const ms = parseDuration(given);
  if (ms !== undefined) return ms;
  throw new SessionError('usage', `${quote(given)} is no duration.`, 'It is like 50s or 2m.');
}
