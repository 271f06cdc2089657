import { SessionError } from '../../base/errors.ts';
import type { Place, Scope } from '../../base/paths.ts';
import { inert } from '../../base/quote.ts';
import { knownSessions } from '../../client/sessions.ts';
import { inWords } from '../../model/exit.ts';
import { COLUMNS, cellsOf } from '../../model/listing.ts';
import { formatSize } from '../../model/quantity.ts';
import { atTime } from '../../model/status.ts';
import { published, type SessionView } from '../../model/view.ts';
import type { Command } from '../command.ts';
import { elevation } from '../elevation.ts';
import { type Colour, type Printer, table } from '../print.ts';

export const ls: Command = {
  name: 'ls',
  meant: ['sessions', 'dir', 'top'],
  operands: '',
  least: 0,
  most: 0,
  summary: 'list the sessions',
  options: [
    { long: 'long', short: 'l', doc: 'also CPU, memory, last exit and directory' },
    { long: 'all-scopes', doc: "mine and the system's in one list" },
    { long: 'quiet', short: 'q', doc: 'names only' },
  ],
  examples: ['session ls', 'session ls --json'],
  async run({ options, place, env, print }) {
    const detailed = options.long === true;
    const { sessions: own, unreadable } = await knownSessions(place, detailed);
    let sessions: Listed[] = own;
    let code = 0;
    try {
      if (options['all-scopes'] === true) sessions = await withTheSystems(own, place, detailed, env);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      print.error(new SessionError(error.code, `these are yours alone: ${error.message}`)); // and no advice to leave out -g
      code = 1;
    }
    for (const { file, why } of unreadable) print.note(`${file} cannot be read (${why}).`);
    if (print.wantsJson) print.json(sessions.map(published));
    else if (print.quiet) for (const each of sessions) print.data(each.name);
    else if (sessions.length === 0) print.plain('No sessions.');
    else for (const line of lines(sessions, detailed, print)) print.data(line);
    return code;
  },
};

/** With --all-scopes it is said whose each is. */
type Listed = SessionView & { scope?: Scope };

/** Root's list is got as root gets it; for root there is no other. */
async function withTheSystems(own: SessionView[], place: Place, detailed: boolean, env: NodeJS.ProcessEnv) {
  const mine = own.map((each): Listed => ({ ...each, scope: place.scope }));
  if (process.getuid?.() === 0) return mine;
  const argv = ['--global', 'ls', '--json', ...(detailed ? ['--long'] : [])];
  const { code, stdout } = await elevation().elevate(argv, env, 'captured');
  if (code !== 0) throw new SessionError('not-elevated', "the system's sessions cannot be listed.");
  const theirs = JSON.parse(stdout) as SessionView[];
  return [...mine, ...theirs.map((each): Listed => ({ ...each, scope: 'global' }))];
}

function lines(sessions: Listed[], detailed: boolean, print: Printer): string[] {
  const now = Date.now();
  const isScheduled = sessions.some((each) => each.schedule !== null);
  const isScoped = sessions.some((each) => each.scope !== undefined);
  const row = (columns: string[], scope: string, next: string, more: string[]) => [
    ...(isScoped ? [scope] : []),
    ...columns.slice(0, -1),
    ...(isScheduled ? [next] : []),
    ...(detailed ? more : []),
    ...columns.slice(-1),
  ];
  const head = row(COLUMNS, 'SCOPE', 'NEXT', ['CPU', 'MEMORY', 'EXIT', 'DIRECTORY']);
  const rows = sessions.map((each) => {
    const next = each.nextRun === null ? '-' : atTime(each.nextRun);
    return row(cellsOf(each, upOf(each, now)), each.scope ?? '', next, details(each));
  });
  return table([head, ...rows], print.width, (cell, row, column) => {
    if (row === 0) return print.paint('bold', cell);
    const state = sessions[row - 1]?.state;
    return column === head.indexOf('STATE') && state !== undefined ? print.paint(COLOURS[state] ?? 'dim', cell) : cell;
  });
}

const COLOURS: Partial<Record<SessionView['state'], Colour>> = {
  running: 'green',
  suspended: 'yellow',
  held: 'yellow',
  'backing-off': 'yellow',
  failed: 'red',
  down: 'red',
};

function details({ usage, exit, directory }: SessionView): string[] {
  const cpu = usage === undefined ? '-' : `${usage.cpuSeconds.toFixed(usage.cpuSeconds < 10 ? 2 : 0)}s`;
  const memory = usage === undefined ? '-' : formatSize(Math.round(usage.memoryBytes / 1024 / 1024) * 1024 * 1024);
  return [cpu, memory, exit === null ? '-' : inWords(exit), inert(directory)];
}

/** A supervisor of an older version says only when it was started. */
const upOf = ({ up, startedAt }: Listed, now: number) =>
  up ?? (startedAt === null ? undefined : now - Date.parse(startedAt));
