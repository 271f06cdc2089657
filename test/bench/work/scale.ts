// Two hundred sessions: made one after another by the command line, and brought back by one boot.
import { kill } from 'node:process';
import { must, run, signal, start, wait } from '../processes.ts';
import { session } from '../systems/session.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { EVERY } from './list.ts';

const COUNT = 200;

export const scale: Workload = {
  name: 'scale',
  what: `${COUNT} creates, one after another`,
  unit: 's',
  measure(bench) {
    const values: Values = {};
    for (const make of EVERY)
      bench.with([make], ([each]) => {
        if (each === undefined) return;
        must(each.create('first', 'exec sleep 100000'), each.env);
        const began = performance.now();
        for (let i = 0; i < COUNT; i++) run(each.create(`s${i}`, 'exec sleep 100000'), each.env);
        note(values, each.name, (performance.now() - began) / 1000);
      });
    return values;
  },
};

export const boot: Workload = {
  name: 'boot',
  what: `${COUNT} sessions brought back by one boot, until the last one runs`,
  unit: 's',
  measure(bench) {
    const values: Values = {};
    const up = signal(`${bench.place()}/up`);
    bench.with([session], ([each]) => {
      if (each === undefined) return;
      const bin = each.create('', '')[0] as string;
      const program = `echo up >${up.path}; exec sleep 100000`;
      for (let i = 0; i < COUNT; i++) {
        must(each.create(`s${i}`, program), each.env);
        up.next();
      }
      for (let round = 0; round < bench.rounds(5); round++) {
        must([bin, 'shutdown', '--within', '5s'], each.env);
        const began = performance.now();
        const pid = start([bin, 'boot', '-q'], each.env);
        for (let i = 0; i < COUNT; i++) up.next();
        note(values, each.name, (performance.now() - began) / 1000);
        wait(pid);

        const alone = performance.now();
        const pids = Array.from({ length: COUNT }, () => start(['/bin/sh', '-c', program], each.env));
        for (let i = 0; i < COUNT; i++) up.next();
        note(values, 'no manager', (performance.now() - alone) / 1000);
        for (const each of pids) {
          kill(each, 'SIGKILL');
          wait(each);
        }
      }
    });
    up.close();
    return values;
  },
};
