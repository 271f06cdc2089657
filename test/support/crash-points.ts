// A home in which client, keeper and supervisor can be killed at any one of the operations that they do: see
// fixtures/crash-point.ts. What a verb does is counted first; then it is cut off at each point in turn.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { writeAtomically } from '../../src/store/atomic-file.ts';
import { FIXTURES, type Home, type HomeOptions, home } from './home.ts';

export const PARTS = ['cli', 'supervisor', 'keeper'] as const;
export type Part = (typeof PARTS)[number];

export interface CrashHome extends Home {
  /** Counts what each part does from now on. */
  count(): void;
  /** What each part has done since, in words. */
  counted(part: Part): string[];
  /** `part` will be killed at its operation `at` (from 1), or in the middle of that. */
  arm(part: Part, at: number, how?: 'torn'): void;
  /** At which operation it was killed; undefined: it never came so far. */
  killed(part: Part): string | undefined;
  disarm(): void;
  /** Where `part` was killed, if it was; from now on it will not be, whatever it was told. */
  spare(part: Part): string | undefined;
  /** Sets the supervisor's wall clock, ahead of the machine's by so many ms. */
  setClock(ahead: number): void;
}

/** An operation that nobody reaches. */
const NEVER = '1000000000';

export function crashHome(t: Pick<TestContext, 'after'>, options: HomeOptions = {}): CrashHome {
  const h = home(t, options);
  const orders = join(h.work, 'orders');
  mkdirSync(orders);
  preload(h, 'crash-point.cjs');
  h.env.SESSION_TEST_CRASH = orders;
  const linesOf = (file: string) =>
    existsSync(join(orders, file)) ? readFileSync(join(orders, file), 'utf8').split('\n').slice(0, -1) : [];
  const disarm = () => {
    for (const part of PARTS)
      for (const end of ['', '.taken', '.ops', '.killed']) rmSync(join(orders, `${part}${end}`), { force: true });
  };
  const wasArmed = (part: Part) => ['', '.taken'].some((end) => existsSync(join(orders, `${part}${end}`)));
  return {
    ...h,
    disarm,
    count() {
      disarm();
      for (const part of PARTS) writeFileSync(join(orders, part), '0');
    },
    counted: (part) => linesOf(`${part}.ops`),
    arm(part, at, how) {
      const others = PARTS.filter((each) => each !== part && wasArmed(each));
      disarm();
      for (const each of others) writeFileSync(join(orders, each), NEVER);
      writeFileSync(join(orders, part), how === undefined ? `${at}` : `${at} ${how}`);
    },
    killed: (part) => linesOf(`${part}.killed`)[0],
    spare(part) {
      if (wasArmed(part)) writeFileSync(join(orders, part), NEVER);
      return linesOf(`${part}.killed`)[0];
    },
    setClock: (ahead) => writeAtomically(join(orders, 'clock'), `${ahead}`),
  };
}

/** Client, keeper and supervisor are begun with this fixture ahead of them. */
export function preload(h: Home, fixture: string): void {
  const programs = join(h.work, 'bin');
  mkdirSync(programs);
  const node = `#!/bin/sh\nexec '${process.execPath}' --require '${join(FIXTURES, fixture)}' "$@"\n`;
  writeFileSync(join(programs, 'node'), node, { mode: 0o755 });
  h.env.PATH = `${programs}:${h.env.PATH}`;
}
