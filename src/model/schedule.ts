// When a schedule fires: five or six fields as in a crontab, or @daily and its kin, in a time zone. A bundle of its own
// (cron-parser brings a library of calendars), loaded where a session has a schedule.
import { CronExpressionParser } from 'cron-parser';
import { quote } from '../base/quote.ts';

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

/**
 * The first time after `after` (both in ms since 1970). What falls into an hour that a change to summer time leaves
 * out comes an hour later; a time of day that comes twice in autumn counts once, the first time.
 */
export function nextAfter(schedule: string, zone: string, after: number): number {
  const expression = ALIASES[schedule] ?? schedule;
  return CronExpressionParser.parse(expression, { currentDate: new Date(after), tz: zone })
    .next()
    .getTime();
}

const ALIASES: Record<string, string> = { '@annually': '0 0 1 1 *', '@midnight': '0 0 * * *' };
