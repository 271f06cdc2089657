// How a process ended: with a status or by a signal, never both.

export type ExitStatus = { code: number } | { signal: string };

/** Ends that nobody needs to be told of, as in systemd. */
const CLEAN_SIGNALS = new Set(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE']);

export const isClean = (exit: ExitStatus) => ('code' in exit ? exit.code === 0 : CLEAN_SIGNALS.has(exit.signal));

/** Killed by a signal that is no way of asking it to end. */
export const isAbnormal = (exit: ExitStatus) => 'signal' in exit && !CLEAN_SIGNALS.has(exit.signal);

/** `exit status 3` or `killed by SIGTERM`. */
export const inWords = (exit: ExitStatus) => ('code' in exit ? `exit status ${exit.code}` : `killed by ${exit.signal}`);

/** What a shell's $? would be: the status, or 128 and the signal's number. */
export function shellStatus(exit: ExitStatus, signals: Record<string, number>): number {
  return 'code' in exit ? exit.code : 128 + (signals[exit.signal] ?? Number(/^SIG(\d+)$/.exec(exit.signal)?.[1] ?? 0));
}
