import { version } from '../../base/version.ts';
import { findLink } from '../../client/found.ts';
import type { Command } from '../command.ts';
import { withProgress } from '../named.ts';

export const upgrade: Command = {
  name: 'upgrade',
  meant: ['update', 'daemon-reexec'],
  operands: '',
  least: 0,
  most: 0,
  summary: 'put this version in the place of the running supervisor and keeper; the sessions run on',
  options: [],
  examples: ['session upgrade'],
  async run({ place, print }) {
    const link = await findLink(place);
    if (link === undefined) {
      print.done('No supervisor is running: the next one is this version.');
      return 0;
    }
    try {
      const replace = async () => {
        const reply = await link.request('upgrade', { node: process.execPath, directory: __dirname });
        const before = link.hello?.pid;
        do await link.request('ping', {});
        while (link.hello?.pid === before); // it may still answer while it leaves
        return reply;
      };
      const { sessions } = await withProgress(print, () => 'Upgrading …', replace());
      print.done(
        `Upgraded to session ${link.hello?.version ?? version}; ${sessions === 1 ? '1 session runs' : `${sessions} sessions run`} on.`,
      );
      return 0;
    } finally {
      link.close();
    }
  },
};
