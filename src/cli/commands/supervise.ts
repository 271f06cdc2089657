import { SessionError } from '../../base/errors.ts';
import type { Command } from '../command.ts';

export const supervise: Command = {
  name: 'supervise',
  meant: ['daemon', 'server', 'start-server'],
  operands: '',
  least: 0,
  most: 0,
  summary: 'run keeper and supervisor in view, for debugging or under another supervisor',
  options: [{ long: 'foreground', doc: 'stay in the foreground; Ctrl-C or TERM is a shutdown' }],
  examples: ['session supervise --foreground'],
  async run({ options, place, env, sources }) {
    if (options.foreground !== true)
      throw new SessionError('usage', 'supervise runs in the foreground only.', 'Use session supervise --foreground.');
    const { keep } = require('./keeper.cjs') as typeof import('../../keeper/main.ts');
    const kept = await keep({
      place,
      directory: __dirname,
      foreground: true,
      env: { ...env, SESSION_CONFIG_SOURCES: JSON.stringify(sources) },
      ready: () => {},
    });
    if (!kept) throw new SessionError('no-supervisor', 'a supervisor runs already.', 'End it first: session shutdown');
    return 0;
  },
};
