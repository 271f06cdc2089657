// A signal for one process and for no other that has its number since: the process is held by a descriptor (pidfd), and
// only then looked at.
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { errnoOf } from '../base/errors.ts';
import { checked } from './libc.ts';
import { type Process, readProcess } from './process-table.ts';

const syscall = checked('long syscall(long, long, long, long, long)');

const PIDFD_OPEN = 434;
const PIDFD_SEND_SIGNAL = 424;

/** Sends `signal` to `member` unless its pid is another process by now. False where we may not. */
export function signalProcess(member: Process, signal: NodeJS.Signals): boolean {
  const held = openPidfd(member.pid);
  try {
    if (readProcess(member.pid)?.start !== member.start) return true;
    if (held === undefined) process.kill(member.pid, signal);
    else syscall(PIDFD_SEND_SIGNAL, held, constants.signals[signal], 0, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'EPERM';
  } finally {
    if (held !== undefined) closeSync(held);
  }
}

/** Undefined: it has ended, or this kernel (before 5.3) or our limit of descriptors has none for it. */
function openPidfd(pid: number): number | undefined {
  try {
    return syscall(PIDFD_OPEN, pid, 0, 0, 0);
  } catch {
    return undefined;
  }
}
