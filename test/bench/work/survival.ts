// A supervisor killed until a new client is served by its successor.
import { must, pause } from '../processes.ts';
import { session } from '../systems/session.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { NODE, nodeFloor } from './floor.ts';
import { serves } from './raw-client.ts';

const survivalOf = (count: number): Workload => ({
  name: `survival-${count}`,
  what: `SIGKILL of the supervisor of ${count} sessions until a new client is served`,
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    bench.with([session], ([each]) => {
      if (each === undefined) return;
      for (let i = 0; i < count; i++) must(each.create(`s${i}`, 'exec sleep 100000'), each.env);
      for (let round = 0; round < bench.rounds(15); round++) {
        note(values, NODE, nodeFloor());
        pause(500);
        const [, supervisor] = each.pids();
        const began = performance.now();
        process.kill(supervisor as number, 'SIGKILL');
        serves(`${each.env.SESSION_HOME}/run/socket`);
        note(values, each.name, performance.now() - began);
      }
    });
    return values;
  },
});

export const SURVIVALS = [1, 200].map(survivalOf);
