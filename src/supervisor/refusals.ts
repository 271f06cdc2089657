// Why the keeper or the kernel would not start something, as a sentence with a way out.
import { reasonOf } from '../base/errors.ts';

/** `why` is the keeper's word: an errno name, `full`, `exists`, or node-pty's message. */
export function refusalInWords(why: string): string {
  if (/openpty/.test(why) || why === 'ENOSPC') {
    return 'cannot run: no pseudo-terminal is left. See /proc/sys/kernel/pty/max, or stop a session.';
  }
  if (why === 'EMFILE' || why === 'ENFILE' || why === 'full') {
    return 'cannot run: the limit of open files is reached. Raise the hard limit (ulimit -Hn) and use session upgrade, or stop a session.';
  }
  if (why === 'EAGAIN') return 'cannot run: the limit of processes is reached (ulimit -u). Stop something first.';
  return `cannot run: ${reasonOf(Object.assign(new Error(why), { code: why }))}.`;
}
