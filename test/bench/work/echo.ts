// One key typed until it comes back: `cat` on a terminal that echoes.
import { must, pause } from '../processes.ts';
import { dtach } from '../systems/dtach.ts';
import { screen } from '../systems/screen.ts';
import { session } from '../systems/session.ts';
import { tmux } from '../systems/tmux.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { bareEcho } from './floor.ts';

const KEYS = 'qzjxkvw';

function type(values: Values, name: string, it: Terminal, keys: number): void {
  for (let i = 0; i < keys; i++) {
    pause(0.5 + 2 * Math.random());
    const key = KEYS[i % KEYS.length] as string;
    const began = performance.now();
    it.type(key);
    it.until(key);
    note(values, name, (performance.now() - began) * 1000);
    if (i % 50 === 49) it.type('\x15'); // or the line would be full
  }
}

export const echo: Workload = {
  name: 'echo',
  what: 'a key until its echo',
  unit: 'us',
  measure(bench) {
    const values: Values = {};
    const rounds = 5;
    const keys = bench.rounds(600);
    bench.with([session, tmux, screen, dtach], (systems) => {
      const open = systems.map((each) => {
        must(each.create('s', 'echo up; exec cat'), each.env);
        const it = terminal((each.attach as NonNullable<typeof each.attach>)('s'), each.env);
        if (each.redraws) it.until('up');
        pause(200);
        return [each.name, it] as const;
      });
      const direct = terminal(['/bin/sh', '-c', 'echo up; exec cat'], systems[0]?.env ?? {});
      direct.until('up');
      const bare = terminal(bareEcho, systems[0]?.env ?? {});
      bare.until('up');
      const all = [...open, ['a bare Node', bare] as const, ['no manager', direct] as const];
      for (let round = 0; round < rounds; round++) for (const [name, it] of all) type(values, name, it, keys);
      for (const [, it] of all) it.close();
    });
    return values;
  },
};
