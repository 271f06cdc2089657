// The verbs that people and scripts ask all the time come in the first bundle; the others wait in a second, which would
// double what has to be read before a first word can be answered.
import type { Command } from '../command.ts';
import { attach } from './attach.ts';
import { create } from './create.ts';
import { ls } from './ls.ts';
import { restart, resume, start, stop, suspend } from './process-control.ts';
import { status } from './status.ts';

export const CREATE_ALIASES = ['new'];
export const ATTACH_ALIASES = ['a'];
export const LS_ALIASES = ['list', 'ps'];

const COMMANDS: Command[] = [
  { ...create, aliases: CREATE_ALIASES },
  { ...attach, aliases: ATTACH_ALIASES },
  { ...ls, aliases: LS_ALIASES },
  ...[status, suspend, resume, stop, start, restart],
];

/** The verb that `word` names, if it is one of these. */
export const frequentVerb = (word: string): Command | undefined =>
  COMMANDS.find(({ name, aliases }) => name === word || aliases?.includes(word));
