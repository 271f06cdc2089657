// A point in time as people write it.
import { parseDuration } from './quantity.ts';

/** `10m` ago, `14:00` (the last one), `2026-11-21`, `2026-11-21T08:00[:00][Z|+01:00]`; local unless zoned. */
export function parseMoment(text: string, now: number): number | undefined {
  const ago = /[a-z]$/.test(text) ? parseDuration(text) : undefined;
  if (ago !== undefined) return now - ago;
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) return lastTime(now, Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0));
  const date = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (date === null) return undefined;
  const time = Date.parse(`${date[1]}T${date[2] ?? '00:00'}${date[3] ?? ''}`); // no zone: local
  return Number.isNaN(time) || !isDay(date[1] as string) ? undefined : time;
}

/** Date.parse takes 2026-02-30 for the 2nd of March. */
const isDay = (day: string) => new Date(`${day}T00:00Z`).toISOString().startsWith(day);

function lastTime(now: number, hours: number, minutes: number, seconds: number): number | undefined {
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const at = new Date(now);
  at.setHours(hours, minutes, seconds, 0);
  if (at.getTime() > now) at.setDate(at.getDate() - 1);
  return at.getTime();
}
