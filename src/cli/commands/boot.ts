import { SessionError } from '../../base/errors.ts';
import type { Command } from '../command.ts';
import { DONE, FAILED } from '../exit-codes.ts';
import { supervisor, withProgress } from '../named.ts';
import { started, statusOf } from '../sentences.ts';

export const boot: Command = {
  name: 'boot',
  meant: ['resurrect', 'startup', 'restore', 'reboot'],
  operands: '',
  least: 0,
  most: 0,
  summary: 'start again what ran when the machine or the supervisor went down',
  options: [],
  examples: ['session boot', 'session boot -q'],
  async run(input) {
    const link = await supervisor({ ...input, print: { ...input.print, note: () => {} } });
    try {
      const { relaunched = [], unreadable = [] } = link.hello ?? {};
      for (const { file, why } of unreadable) input.print.note(`${file} cannot be read (${why}).`);
      const { sessions: due } = await withProgress(input.print, () => 'Starting …', link.request('boot', {}));
      const { sessions: all } = await link.request('list', { usage: false });
      const names = new Set([...relaunched, ...due.map((each) => each.name)]);
      const done = all.filter((each) => names.has(each.name)).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
      let failed = false;
      for (const each of done) {
        if (each.refused === null && each.state !== 'failed') {
          input.print.done(each.live ? started(each) : statusOf(each, Date.now()));
        } else {
          failed = true;
          input.print.error(new SessionError('cannot-run', statusOf(each, Date.now())));
        }
      }
      return failed ? FAILED : DONE;
    } finally {
      link.close();
    }
  },
};
