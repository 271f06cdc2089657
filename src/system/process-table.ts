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
    ticks: number(11) + number(12),
    start: number(19),
    pages: number(21),
  };
}

/** Every process that can be seen. */
export function readProcesses(): Process[] {
  const all: Process[] = [];
  for (const entry of readdirSync('/proc')) {
    const first = entry.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const one = readProcess(Number(entry));
    if (one !== undefined) all.push(one);
  }
  return all;
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
