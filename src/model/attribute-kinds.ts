// The kinds of values that attributes have, and how each is read and printed.
import { formatDuration, parseDuration } from './quantity.ts';

export interface Row<T> {
  /** The default, or how it comes about where it is not a constant. */
  default: T | { from: string };
  /** The values it takes, in words. */
  takes: string;
  /** undefined: not a value of this attribute. */
  parse(text: string): T | undefined;
  format(value: T): string;
  /** When a change takes effect. */
  effect: 'at once' | 'next start' | 'next end';
  doc: string;
}

export type Details<T> = Pick<Row<T>, 'default' | 'effect' | 'doc'>;

const YES = new Set(['yes', 'true', 'on', '1']);
const NO = new Set(['no', 'false', 'off', '0']);
export const yesNo = (row: Details<boolean>): Row<boolean> => ({
  ...row,
  takes: 'yes or no',
  parse: (text) => (YES.has(text.toLowerCase()) ? true : NO.has(text.toLowerCase()) ? false : undefined),
  format: (value) => (value ? 'yes' : 'no'),
});

const YEAR = 366 * 86_400_000;
export const duration = (row: Details<number>): Row<number> => ({
  ...row,
  takes: 'a duration such as 500ms, 10s, 5m, 2h',
  parse: (text) => within(parseDuration(text), 0, YEAR),
  format: formatDuration,
});

export const count = (least: number, most: number, row: Details<number>): Row<number> => ({
  ...row,
  takes: `a number from ${least} to ${most}`,
  parse: (text) => (/^\d+$/.test(text) ? within(Number(text), least, most) : undefined),
  format: String,
});

/** '': root, as the supervisor. That there is such a one is looked up when it is set, and at each start. */
export const account = (row: Details<string>): Row<string> => ({
  ...row,
  takes: 'the name of a user or group of this machine',
  parse: (text) => (/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,255}\$?$/.test(text) ? text : undefined),
  format: (value) => value,
});

export function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat(undefined, { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

export const within = (value: number | undefined, least: number, most: number) =>
  value !== undefined && value >= least && value <= most ? value : undefined;
