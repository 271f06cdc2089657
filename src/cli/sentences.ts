// The sentences a person reads about a session. Those of the original README are kept to the letter.
import { toShell } from '../model/command.ts';
import { inWords } from '../model/exit.ts';
import { inTime, nextTime, statusOf, whyEnded } from '../model/status.ts';
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

/** What attaching to one that does not run says. */
export const notRunning = (session: SessionView, now: number) =>
  `${statusOf(session, now)} Start it: session start ${session.name}`;

/** What an attached terminal shows of a session that shows nothing itself. */
export function stateLine(session: SessionView, now: number, before?: SessionView): string {
  switch (session.state) {
    case 'held':
      return `Session '${session.name}' has not begun: ${toShell(session.argv)}. Press Enter to begin, q to leave.`;
    case 'suspended':
      return `[suspended; session resume ${session.name} goes on]`;
    case 'backing-off':
      return `[${whyEnded(session)}; restarting in ${inTime(session.retryAt, now)}; s stops it]`;
    case 'starting':
      return before?.state === 'running' && session.restarts > before.restarts
        ? `[${whyEnded(session)}; restarting]`
        : '';
    default:
      return '';
  }
}

/** Of the terminal's window: the line about the key is above the screen, where it is seen by scrolling only. */
export const titleOf = (session: SessionView, key: string) => `${session.name} (${key} detaches)`;

export const attachedTo = (session: SessionView, key: string) =>
  `Attached to session '${session.name}'. Detach: ${key}`;
