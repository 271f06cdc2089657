// The list command with ten sessions alive, its output to nobody's terminal.
import { must, run } from '../processes.ts';
import { dtach } from '../systems/dtach.ts';
import { pm2 } from '../systems/pm2.ts';
import { screen } from '../systems/screen.ts';
import { session } from '../systems/session.ts';
import { supervisor } from '../systems/supervisor.ts';
import { tmux } from '../systems/tmux.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { NODE, nodeFloor } from './floor.ts';

export const EVERY = [session, tmux, screen, dtach, pm2, supervisor];

export const list: Workload = {
  name: 'list',
  what: 'the list command, 10 sessions alive',
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    bench.with(EVERY, (systems) => {
      for (const each of systems)
        for (let i = 0; i < 10; i++) must(each.create(`s${i}`, 'exec sleep 100000'), each.env);
      for (let round = 0; round < bench.rounds(25); round++) {
        note(values, NODE, nodeFloor());
        for (const each of systems) {
          if (each.list === undefined) continue;
          note(values, each.name, run(each.list, each.env).ms);
          if (each.name !== 'session') continue;
          note(values, 'session status', run([each.list[0] as string, 'status'], each.env).ms);
        }
      }
    });
    return values;
  },
};
