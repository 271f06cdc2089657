// What `status` says of a session, in a sentence. Those of the original README are kept to the letter.
import { inWords } from './exit.ts';
import { aboutDuration } from './quantity.ts';
import type { SessionView } from './view.ts';

/** What `status` says; `now` in ms since 1970. */
export const statusOf = (session: SessionView, now: number) => stateOf(session, now) + nextOf(session);

/** That sentence is another a moment later, or for somebody in another time zone. */
export const isOfTheMoment = ({ state, schedule, exit, endAsked }: SessionView): boolean =>
  schedule !== null || state === 'backing-off' || (state === 'stopped' && exit !== null && !endAsked);

/** The state that it is in is the one that was wished for. */
export function isAsDesired({ state, desired }: SessionView): boolean {
  if (desired === 'running') return state === 'running';
  if (desired === 'suspended') return state === 'suspended' || state === 'held';
  return state === 'stopped';
}

/** The time that its schedule comes next; that of one that nobody supervises does not come. */
function nextOf(session: SessionView): string {
  const { schedule, nextRun, state, desired } = session;
  if (schedule === null || state === 'gone') return '';
  if (nextRun !== null) return ` Next by schedule: ${nextTime(session)}.`;
  return desired === 'running' ? '' : ' Nothing supervises its schedule. See session boot.';
}

/** With what its own clocks show then, where that is something else. */
export function nextTime({ nextRun, scheduleZone }: SessionView): string {
  const here = atTime(nextRun);
  const there = atTime(nextRun, scheduleZone ?? undefined);
  return here === there ? here : `${here} (${there} in ${scheduleZone})`;
}

function stateOf(session: SessionView, now: number): string {
  const subject = `Session '${session.name}'`;
  switch (session.state) {
    case 'running':
    case 'suspended':
    case 'stopping':
      return session.pid === null
        ? `${subject} is ${session.state}.`
        : `${subject} is ${session.state}, PID ${session.pid}.`;
    case 'held':
      return `${subject} is suspended and has not begun.`;
    case 'starting':
      return `${subject} is starting.`;
    case 'stopped':
      if (session.exit === null || session.endAsked) return `${subject} is stopped.`;
      return `${subject} has ended (${inWords(session.exit)}, ${ago(session.endedAt, now)}).`;
    case 'backing-off':
      return `${subject} is restarting in ${inTime(session.retryAt, now)} (${whyEnded(session)}, attempt ${session.attempts || 1}).`;
    case 'failed':
      return `${subject} has failed: ${whyFailed(session)}. See session logs ${session.name}.`;
    case 'down':
      return `${subject} should run, but nothing supervises it. See session boot.`;
    case 'gone':
      return `${subject} is being removed.`;
  }
}

export function whyEnded(session: SessionView): string {
  if (session.refused !== null) return session.refused.replace(/\.$/, '');
  return session.exit === null ? 'not started' : inWords(session.exit);
}

function whyFailed(session: SessionView): string {
  const why = whyEnded(session);
  if (session.refused !== null || session.attempts < 2 || session.attemptsSince === null || session.endedAt === null)
    return why;
  return `${why}, ${session.attempts} times in ${aboutDuration(Date.parse(session.endedAt) - Date.parse(session.attemptsSince))}`;
}

/** In the reader's own time zone, or another: Sun 2026-11-22 03:00. */
export function atTime(time: string | null, zone?: string): string {
  if (time === null) return 'never';
  const two = '2-digit';
  const date: Intl.DateTimeFormatOptions = { weekday: 'short', year: 'numeric', month: two, day: two };
  const format = new Intl.DateTimeFormat('en-GB', {
    ...date,
    ...{ hour: two, minute: two, second: two, timeZone: zone },
  });
  const at = Object.fromEntries(format.formatToParts(new Date(time)).map(({ type, value }) => [type, value]));
  const seconds = at.second === '00' ? '' : `:${at.second}`;
  return `${at.weekday} ${at.year}-${at.month}-${at.day} ${at.hour}:${at.minute}${seconds}`;
}

const ago = (time: string | null, now: number) =>
  time === null ? 'some time ago' : `${aboutDuration(now - Date.parse(time))} ago`;

export const inTime = (time: string | null, now: number) =>
  time === null ? 'a moment' : `${Math.max(1, Math.ceil((Date.parse(time) - now) / 1000))} s`;
