// The clock that begins when the machine does, its sleep included, and that nobody sets: by it the kernel says when a
// process began. (/proc/uptime is another in some containers.)
import { checked } from './libc.ts';

const getTime = checked('int clock_gettime(int, void*)');

const CLOCK_BOOTTIME = 7;
const TICKS_PER_SECOND = 100; // sysconf(_SC_CLK_TCK), fixed on Linux

/** For how long, ms, there has been a process that began at `start` (ticks). */
export function ageOf(start: number): number {
  const now = Buffer.alloc(16);
  getTime(CLOCK_BOOTTIME, now);
  const passed = Number(now.readBigInt64LE(0)) * 1000 + Number(now.readBigInt64LE(8)) / 1e6;
  return Math.max(0, Math.floor(passed - (start / TICKS_PER_SECOND) * 1000));
}
