// Memory of a manager's own processes: their share of it (PSS), how much of that is files (the programs' code, of which more
// is used as time goes by, however many sessions there are), and what they alone have written (private dirty).
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { must, pause, signal } from '../processes.ts';
import type { System } from '../system.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { fileOf } from './lines.ts';
import { EVERY } from './list.ts';

function noteMemory(values: Values, each: System, of: string): void {
  const rollups = each.pids().map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
  const sum = (field: string) =>
    rollups.reduce((all, text) => all + Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1]), 0);
  note(values, `${each.name}, ${of}`, sum('Pss'));
  note(values, `${each.name}, ${of}, of it files`, sum('Pss_File'));
  note(values, `${each.name}, ${of}, private dirty`, sum('Private_Dirty'));
}

export const memory: Workload = {
  name: 'memory',
  what: 'memory of the manager with so many idle sessions, 10 s after the last was made',
  unit: 'KB',
  measure(bench) {
    const values: Values = {};
    bench.withOwnNode(EVERY, (systems) => {
      for (const each of systems) {
        let alive = 0;
        for (const count of [1, 10, 100]) {
          for (; alive < count; alive++) must(each.create(`s${alive}`, 'exec sleep 100000'), each.env);
          pause(bench.rounds(5) * 2000);
          noteMemory(values, each, `${count}`);
        }
      }
    });
    return values;
  },
};

/** How long a manager is given to put away what it needed during the floods, ms. */
const SETTLES = 30_000;

export const memoryFilled: Workload = {
  name: 'memory-filled',
  what: 'the same with 10 sessions that have each put out 10 MB of coloured text at once, half a minute after that',
  unit: 'KB',
  measure(bench) {
    const values: Values = {};
    const place = bench.place();
    const file = fileOf(place, 'coloured', 10);
    const done = signal(`${place}/done`);
    const go = `${place}/go`;
    bench.withOwnNode(EVERY, (systems) => {
      for (const each of systems) {
        const command = `until [ -e ${go} ]; do sleep 0.1; done; cat ${file}; echo done >${done.path}; exec sleep 100000`;
        for (let i = 0; i < 10; i++) must(each.create(`s${i}`, command), each.env);
        writeFileSync(go, '');
        for (let i = 0; i < 10; i++) done.next();
        rmSync(go);
        pause(1000);
        noteMemory(values, each, 'filled, a second after');
        pause(SETTLES);
        noteMemory(values, each, 'filled');
      }
    });
    done.close();
    return values;
  },
};
