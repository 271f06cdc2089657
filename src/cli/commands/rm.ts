import { SessionError } from '../../base/errors.ts';
import type { Command } from '../command.ts';
import { forEachNamed, tellLeft } from '../named.ts';

export const rm: Command = {
  name: 'rm',
  meant: ['remove', 'del', 'destroy', 'prune', 'erase'],
  operands: 'NAME…',
  least: 1,
  most: Number.POSITIVE_INFINITY,
  summary: 'delete a session and its kept output',
  options: [{ long: 'force', short: 'f', doc: 'also one that runs: it is stopped first' }],
  examples: ['session rm backend', 'session rm -f backend'],
  run: (input) =>
    forEachNamed(input, 'Removing', async (link, session) => {
      try {
        const { left } = await link.request('remove', {
          session: session.id,
          force: input.options.force === true,
        });
        tellLeft(input.print, session, left, 'removed');
      } catch (error) {
        // Asked again after a gap: the first time it was done.
        if (!(link.repeated && error instanceof SessionError && error.code === 'not-found')) throw error;
      }
    }),
};
