// A timer by the wall clock: the kernel wakes us at that time, after the machine slept too, and when the clock is set.
// Nothing runs meanwhile.
import { closeSync } from 'node:fs';
import { checked, setCloseOnExec, watchOnce } from './libc.ts';

const create = checked('int timerfd_create(int, int)');
const set = checked('int timerfd_settime(int, int, void*, void*)');

const CLOCK_REALTIME = 0;
const NONBLOCK = 0o4000;
const ABSTIME_CANCEL_ON_SET = 1 | 2;

/** Calls `then` once at `time` (ms since 1970), or earlier when the clock is set, unless undone. */
export function atWallTime(time: number, then: () => void): () => void {
  const fd = create(CLOCK_REALTIME, NONBLOCK);
  setCloseOnExec(fd, true);
  const value = Buffer.alloc(32); // interval, then the time; a second and a nanosecond each
  const due = Math.max(1, time);
  value.writeBigInt64LE(BigInt(Math.floor(due / 1000)), 16);
  value.writeBigInt64LE(BigInt(Math.round((due % 1000) * 1e6)), 24);
  set(fd, ABSTIME_CANCEL_ON_SET, value, null);
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    unwatch();
    closeSync(fd);
  };
  const unwatch = watchOnce(fd, 'readable', () => {
    end();
    then();
  });
  return end;
}
