// Signals for a whole process tree, in the orders that leave nobody out and nobody confused.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { signalProcess } from '../system/process-signal.ts';
import { type Process, readProcess, readTable } from '../system/process-table.ts';
import { isStopped, membersOf, type Tree } from '../system/process-tree.ts';

/** Processes in words: `PID 12 (sleep)`. */
export const nameProcesses = (members: Process[]) => members.map((each) => `PID ${each.pid} (${each.name})`);

/** The stop signal, then HUP, then CONT: a stopped process never sees the others, so CONT comes last. */
export function signalStop(tree: Tree, signal: NodeJS.Signals): void {
  const members = membersOf(tree);
  for (const each of members) signalProcess(each, signal);
  if (signal !== 'SIGKILL') for (const each of members) if (mayHangUp(each, signal)) signalProcess(each, 'SIGHUP');
  for (const each of members.reverse()) signalProcess(each, 'SIGCONT');
}

/**
 * HUP is for those who ignore the stop signal, shells above all, and for those who have said what HUP is to them.
 * A program that catches or blocks the stop signal, to end in good order, must not be killed by HUP meanwhile; and
 * of one that the stop signal kills HUP would be called the cause: the kernel delivers the lower number first.
 */
function mayHangUp(member: Process, signal: NodeJS.Signals): boolean {
  let status: string;
  try {
    status = readFileSync(`/proc/${member.pid}/status`, 'latin1');
  } catch {
    return false;
  }
  const has = (mask: string, which: NodeJS.Signals) => {
    const hex = new RegExp(`^${mask}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0';
    return ((BigInt(`0x${hex}`) >> BigInt(constants.signals[which] - 1)) & 1n) === 1n;
  };
  const isIgnored = has('SigIgn', signal) || (signal === 'SIGWINCH' && !has('SigCgt', signal));
  return isIgnored || has('SigCgt', 'SIGHUP') || has('SigIgn', 'SIGHUP');
}

/** Ends all of them at once. Stopped first, so that what forks cannot run away from the round. */
export function signalKill(...trees: Tree[]): void {
  const members = () => {
    const table = readTable();
    return trees.flatMap((tree) => membersOf(tree, table));
  };
  for (let round = 0; round < 20; round++) {
    const moving = members().filter((each) => !isStopped(each));
    if (moving.length === 0) break;
    let any = false;
    for (const each of moving) any = signalProcess(each, 'SIGSTOP') || any;
    if (!any) break;
    if (round > 2 && moving.every((each) => each.state === 'D')) break;
  }
  for (const each of members()) signalProcess(each, 'SIGKILL');
}

/**
 * Stops all of it, parents first, so that no shell sees its job stop. Looks again until all are seen stopped,
 * for what was being forked meanwhile. Answers those that did not stop within about a second.
 */
export async function signalSuspend(tree: Tree, isWanted: () => boolean): Promise<Process[]> {
  for (let pause = 1; ; pause *= 2) {
    // Whether each moves is asked now: in the table that others share, it may have been so before a word of this turn.
    const moving = membersOf(tree).filter((each) => {
      const now = readProcess(each.pid);
      return now?.start === each.start && !isStopped(now) && now.state !== 'Z';
    });
    if (moving.length === 0 || pause > 512 || !isWanted()) return isWanted() ? moving : [];
    for (const each of moving) signalProcess(each, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Continues all of it, children first: a shell that wakes first sees its job stopped and takes the terminal. */
export function signalResume(tree: Tree): void {
  for (const each of membersOf(tree).reverse()) signalProcess(each, 'SIGCONT');
}
