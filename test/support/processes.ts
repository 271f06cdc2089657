// The kernel's own word on processes: those of a session are found by the mark in their environment.
import { readFileSync } from 'node:fs';
import { environmentOf, type Process, readProcess, readTable } from '../../src/system/process-table.ts';
import { eventually } from './deadline.ts';

/** Every living process that was started with this session's id in its environment. */
export function processesOf(id: string): Process[] {
  return readTable().all.filter((each) => !isDead(each) && environmentOf(each.pid)?.includes(`SESSION_ID=${id}`));
}

/** Waits until the session has processes of exactly these names. */
export function untilProcesses(id: string, ...names: string[]): Promise<Process[]> {
  const wanted = names.sort().join(' ');
  return eventually(`the processes are ${wanted}`, () => {
    const found = processesOf(id);
    const are = found.map((each) => each.name).sort();
    return are.join(' ') === wanted ? found : undefined;
  });
}

/** Of those processes, the ones that still live. */
export const survivorsOf = (processes: Process[]) => processes.filter((each) => isLiving(each.pid, each.start));

export function isLiving(pid: number, start?: number): boolean {
  const now = readProcess(pid);
  return now !== undefined && !isDead(now) && (start === undefined || now.start === start);
}

/** One letter each: 'T' is stopped. */
export const statesOf = (processes: Process[]) => processes.map((each) => readProcess(each.pid)?.state ?? 'gone');

/** The processes started by `pid` itself. */
export const childrenOf = (pid: number) => readTable().all.filter((each) => each.parent === pid && !isDead(each));

/** What it has in memory, bytes. */
export const memoryOf = (pid: number) => statusOf(pid, 'VmRSS');

/** What it has had at most. */
export const mostMemoryOf = (pid: number) => statusOf(pid, 'VmHWM');

const statusOf = (pid: number, what: string) =>
  Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const isDead = ({ state }: Process) => state === 'Z' || state === 'X';
