// What the world is told of a session: by `ls`, `status` and --json, and to attached clients.
import { toShell } from './command.ts';
import type { ExitStatus } from './exit.ts';
import { type Desired, hasProcess, type State } from './lifecycle.ts';
import { directoryOf, type SessionRecord, zoneOf } from './record.ts';

export interface SessionView {
  name: string;
  /** For ever the same, also after a rename. */
  id: string;
  state: State;
  desired: Desired;
  /** Of the leader; null where there is no process. */
  pid: number | null;
  /** UTC, ISO 8601: of the newest run. */
  startedAt: string | null;
  endedAt: string | null;
  /** Starts after ends that nobody asked for. */
  restarts: number;
  /** How the newest run ended; null while it runs or where none has. */
  exit: ExitStatus | null;
  /** Its end was somebody's wish. */
  endAsked: boolean;
  /** Why the newest start was refused, where it was. */
  refused: string | null;
  /** Quick ends in a row, since `attemptsSince`. */
  attempts: number;
  attemptsSince: string | null;
  /** When the next start is tried. */
  retryAt: string | null;
  /** What it does by the clock, and when next; null where nobody keeps its time. */
  schedule: string | null;
  nextRun: string | null;
  /** The zone that its schedule is read in; undefined: an older supervisor does not tell. */
  scheduleZone?: string | null;
  /** Attached now. */
  clients: number;
  command: string;
  argv: string[];
  directory: string;
  description: string;
  createdAt: string;
  /** Derived: it has a process. */
  live: boolean;
  /** Derived: somebody is attached. */
  attached: boolean;
  /** Derived: it should run and has no process. */
  due: boolean;
  /** In lists, of what has a process: for how long, ms, however the clock was set meanwhile. */
  up?: number | undefined;
  /** Only in detailed lists: of the whole process tree. */
  usage?: { processes: number; cpuSeconds: number; memoryBytes: number };
}

/** Facts of a session that are in no record. */
export interface Observed {
  state: State;
  desired: Desired;
  clients: number;
  retryAt: number | null;
  nextRun: number | undefined;
  machineZone: () => string;
}

export function viewOf(record: SessionRecord, observed: Observed): SessionView {
  const { last } = record;
  const live = hasProcess(observed.state);
  return {
    name: record.name,
    id: record.id,
    state: observed.state,
    desired: observed.desired,
    pid: live && last !== null && last.exit === null ? last.pid : null,
    startedAt: last?.startedAt ?? null,
    endedAt: last?.endedAt ?? null,
    restarts: record.restarts,
    exit: last?.exit ?? null,
    endAsked: last?.asked ?? false,
    refused: last?.refused ?? null,
    attempts: record.attempts,
    attemptsSince: record.attemptsSince,
    retryAt: observed.retryAt === null ? null : new Date(observed.retryAt).toISOString(),
    schedule: record.attributes.schedule ?? null,
    nextRun: observed.nextRun === undefined ? null : new Date(observed.nextRun).toISOString(),
    scheduleZone: record.attributes.schedule === undefined ? null : zoneOf(record, observed.machineZone),
    clients: observed.clients,
    command: toShell(record.command),
    argv: record.command,
    directory: directoryOf(record),
    description: record.attributes.description ?? '',
    createdAt: record.createdAt,
    live,
    attached: observed.clients > 0,
    due: observed.desired === 'running' && !live,
  };
}

/** As --json has it: nothing changes there while nothing happens. */
export const published = <V extends SessionView>({ up: _up, ...view }: V) => view;

/** The view where no supervisor is there to observe: from the record alone. */
export function offlineView(record: SessionRecord, bootId: string, machineZone: () => string): SessionView {
  return viewOf(record, {
    state: offlineState(record, bootId),
    desired: record.desired,
    clients: 0,
    retryAt: null,
    nextRun: undefined,
    machineZone,
  });
}

function offlineState(record: SessionRecord, bootId: string): State {
  if (record.desired === 'suspended') return 'held';
  if (record.desired === 'stopped') return 'stopped';
  if (record.desired === 'removed') return 'gone';
  return record.last?.gaveUp === true && record.last.bootId === bootId ? 'failed' : 'down';
}
