// Whether everything is as sessions need it: each thing that was looked at, and what to do where it is not so.
import type { Place } from '../base/paths.ts';
import { homeHealth } from './health-of-home.ts';
import { machineHealth } from './health-of-machine.ts';
import { serviceHealth } from './health-of-service.ts';

export interface Finding {
  /** What is so, or should be. */
  what: string;
  /** yes; no, which needs attention; or a note, which may be as it is wanted. */
  is: 'yes' | 'no' | 'note';
  /** What to do. */
  mend?: string | undefined;
}

/** Undefined in `mend`: it is so. */
export const finding = (what: string, mend: string | undefined): Finding =>
  mend === undefined ? { what, is: 'yes' } : { what, is: 'no', mend };

export const note = (what: string, mend?: string): Finding => ({ what, is: 'note', mend });

/** Looks at everything, and starts nothing. */
export async function health(place: Place, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [...machineHealth(env), ...homeHealth(place), ...(await serviceHealth(place))];
}
