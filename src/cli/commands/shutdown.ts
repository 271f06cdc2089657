import { untilEnded } from '../../client/keeper.ts';
import { openLink } from '../../client/link.ts';
import type { Command } from '../command.ts';
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
  options: [],
  examples: ['session shutdown'],
  async run({ place, print }) {
    const link = await openLink({ place });
    if (link === undefined) return 0; // nobody is there
    try {
      await withProgress(print, () => 'Ending all sessions …', link.request('shutdown', {}));
      if (link.hello !== undefined) await untilEnded(link.hello.keeper.pid, GONE);
      return 0;
    } finally {
      link.close();
    }
  },
};
