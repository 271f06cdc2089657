// One thing that is measured: on every system that can do it, taken in turn.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { Maker, System } from './system.ts';

/** What was measured, by system: every single value. */
export type Values = Record<string, number[]>;

export interface Workload {
  name: string;
  what: string;
  unit: string;
  measure(bench: Bench): Values;
}

export interface Bench {
  /** `usual` rounds, fewer in a quick run. */
  rounds(usual: number): number;
  /** Each system that is installed, fresh; ended afterwards, whatever happens. */
  with(makers: Maker[], use: (systems: System[]) => void): void;
  /** The same, each with a Node of its own: no page of it is shared with anybody else's. */
  withOwnNode(makers: Maker[], use: (systems: System[]) => void): void;
  /** A directory that is gone afterwards. */
  place(): string;
}

export function bench(isQuick: boolean, report: (line: string) => void): Bench & { clean(): void } {
  const places: string[] = [];
  const place = () => {
    const path = mkdtempSync('/tmp/s-bench-');
    places.push(path);
    return path;
  };
  const own =
    (make: Maker): Maker =>
    (at) => {
      mkdirSync(`${at}/bin`);
      copyFileSync(process.execPath, `${at}/bin/node`);
      execFileSync('sync', [`${at}/bin/node`]); // what is not on the disk yet would count as written by whoever runs it
      const system = make(at);
      return { ...system, env: { ...system.env, PATH: `${at}/bin:${system.env.PATH}` } };
    };
  const self: Bench & { clean(): void } = {
    rounds: (usual) => (isQuick ? Math.max(3, Math.ceil(usual / 5)) : usual),
    place,
    with(makers, use) {
      const systems = makers.map((make) => make(place())).filter((each) => each.version !== undefined);
      try {
        use(systems);
      } finally {
        for (const each of systems) {
          try {
            each.end();
          } catch (error) {
            report(`${each.name} did not end: ${(error as Error).message.split('\n')[0]}`);
          }
        }
      }
    },
    withOwnNode: (makers, use) => self.with(makers.map(own), use),
    clean() {
      for (const each of places) rmSync(each, { recursive: true, force: true });
    },
  };
  return self;
}

/** Appends a value of `system`. */
export function note(values: Values, system: string, value: number): void {
  values[system] = [...(values[system] ?? []), value];
}
