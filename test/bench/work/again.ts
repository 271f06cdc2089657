// Begun again: by itself after a SIGKILL, and by a command.
import { must, pause, signal, start, wait } from '../processes.ts';
import type { System } from '../system.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { EVERY } from './list.ts';

/** A session of each, which writes its pid into a pipe of its own at every start. */
const begun = (systems: System[], place: string) =>
  systems.map((each) => {
    const up = signal(`${place}/${each.name}`);
    must(each.create('s', `echo $$ >${up.path}; exec sleep 100000`), each.env);
    return { each, up, pid: Number(up.next()) };
  });

export const replaced: Workload = {
  name: 'replaced',
  what: 'SIGKILL of a process 2 s old until its replacement runs',
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    bench.with(EVERY, (systems) => {
      const replacing = systems.filter((each) => each.replaces);
      const all = begun(replacing, bench.place());
      for (let round = 0; round < bench.rounds(9); round++) {
        pause(2000);
        for (const one of all) {
          const began = performance.now();
          process.kill(one.pid, 'SIGKILL');
          one.pid = Number(one.up.next());
          note(values, one.each.name, performance.now() - began);
        }
      }
      for (const { up } of all) up.close();
    });
    return values;
  },
};

export const restarted: Workload = {
  name: 'restarted',
  what: 'exec of the restart command until the new process runs',
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    bench.with(EVERY, (systems) => {
      const restarting = systems.filter((each) => each.restart !== undefined);
      const all = begun(restarting, bench.place());
      for (let round = 0; round < bench.rounds(9); round++)
        for (const { each, up } of all) {
          const began = performance.now();
          const pid = start((each.restart as NonNullable<typeof each.restart>)('s'), each.env);
          up.next();
          note(values, each.name, performance.now() - began);
          wait(pid);
        }
      for (const { up } of all) up.close();
    });
    return values;
  },
};
