// From the exec of a create until the session's command has written its first byte.
import { rmSync } from 'node:fs';
import { must, signal, start, wait } from '../processes.ts';
import type { System } from '../system.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { bareChain, NODE, nodeFloor } from './floor.ts';
import { EVERY } from './list.ts';

function timed(each: System, name: string, fifo: ReturnType<typeof signal>): { ready: number; returned: number } {
  return timedStart(each.create(name, `echo up >${fifo.path}; exec sleep 100000`), each.env, fifo);
}

function timedStart(argv: string[], env: System['env'], fifo: ReturnType<typeof signal>) {
  const began = performance.now();
  const pid = start(argv, env);
  fifo.next();
  const ready = performance.now() - began;
  wait(pid);
  return { ready, returned: performance.now() - began };
}

export const createWarm: Workload = {
  name: 'create-warm',
  what: 'exec of create to the first byte of the command, a server up; beside it, until create returned',
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    const fifo = signal(`${bench.place()}/up`);
    bench.with(EVERY, (systems) => {
      for (const each of systems) must(each.create('first', 'exec sleep 100000'), each.env);
      for (let round = 0; round < bench.rounds(15); round++) {
        note(values, NODE, nodeFloor());
        for (const each of systems) {
          const { ready, returned } = timed(each, `s${round}`, fifo);
          note(values, each.name, ready);
          note(values, `${each.name}, returned`, returned);
        }
      }
    });
    fifo.close();
    return values;
  },
};

export const createCold: Workload = {
  name: 'create-cold',
  what: 'the same with nothing up',
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    const fifo = signal(`${bench.place()}/up`);
    const bare = bareChain(['/bin/sh', '-c', `echo up >${fifo.path}`]);
    for (let round = 0; round < bench.rounds(10); round++) {
      note(values, NODE, nodeFloor());
      note(values, 'three bare Nodes', timedStart(bare, { PATH: process.env.PATH ?? '' }, fifo).ready);
      for (const make of EVERY)
        bench.with([make], ([each]) => {
          if (each !== undefined) note(values, each.name, timed(each, 's', fifo).ready);
        });
    }
    fifo.close();
    rmSync(fifo.path);
    return values;
  },
};
