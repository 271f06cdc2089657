// Reaping: seeing which child ended without taking it from libuv, which waits for its own by pid.
import { constants } from 'node:os';
import { checked, declare } from './libc.ts';

const waitid = declare('int waitid(int, int, void*, int)');
const waitpid = declare('int waitpid(int, _Out_ int*, int)');
const prctl = checked('int prctl(int, ulong, ulong, ulong, ulong)');

const NOHANG_EXITED_NOWAIT = 1 | 4 | 0x01000000;
const WNOHANG = 1;

/** How a process ended: one or the other, never both. */
export type Ended = { code: number } | { signal: string };

/** Orphans below this process become its children instead of init's (PR_SET_CHILD_SUBREAPER). */
export function becomeSubreaper(): void {
  prctl(36, 1, 0, 0, 0);
}

/** The pid of a child that has ended and waits to be reaped, or undefined. */
export function peekEnded(): number | undefined {
  const info = Buffer.alloc(128);
  if (waitid(0 /* P_ALL */, 0, info, NOHANG_EXITED_NOWAIT) !== 0) return undefined;
  const pid = info.readInt32LE(16); // si_pid lies at 16 on 64-bit
  return pid > 0 ? pid : undefined;
}

/** Reaps `pid` and tells how it ended; undefined where it has not. */
export function reap(pid: number): Ended | undefined {
  const status = [0];
  if (waitpid(pid, status, WNOHANG) !== pid) return undefined;
  const word = status[0] as number;
  const signal = word & 0x7f;
  return signal === 0 ? { code: (word >> 8) & 0xff } : { signal: signalName(signal) };
}

function signalName(number: number): string {
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name;
  return `SIG${number}`; // a real-time signal
}
