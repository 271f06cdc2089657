// Whether a session whose process ended by itself is started again, and after how long.
import { type ExitStatus, isAbnormal, isClean } from './exit.ts';
import type { State } from './lifecycle.ts';

export const RESTART_POLICIES = ['always', 'on-failure', 'on-abnormal', 'never'] as const;
export type RestartPolicy = (typeof RESTART_POLICIES)[number];

export function isRestarted(policy: RestartPolicy, exit: ExitStatus): boolean {
  switch (policy) {
    case 'always':
      return true;
    case 'on-failure':
      return !isClean(exit);
    case 'on-abnormal':
      return isAbnormal(exit);
    case 'never':
      return false;
  }
}

/** What a state says of the last end that nobody asked for, for a record: the policy may be changed behind it. */
export const verdictIn = (state: State): { gaveUp: boolean; rests: boolean | undefined } => ({
  gaveUp: state === 'failed',
  rests: state === 'stopped' ? true : state === 'backing-off' ? false : undefined,
});

/** The wait before the next start, in ms: doubling with each quick end in a row, up to `most`. */
export function restartDelay(attempts: number, first: number, most: number): number {
  return Math.min(Math.max(first, most), first * 2 ** Math.min(30, Math.max(0, attempts - 1)));
}
