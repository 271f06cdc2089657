import { SessionError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import { nearest } from '../../model/nearest.ts';
import { statusOf } from '../../model/status.ts';
import { bootStatus, installBoot, testBoot, uninstallBoot } from '../boot-installation.ts';
import type { Command, Input } from '../command.ts';
import { DONE, FAILED } from '../exit-codes.ts';
import { supervisor, withProgress } from '../named.ts';
import { started } from '../sentences.ts';

export const boot: Command = {
  name: 'boot',
  meant: ['resurrect', 'startup', 'restore', 'reboot'],
  operands: '[install|uninstall|status|test]',
  least: 0,
  most: 1,
  summary: 'start again what ran when the machine went down; install what does so at boot',
  options: [
    {
      long: 'method',
      value: 'METHOD',
      doc: 'install this way: systemd-user, systemd-system, openrc, sysvinit, crontab',
    },
    { long: 'dry-run', doc: 'show what install or uninstall would do, and do nothing' },
  ],
  examples: ['session boot', 'session boot install', 'session boot status', 'session -g boot install --dry-run'],
  async run(input) {
    const [what] = input.operands;
    checkOptions(what, input.options);
    if (what !== undefined) return deedOf(what)(input);
    tellConfiguration(input);
    const link = await supervisor({ ...input, print: { ...input.print, note: () => {} } });
    try {
      const { relaunched = [], unreadable = [] } = link.hello ?? {};
      for (const { file, why } of unreadable) input.print.note(`${file} cannot be read (${why}).`);
      const { sessions: due, unbooted = [] } = await withProgress(
        input.print,
        () => 'Starting …',
        link.request('boot', {}),
      );
      const { sessions: all } = await link.request('list', { usage: false });
      const names = new Set([...relaunched, ...due.map((each) => each.name)]);
      const done = all.filter((each) => names.has(each.name)).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
      let failed = unbooted.length > 0;
      for (const { name, why } of unbooted)
        input.print.error(
          new SessionError('cannot-save', `Session '${name}' is not started yet: ${why}`, 'It is tried again.'),
        );
      for (const each of done) {
        if (each.state === 'down') continue; // told above
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

/** A slip in a file must not keep sessions from running: it is told, and not in force. */
function tellConfiguration({ settings, print }: Input): void {
  try {
    settings();
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    print.note(`${error.line} Nothing of it is in force.`);
  }
}

const DEEDS = new Map<string, (input: Input) => number>([
  ['install', installBoot],
  ['uninstall', uninstallBoot],
  ['status', bootStatus],
  ['test', testBoot],
]);

/** What would be ignored is refused. */
function checkOptions(what: string | undefined, { method, 'dry-run': isDry }: Input['options']): void {
  if (method !== undefined && what !== 'install')
    throw new SessionError('usage', '--method is for boot install.', 'See: session boot --help');
  if (isDry === true && what !== 'install' && what !== 'uninstall')
    throw new SessionError('usage', '--dry-run is for boot install and uninstall.', 'See: session boot --help');
}

function deedOf(word: string): (input: Input) => number {
  const deed = DEEDS.get(word);
  if (deed !== undefined) return deed;
  const near = nearest(word, DEEDS.keys());
  const hint = near === undefined ? `There are: ${[...DEEDS.keys()].join(' ')}.` : `Did you mean '${near}'?`;
  throw new SessionError('usage', `boot has no ${quote(word)}.`, hint);
}
