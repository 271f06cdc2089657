// The table of sessions that `ls` shows: what stands in it, and how wide its columns are.
import { inert } from '../base/quote.ts';
import type { SessionView } from './view.ts';

export const COLUMNS = ['NAME', 'STATE', 'PID', 'UP', 'RESTARTS', 'CLIENTS', 'COMMAND'];

/** Where in it the time stands for which it is up: all else is the same until something happens. */
export const UP = COLUMNS.indexOf('UP');

/** Of that column, however short the times in it are just now. */
const UP_WIDTH = 4;

/** What stands in the columns for a session; `up`: in ms, undefined where nobody knows. */
export const cellsOf = (session: SessionView, up: number | undefined): string[] => [
  session.name,
  session.state === 'held' ? 'suspended (not begun)' : session.state,
  session.pid === null ? '-' : String(session.pid),
  session.live && up !== undefined ? age(up) : '-',
  String(session.restarts),
  String(session.clients),
  inert(session.command),
];

/** Each cell as wide as the widest of its column and two more, but for the last one. */
export function aligned(rows: string[][]): string[][] {
  const [head = []] = rows;
  const widths = head.map((title, i) =>
    rows.reduce((most, row) => Math.max(most, row[i]?.length ?? 0), title === 'UP' ? UP_WIDTH : 0),
  );
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd((widths[i] ?? 0) + 2))));
}

/** Short: 12s, 5m, 3h, 9d. */
function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
