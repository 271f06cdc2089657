// A verb is one record in one file: its name, what it takes, how it is explained, and what it does. The
// table of them makes the parser, the help, the suggestions and the completion.
import type { Place } from '../base/paths.ts';
import type { Sources } from '../client/settings.ts';
import type { Settings } from '../model/settings.ts';
import type { Printer } from './print.ts';

export interface Option {
  /** Without the dashes. */
  long: string;
  short?: string;
  /** What its value is called, where it takes one. */
  value?: string;
  /** May be given several times. */
  repeat?: boolean;
  /** What people type when they mean this. */
  meant?: string[];
  doc: string;
}

export interface Command {
  name: string;
  /** From the table (commands/index.ts). */
  aliases?: string[];
  /** Words that people type when they mean this. */
  meant?: string[];
  /** Its operands as the usage line shows them. */
  operands: string;
  least: number;
  /** Infinity: any number. */
  most: number;
  /** From the first operand on, every word is the command's that is to be run. */
  wordsEndOptions?: boolean;
  summary: string;
  options: Option[];
  examples: string[];
  run(input: Input): Promise<number>;
}

export interface Input {
  operands: string[];
  options: Options;
  place: Place;
  env: NodeJS.ProcessEnv;
  /** Where configuration comes from. */
  sources: Sources;
  /** The configuration in force. Throws where it is wrong. */
  settings(): Settings;
  print: Printer;
  /** Both ends of the standard streams are a terminal. */
  isTerminal: boolean;
}

/** Given options, by long name: true, a value, or the values of one that repeats. */
export type Options = Record<string, true | string | string[]>;

/** Options that every verb takes, before it or after it. */
export const GLOBAL_OPTIONS: Option[] = [
  { long: 'global', short: 'g', doc: "the system's sessions: again through sudo" },
  { long: 'config-file', value: 'FILE', doc: 'read this, too (or SESSION_CONFIG_FILE)' },
  { long: 'config-option', value: 'NAME=VALUE', repeat: true, doc: 'a setting, over those of files' },
  { long: 'quiet', short: 'q', doc: 'no lines about success' },
  { long: 'json', doc: 'data as JSON' },
  { long: 'no-color', doc: 'no colour (also NO_COLOR; FORCE_COLOR=1 wants it)' },
];

export const text = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

export const texts = (options: Options, name: string): string[] => {
  const value = options[name];
  return Array.isArray(value) ? value : [];
};
