// From the exec of an attach on a terminal until a line that was printed long before shows there.
import { must, pause, signal } from '../processes.ts';
import { screen } from '../systems/screen.ts';
import { session } from '../systems/session.ts';
import { tmux } from '../systems/tmux.ts';
import { terminal } from '../terminal.ts';
import { note, type Values, type Workload } from '../workload.ts';
import { NODE, nodeFloor } from './floor.ts';
import { fileOf } from './lines.ts';

const MARK = 'THE LINE THAT IS LOOKED FOR';

/** `said` is run before the marker is printed. */
const attachAfter = (name: string, what: string, said: (place: string) => string): Workload => ({
  name,
  what,
  unit: 'ms',
  measure(bench) {
    const values: Values = {};
    const place = bench.place();
    const fifo = signal(`${place}/up`);
    const before = said(place);
    bench.with([session, tmux, screen], (systems) => {
      for (const each of systems) {
        must(each.create('s', `${before} echo; echo ${MARK}; echo up >${fifo.path}; exec sleep 100000`), each.env);
        fifo.next();
      }
      pause(300);
      for (let round = 0; round < bench.rounds(20); round++) {
        note(values, NODE, nodeFloor());
        for (const each of systems) {
          const began = performance.now();
          const it = terminal((each.attach as NonNullable<typeof each.attach>)('s'), each.env);
          it.until(MARK);
          note(values, each.name, performance.now() - began);
          it.close();
          pause(20);
        }
      }
    });
    fifo.close();
    return values;
  },
});

export const attachQuiet = attachAfter('attach', 'exec of attach to the first exact paint', () => '');

export const attachFlooded = attachAfter(
  'attach-flooded',
  'the same after a flood of 20 MB',
  (place) => `cat ${fileOf(place, 'coloured', 20)};`,
);
