// What a failure means to the script that called us.
import type { ErrorCode } from '../base/errors.ts';

export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;
export const NOT_RUNNING = 3;
export const NO_SUCH_SESSION = 4;

const CODES: Partial<Record<ErrorCode, number>> = {
  usage: USAGE,
  'bad-name': USAGE,
  'bad-value': USAGE,
  'unknown-attribute': USAGE,
  'not-found': NO_SUCH_SESSION,
};

export const exitCodeOf = (code: ErrorCode): number => CODES[code] ?? FAILED;
