// What a manager of a hundred idle sessions does in ten seconds: how often any of its threads gets the processor.
import { readdirSync, readFileSync } from 'node:fs';
import { must, pause } from '../processes.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { EVERY } from './list.ts';

const runsOf = (pids: number[]): number =>
  pids
    .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`))
    .reduce((sum, file) => sum + Number(readFileSync(file, 'latin1').split(' ')[2]), 0);

export const idle: Workload = {
  name: 'idle',
  what: 'wake-ups in 10 s with 100 idle sessions, 30 s after the last was made',
  unit: 'wake-ups',
  measure(bench) {
    const values: Values = {};
    bench.with(EVERY, (systems) => {
      for (const each of systems)
        for (let i = 0; i < 100; i++) must(each.create(`s${i}`, 'exec sleep 100000'), each.env);
      pause(30_000);
      for (let round = 0; round < bench.rounds(3); round++) {
        const before = systems.map((each) => runsOf(each.pids()));
        pause(10_000);
        systems.forEach((each, i) => void note(values, each.name, runsOf(each.pids()) - (before[i] as number)));
      }
    });
    return values;
  },
};
