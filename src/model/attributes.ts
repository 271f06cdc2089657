// The properties of a session that can be set, one row each: what `set`, `get`, `create --set`, the help and
// the docs know of them all comes from here.

import { SessionError } from '../base/errors.ts';
import { quote } from '../base/quote.ts';
import { account, count, duration, isZone, type Row, within, yesNo } from './attribute-kinds.ts';
import { nearest } from './nearest.ts';
import { formatSize, parseSize } from './quantity.ts';
import { RESTART_POLICIES, type RestartPolicy } from './restart.ts';
import { parseSizePolicy } from './size-policy.ts';

export interface AttributeValues {
  description: string;
  'start-suspended': boolean;
  restart: RestartPolicy;
  'restart-delay': number;
  'restart-delay-max': number;
  'restart-steady': number;
  'restart-limit': number;
  'stop-signal': string;
  'stop-timeout': number;
  user: string;
  group: string;
  umask: number;
  'open-files': number;
  term: string;
  scrollback: number;
  'size-policy': string;
  log: boolean;
  'log-limit': number;
  schedule: string;
  'schedule-action': ScheduleAction;
  'schedule-zone': string;
  'schedule-catch-up': boolean;
}

const ACTIONS = ['run', 'restart', 'stop', 'start'] as const;
export type ScheduleAction = (typeof ACTIONS)[number];

export type AttributeKey = keyof AttributeValues;

const SIGNALS = ['TERM', 'INT', 'HUP', 'QUIT', 'KILL', 'USR1', 'USR2', 'WINCH', 'PWR'];

/** Every attribute but name, command, directory and environment, which are parts of the record itself. */
export const ATTRIBUTES: { [K in AttributeKey]: Row<AttributeValues[K]> } = {
  description: {
    default: '',
    takes: 'one line of text',
    parse: (text) => (/[\x00-\x1f\x7f-\x9f]/.test(text) || text.length > 1000 ? undefined : text),
    format: (value) => value,
    effect: 'at once',
    doc: 'a note for people',
  },
  'start-suspended': yesNo({
    default: false,
    effect: 'next start',
    doc: 'a start, restart or boot holds the session until resume or attach begins it',
  }),
  restart: {
    default: { from: 'on-failure; on-abnormal for an interactive shell' },
    takes: RESTART_POLICIES.join(', '),
    parse: (text) => RESTART_POLICIES.find((each) => each === text),
    format: (value) => value,
    effect: 'next end',
    doc: 'which ends by itself are followed by a new start',
  },
  'restart-delay': duration({
    default: 1000,
    effect: 'next end',
    doc: 'wait before the first restart; doubles with each quick end',
  }),
  'restart-delay-max': duration({
    default: 60_000,
    effect: 'next end',
    doc: 'the longest wait before a restart',
  }),
  'restart-steady': duration({
    default: 10_000,
    effect: 'next start',
    doc: 'after running this long, ends in a row are counted anew',
  }),
  'restart-limit': count(0, 1_000_000, {
    default: 5,
    effect: 'next end',
    doc: 'so many quick ends in a row make it failed; 0: never',
  }),
  'stop-signal': {
    default: 'TERM',
    takes: SIGNALS.join(', '),
    parse: (text) => SIGNALS.find((each) => each === text.toUpperCase().replace(/^SIG/, '')),
    format: (value) => value,
    effect: 'at once',
    doc: 'the signal of a stop, followed by HUP and CONT',
  },
  'stop-timeout': duration({
    default: 10_000,
    effect: 'at once',
    doc: 'how long after the stop signal KILL follows',
  }),
  user: account({
    default: { from: 'root' },
    effect: 'next start',
    doc: "whom a session of root's runs as; HOME, USER, LOGNAME and SHELL are that user's",
  }),
  group: account({
    default: { from: "the user's" },
    effect: 'next start',
    doc: "the group that goes with it, instead of the user's own",
  }),
  umask: {
    default: { from: "the creator's" },
    takes: 'an octal mode such as 022',
    parse: (text) => (/^[0-7]{1,4}$/.test(text) ? within(Number.parseInt(text, 8), 0, 0o777) : undefined),
    format: (value) => value.toString(8).padStart(4, '0'),
    effect: 'next start',
    doc: 'file mode creation mask',
  },
  'open-files': count(16, 2 ** 30, {
    default: { from: "the creator's soft limit" },
    effect: 'next start',
    doc: 'soft limit of open files',
  }),
  term: {
    default: 'xterm-256color',
    takes: 'a terminal type such as xterm-256color',
    parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9+._-]{0,63}$/.test(text) ? text : undefined),
    format: (value) => value,
    effect: 'next start',
    doc: 'TERM of the session',
  },
  scrollback: count(0, 100_000, { default: 1000, effect: 'at once', doc: 'lines kept above the screen' }),
  'size-policy': {
    default: 'latest',
    takes: 'latest, smallest, or a size such as 80x24 (COLUMNSxROWS)',
    parse: (text) => (parseSizePolicy(text.toLowerCase()) === undefined ? undefined : text.toLowerCase()),
    format: (value) => value,
    effect: 'at once',
    doc: 'the size with several terminals attached: that of who typed last, the smallest, or always the same',
  },
  log: yesNo({ default: true, effect: 'at once', doc: 'keep the output on disk' }),
  'log-limit': {
    default: 8 * 1024 ** 2,
    takes: 'a size from 64K to 1000G such as 8M',
    parse: (text) => within(parseSize(text), 64 * 1024, 1000 * 1024 ** 3),
    format: formatSize,
    effect: 'at once',
    doc: 'kept output of one session, all segments together',
  },
  schedule: {
    default: { from: 'none' },
    takes: "five or six fields as in a crontab, such as '0 3 * * *', or @daily and its kin",
    parse: (text) => (/^(@[a-z]+|[^@\x00-\x1f\x7f]{9,200})$/.test(text) && text.trim() === text ? text : undefined),
    format: (value) => value,
    effect: 'at once',
    doc: 'when, by the clock, schedule-action is done',
  },
  'schedule-action': {
    default: 'run',
    takes: ACTIONS.join(', '),
    parse: (text) => ACTIONS.find((each) => each === text),
    format: (value) => value,
    effect: 'at once',
    doc: 'run: it begins and ends (restart is never, unless set); restart: if it should run; start; stop',
  },
  'schedule-zone': {
    default: { from: "the creator's TZ, else the machine's" },
    takes: 'a time zone such as Europe/Berlin or UTC',
    parse: (text) => (/^[A-Za-z][A-Za-z0-9+_-]*(\/[A-Za-z0-9+_-]+)*$/.test(text) && isZone(text) ? text : undefined),
    format: (value) => value,
    effect: 'at once',
    doc: 'the time zone of schedule',
  },
  'schedule-catch-up': yesNo({
    default: false,
    effect: 'at once',
    doc: 'what was missed, the machine or supervisor being down, is made up, once',
  }),
};

export const ATTRIBUTE_KEYS = Object.keys(ATTRIBUTES) as AttributeKey[];

/** Parts of the record that `set` and `get` treat like attributes. */
export const PART_KEYS = ['name', 'command', 'directory', 'environment'] as const;

export const isAttributeKey = (key: string): key is AttributeKey => Object.hasOwn(ATTRIBUTES, key);

/** The value that `text` stands for. Throws unknown-attribute or bad-value, naming what is allowed. */
export function parseAttribute(key: string, text: string): { key: AttributeKey; value: string | number | boolean } {
  if (!isAttributeKey(key)) throw unknownAttribute(key);
  const row = ATTRIBUTES[key];
  const value = row.parse(text);
  if (value !== undefined) return { key, value };
  throw new SessionError('bad-value', `${quote(text)} is no value for '${key}'.`, `It takes ${row.takes}.`);
}

export function unknownAttribute(key: string): SessionError {
  const keys = [...PART_KEYS, ...ATTRIBUTE_KEYS];
  const near = nearest(key, keys);
  const hint = near === undefined ? `There are: ${keys.join(' ')}.` : `Did you mean '${near}'?`;
  return new SessionError('unknown-attribute', `no attribute ${quote(key)}.`, hint);
}

/** A value as a person writes it. */
export function formatAttribute(key: AttributeKey, value: string | number | boolean): string {
  return (ATTRIBUTES[key].format as (value: string | number | boolean) => string)(value);
}
