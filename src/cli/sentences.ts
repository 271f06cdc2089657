// The sentences a person reads about a session. Those of the original README are kept to the letter.
import { toShell } from '../model/command.ts';
import { inWords } from '../model/exit.ts';
import { aboutDuration } from '../model/quantity.ts';
import type { SessionView } from '../model/view.ts';

export const started = (session: SessionView) => `Session '${session.name}' started`;
/** One that waits for its time. */
export const createdScheduled = (session: SessionView) =>
  `Session '${session.name}' created; its next run is ${nextTime(session)}.`;
export const createdSuspended = (session: SessionView) => `Session '${session.name}' created and suspended.`;
export const detached = (session: SessionView) => `Detached from session '${session.name}'.`;
export const removed = (session: SessionView) => `Session '${session.name}' was removed.`;

export const ended = (session: SessionView) =>
  `Session '${session.name}' ended: ${session.exit === null ? 'unknown' : inWords(session.exit)}.`;

/** `said`: the last line that it put out. */
export const endedAtOnce = ({ name, exit }: SessionView, said: string) =>
  `'${name}' ended at once (${exit === null ? 'unknown' : inWords(exit)})${said === '' ? '' : `: ${said}`}.`;

/** A line about the system's sessions, asked for with -g. */
export const inGlobalScope = (line: string) =>
  line
    .replace(/\b(no|No) (session|sessions)(?= '|\.| matches)/g, '$1 global $2')
    .replace(
      /\bsession (?=(?:attach|boot|create|logs|ls|resume|rm|start|stop|shutdown|config|doctor)\b)/g,
      'session -g ',
    );

/** What `status` says; `now` in ms since 1970. */
export const statusOf = (session: SessionView, now: number) => stateOf(session, now) + nextOf(session);

/** The time that its schedule comes next; that of one that nobody supervises does not come. */
function nextOf(session: SessionView): string {
  const { schedule, nextRun, state, desired } = session;
  if (schedule === null || state === 'gone') return '';
  if (nextRun !== null) return ` Next by schedule: ${nextTime(session)}.`;
  return desired === 'running' ? '' : ' Nothing supervises its schedule. See session boot.';
}

/** With what its own clocks show then, where that is something else. */
function nextTime({ nextRun, scheduleZone }: SessionView): string {
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

/** What attaching to one that does not run says. */
export const notRunning = (session: SessionView, now: number) =>
  `${statusOf(session, now)} Start it: session start ${session.name}`;

/** What an attached terminal shows of a session that shows nothing itself. */
export function stateLine(session: SessionView, now: number): string {
  switch (session.state) {
    case 'held':
      return `Session '${session.name}' has not begun: ${toShell(session.argv)}. Press Enter to begin, q to leave.`;
    case 'suspended':
      return `[suspended; session resume ${session.name} goes on]`;
    case 'backing-off':
      return `[${whyEnded(session)}; restarting in ${inTime(session.retryAt, now)}; s stops it]`;
    default:
      return '';
  }
}

/** Of the terminal's window: the line about the key is above the screen, where it is seen by scrolling only. */
export const titleOf = (session: SessionView, key: string) => `${session.name} (${key} detaches)`;

export const attachedTo = (session: SessionView, key: string) =>
  `Attached to session '${session.name}'. Detach: ${key}`;

function whyEnded(session: SessionView): string {
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

const inTime = (time: string | null, now: number) =>
  time === null ? 'a moment' : `${Math.max(1, Math.ceil((Date.parse(time) - now) / 1000))} s`;
