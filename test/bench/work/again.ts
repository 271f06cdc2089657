// Begun again: by itself after a SIGKILL, and by a command.
import { must, pause, signal, start, wait } from '../processes.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { EVERY } from './list.ts';

export const replaced: Workload = {
  name: 'replaced',
  what: 'SIGKILL of a process 2 s old until its replacement runs',
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    const place = bench.place();
    bench.with(EVERY, (systems) => {
      const all = systems
        .filter((each) => each.replaces)
        .map((each) => ({ each, up: signal(`${place}/${each.name}`) }));
      const pids = all.map(({ each, up }) => {
        must(each.create('s', `echo $$ >${up.path}; exec sleep 100000`), each.env);
        return Number(up.next());
      });
      for (let round = 0; round < bench.rounds(9); round++) {
        pause(2000);
        all.forEach(({ each, up }, i) => {
          const began = performance.now();
          process.kill(pids[i] as number, 'SIGKILL');
          pids[i] = Number(up.next());
          note(values, each.name, performance.now() - began);
        });
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
    const place = bench.place();
    bench.with(EVERY, (systems) => {
      const all = systems
        .filter((each) => each.restart !== undefined)
        .map((each) => ({ each, up: signal(`${place}/${each.name}`) }));
      for (const { each, up } of all) {
        must(each.create('s', `echo $$ >${up.path}; exec sleep 100000`), each.env);
        up.next();
      }
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
