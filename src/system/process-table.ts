// What the kernel tells of processes: identity that survives pid reuse, and the whole table at once.
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  pid: number;
  name: string;
  /** One letter: R S D T t Z … */
  state: string;
  parent: number;
  group: number;
  /** POSIX session id. */
  sid: number;
  /** The group in front at its terminal; -1: it has none. */
  front: number;
  /** Start time in clock ticks since boot; with the pid it identifies a process for this boot. */
  start: number;
  /** CPU time used, in clock ticks (1/100 s). */
  ticks: number;
  /** Resident memory, in pages of 4096 bytes. */
  pages: number;
}

/** One process, or undefined where there is none (any more). */
export function readProcess(pid: number): Process | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')'); // a name may hold spaces and brackets
  const fields = stat.slice(close + 2).split(' ');
  const number = (i: number) => Number(fields[i]);
  return {
    pid,
    name: stat.slice(open + 1, close),
    state: fields[0] ?? '?',
    parent: number(1),
    group: number(2),
    sid: number(3),
    front: number(5),
    ticks: number(11) + number(12),
    start: number(19),
    pages: number(21),
  };
}

/** Every process that can be seen, at one moment, found by what it is asked for. */
export interface Table {
  all: Process[];
  byPid: Map<number, Process>;
  childrenOf(pid: number): Process[];
  /** Of the POSIX session `sid`. */
  ofSession(sid: number): Process[];
}

/** Reads it now. Some 15 us a process. */
export function readTable(): Table {
  const all: Process[] = [];
  for (const entry of readdirSync('/proc')) {
    const first = entry.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const one = readProcess(Number(entry));
    if (one !== undefined) all.push(one);
  }
  const byParent = grouped(all, (each) => each.parent);
  const bySession = grouped(all, (each) => each.sid);
  return {
    all,
    byPid: new Map(all.map((each) => [each.pid, each])),
    childrenOf: (pid) => byParent.get(pid) ?? [],
    ofSession: (sid) => bySession.get(sid) ?? [],
  };
}

let shared: Table | undefined;

/**
 * The table as it was read first since somebody last told us something (`forgetTable`), or the loop last turned: what
 * a thousand sessions are told at once reads it once.
 */
export function sharedTable(): Table {
  if (shared === undefined) {
    shared = readTable();
    setImmediate(forgetTable);
  }
  return shared;
}

/** What is told from here on may not be in a table that was read before. */
export function forgetTable(): void {
  shared = undefined;
}

function grouped(all: Process[], by: (each: Process) => number): Map<number, Process[]> {
  const groups = new Map<number, Process[]>();
  for (const each of all) {
    const group = groups.get(by(each));
    if (group === undefined) groups.set(by(each), [each]);
    else group.push(each);
  }
  return groups;
}

/** Whether the process that had this pid and start time is still there (a zombie is not). */
export function isAlive(pid: number, start: number): boolean {
  const now = readProcess(pid);
  return now !== undefined && now.start === start && now.state !== 'Z' && now.state !== 'X';
}

/** The environment a process was started with, or undefined where we may not read it. */
export function environmentOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return undefined;
  }
}

/** This boot of this machine. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
