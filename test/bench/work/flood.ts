// Floods: attached, from a key press until the end shows on a terminal that takes everything at once; detached, until
// the program is done.
import { must, pause, signal, start, wait } from '../processes.ts';
import type { System } from '../system.ts';
import { dtach } from '../systems/dtach.ts';
import { pm2 } from '../systems/pm2.ts';
import { screen } from '../systems/screen.ts';
import { session } from '../systems/session.ts';
import { supervisor } from '../systems/supervisor.ts';
import { tmux } from '../systems/tmux.ts';
import { terminal } from '../terminal.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { bareDirect, bareFlood, bareRelay } from './floor.ts';
import { fileOf } from './lines.ts';

/** MB of each flood. */
const SIZE = 100;

/** Waits for a key, floods, ends what may have been cut there, says that it is over. */
const program = (file: string) =>
  `stty -echo; printf 'GO''?'; read -r _; cat ${file}; printf '\\030\\033[m\\nFLOOD IS ''OVER'; exec sleep 100000`;

function floodOn(argv: string[], env: System['env']): number {
  const it = terminal(argv, env, 80, 24);
  it.until('GO?');
  pause(100);
  const began = performance.now();
  it.type('\n');
  it.until('FLOOD IS OVER');
  const ms = performance.now() - began;
  it.close();
  return ms;
}

const attached = (kind: string): Workload => ({
  name: `flood-${kind}`,
  what: `a flood of ${SIZE} MB (${kind}) while attached`,
  unit: 'MB/s',
  measure(bench) {
    const values: Values = {};
    const file = fileOf(bench.place(), kind, SIZE);
    for (let round = 0; round < bench.rounds(5); round++) {
      for (const make of [session, tmux, screen, dtach])
        bench.with([make], ([each]) => {
          if (each === undefined) return;
          if (each.redraws) must(each.create('s', program(file)), each.env);
          // Who cannot draw again what was said before must be attached from the beginning.
          const argv = each.redraws
            ? (each.attach as NonNullable<typeof each.attach>)('s')
            : each.create('s', program(file)).map((word) => (word === '-n' ? '-A' : word));
          note(values, each.name, (SIZE * 1000) / floodOn(argv, each.env));
        });
      const env = { PATH: process.env.PATH ?? '' };
      note(values, 'two bare Nodes', (SIZE * 1000) / floodOn(bareRelay(program(file)), env));
      note(values, 'one bare Node', (SIZE * 1000) / floodOn(bareDirect(program(file)), env));
      note(values, 'no manager', (SIZE * 1000) / floodOn(['/bin/sh', '-c', program(file)], env));
    }
    return values;
  },
});

/** `count` programs at once, nobody attached. */
const detached = (name: string, what: string, kind: string, count: number): Workload => ({
  name,
  what,
  unit: 'MB/s',
  measure(bench) {
    const values: Values = {};
    const place = bench.place();
    const file = fileOf(place, kind, SIZE / count);
    const done = signal(`${place}/done`);
    const goes = Array.from({ length: count }, (_, i) => signal(`${place}/go${i}`));
    // More than attached: they swing twice as much.
    for (let round = 0; round < bench.rounds(9); round++) {
      for (const make of [session, tmux, screen, dtach, pm2, supervisor])
        bench.with([make], ([each]) => {
          if (each === undefined) return;
          goes.forEach((go, i) => {
            const wait = `echo up >${done.path}; read -r _ <${go.path}; cat ${file}; echo done >${done.path}; exec sleep 100000`;
            must(each.create(`s${i}`, wait), each.env);
            done.next();
          });
          pause(200);
          const began = performance.now();
          for (const go of goes) wait(start(['/bin/sh', '-c', `echo >${go.path}`], each.env));
          for (let i = 0; i < count; i++) done.next();
          note(values, each.name, (SIZE * 1000) / (performance.now() - began));
        });
      note(values, 'a bare Node, reading', (SIZE * 1000) / bareFlood(file, count, false));
      note(values, 'a bare Node, reading and keeping', (SIZE * 1000) / bareFlood(file, count, true));
    }
    for (const each of [done, ...goes]) each.close();
    return values;
  },
});

export const FLOODS: Workload[] = [
  ...['plain', 'coloured', 'grep', 'links', 'cells'].map(attached),
  detached('flood-detached', `a flood of ${SIZE} MB (plain), nobody attached`, 'plain', 1),
  detached('flood-detached-coloured', `a flood of ${SIZE} MB (coloured), nobody attached`, 'coloured', 1),
  detached('flood-four', `four floods of ${SIZE / 4} MB (plain) at once, nobody attached`, 'plain', 4),
];
