import type { Command } from '../command.ts';
import { forEachNamed } from '../named.ts';

export const detach: Command = {
  name: 'detach',
  meant: ['leave', 'disconnect'],
  operands: 'NAME…',
  least: 1,
  most: Number.POSITIVE_INFINITY,
  summary: 'let go of every terminal attached to a session, from outside',
  options: [],
  examples: ['session detach backend'],
  run: (input) =>
    forEachNamed(input, 'Detaching', async (link, session) => {
      await link.request('detach', { session: session.id });
    }),
};
