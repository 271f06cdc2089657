// Why the table, the keeper or the kernel would not do something, as a sentence with a way out.
import { reasonOf, SessionError } from '../base/errors.ts';
import type { Refusal, State } from '../model/lifecycle.ts';

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

/** What the lifecycle's table refused, with the way out. */
export function refusedInWords(name: string, state: State, code: Refusal): SessionError {
  if (code === 'stopping')
    return new SessionError('stopping', `'${name}' is stopping.`, 'Wait for its end, then use session start.');
  const wanted = code === 'not-running' ? 'running' : 'suspended';
  const hint = `Use session start ${name}.`;
  if (state === 'failed') return new SessionError(code, `'${name}' has failed and is not ${wanted}.`, hint);
  if (state === 'down') {
    return new SessionError(
      code,
      `'${name}' should run and has not been launched.`,
      `${hint} Or session boot, for all of them.`,
    );
  }
  return new SessionError(
    code,
    `'${name}' is ${state === 'backing-off' ? 'restarting' : 'stopped'}, not ${wanted}.`,
    hint,
  );
}

/** The disk refused a wish. */
export function cannotSave(error: unknown, where: string): SessionError {
  return new SessionError('cannot-save', `cannot save to ${where}: ${reasonOf(error)}.`, 'Nothing was changed.', error);
}
