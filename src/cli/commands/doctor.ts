import { SessionError } from '../../base/errors.ts';
import type { Finding } from '../../client/health.ts';
import { bootFinding } from '../boot-installation.ts';
import type { Command } from '../command.ts';
import { DONE, FAILED } from '../exit-codes.ts';

export const doctor: Command = {
  name: 'doctor',
  meant: ['check', 'diagnose', 'health', 'verify'],
  operands: '',
  least: 0,
  most: 0,
  summary: 'check the installation, and say how to mend what is wrong',
  options: [],
  examples: ['session doctor', 'session doctor --json'],
  async run(input) {
    const { print, place, env } = input;
    const { health } = require('./health.cjs') as typeof import('../../client/health.ts');
    const found = [...(await health(place, env)), configuration(input), bootFinding(input)];
    if (print.wantsJson) print.json(found.map(({ what, is, mend }) => ({ what, is, mend: mend ?? null })));
    else for (const each of found) if (!print.quiet || each.is === 'no') print.say(line(each));
    const bad = found.filter((each) => each.is === 'no').length;
    if (!print.wantsJson)
      print.done(
        bad === 0 ? 'All is well.' : bad === 1 ? 'One thing needs attention.' : `${bad} things need attention.`,
      );
    return bad === 0 ? DONE : FAILED;
  },
};

function line({ what, is, mend }: Finding): string {
  const rest = mend === undefined ? '' : `. ${is === 'no' ? 'Mend: ' : ''}${mend}`;
  return `  ${is === 'yes' ? 'yes ' : is === 'no' ? 'NO  ' : 'note'} ${what}${rest}`;
}

function configuration({ settings, sources }: Parameters<Command['run']>[0]): Finding {
  try {
    settings();
    return { what: `the configuration is right (${sources.scopeFile})`, is: 'yes' };
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return { what: 'the configuration is right', is: 'no', mend: error.line };
  }
}
