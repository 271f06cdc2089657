// When a schedule fires: five or six fields as in a crontab, or @daily and its kin, in a time zone. A bundle of its own
// (cron-parser brings a library of calendars), loaded where a session has a schedule.
import { CronExpressionParser } from 'cron-parser';
import { quote } from '../base/quote.ts';
import { type Change, clocksOf } from './zone.ts';

/** Why `schedule` is none, in words; undefined: it is one, and fires some time after `now`. */
export function faultOf(schedule: string, zone: string, now: number): string | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (schedule === '@reboot') return 'session boot does that already';
  if (schedule.startsWith('@')) {
    if (!NICKNAMES.has(schedule)) return `there are ${[...NICKNAMES].join(' ')}`;
  } else if (fields.length !== 5 && fields.length !== 6) {
    return 'it takes five fields (minute hour day month weekday), or six with seconds in front';
  }
  if (/h/i.test(fields.join(' ').replace(/thu|mar?ch|@hourly|@monthly/gi, ''))) return 'H stands for no certain time';
  try {
    nextAfter(schedule, zone, now);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const wrong = fields.findIndex((_, i) => !parses(fields.map((field, j) => (i === j ? field : '*')).join(' ')));
    if (wrong !== -1) return `${quote(fields[wrong] as string)} is no ${FIELDS.slice(-fields.length)[wrong]}`;
    return /day of month|loop limit|no more|out of the timespan/i.test(why) ? 'it never fires' : why;
  }
}

const FIELDS = [
  'second (0-59)',
  'minute (0-59)',
  'hour (0-23)',
  'day (1-31)',
  'month (1-12, jan-dec)',
  'weekday (0-7, sun-sat)',
];

function parses(expression: string): boolean {
  try {
    CronExpressionParser.parse(expression);
    return true;
  } catch {
    return false;
  }
}

const NICKNAMES = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

/** Clocks have been changed by a whole day, where the date line was moved. */
const LONGEST_CHANGE = 25 * 3_600_000;

/**
 * The first time after `after` (both in ms since 1970). What falls into the time that a change to summer time leaves out
 * comes that much later; a time of day that comes twice in autumn counts once, the first time.
 */
export function nextAfter(schedule: string, zone: string, after: number): number {
  const clocks = clocksOf(zone);
  let from = after;
  let begun = clocks.changeIn(after - LONGEST_CHANGE, after);
  for (;;) {
    const time = nextBetweenChanges(schedule, from, begun?.after ?? clocks.offsetAt(from), begun);
    const change = clocks.changeIn(Math.max(from, begun?.at ?? from), time);
    if (change === undefined) return time;
    from = change.at - 1;
    begun = change;
  }
}

/**
 * The first time after `from` while clocks are `offset` from UTC, as they are since `begun`. The parser, which knows
 * changes of whole hours only, is asked what clocks show: its UTC is ours to interpret.
 */
function nextBetweenChanges(schedule: string, from: number, offset: number, begun: Change | undefined): number {
  const next = (after: number, by: number) =>
    expressionOf(schedule, after + by)
      .next()
      .getTime() - by;
  if (begun === undefined) return next(from, offset);
  const longer = begun.after - begun.before;
  if (longer < 0) {
    const goesOn = expressionOf(schedule, from).fields.hour.values.length === 24;
    return next(goesOn ? from : Math.max(from, begun.at - longer - 1), offset);
  }
  const late = next(Math.max(from, begun.at - 1), begun.before);
  const inTime = next(from, offset);
  return late < begun.at + longer ? Math.min(late, inTime) : inTime;
}

const expressionOf = (schedule: string, clock: number) =>
  CronExpressionParser.parse(ALIASES[schedule] ?? schedule, { currentDate: new Date(clock), tz: 'UTC' });

const ALIASES: Record<string, string> = { '@annually': '0 0 1 1 *', '@midnight': '0 0 * * *' };
