// The verbs that scripts ask all the time come in the first bundle; every other one waits in a second, which
// would more than double what Node has to read before it can answer `ls`.
import type { Command } from '../command.ts';
import { ls as plainLs } from './ls.ts';
import { status } from './status.ts';

export const LS_ALIASES = ['list', 'ps'];

const ls: Command = { ...plainLs, aliases: LS_ALIASES };

const FREQUENT = new Map<string, Command>([
  ['status', status],
  ...['ls', ...LS_ALIASES].map((word) => [word, ls] as const),
]);

/** The verb that `word` names, if it is one of these. */
export const frequentVerb = (word: string): Command | undefined => FREQUENT.get(word);
