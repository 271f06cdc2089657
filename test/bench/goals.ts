// What we want to reach, as ratios of medians within one run.
import { quantile } from './statistics.ts';
import { NODE } from './work/floor.ts';
import type { Values } from './workload.ts';

export interface Goal {
  workload: string;
  what: string;
  /** Undefined: what it is compared with was not measured. */
  ratio(values: Values): number | undefined;
  /** The ratio is to be at most, or at least, this. */
  atMost?: number;
  atLeast?: number;
}

const part = (values: Values, system: string, at: number) => {
  const all = values[system];
  return all === undefined ? undefined : quantile(all, at);
};

const beside =
  (system: string, other: string, at = 0.5) =>
  (values: Values) => {
    const [ours, theirs] = [part(values, system, at), part(values, other, at)];
    return ours === undefined || theirs === undefined ? undefined : ours / theirs;
  };

const floods = ['plain', 'coloured'].flatMap((kind): Goal[] => [
  { workload: `flood-${kind}`, what: 'beside dtach', ratio: beside('session', 'dtach'), atLeast: 0.9 },
  { workload: `flood-${kind}`, what: 'beside tmux', ratio: beside('session', 'tmux'), atLeast: 1.5 },
]);

export const GOALS: Goal[] = [
  { workload: 'list', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 1.2 },
  { workload: 'list', what: `status beside ${NODE}`, ratio: beside('session status', NODE), atMost: 1.2 },
  { workload: 'list', what: 'beside tmux ls', ratio: beside('session', 'tmux'), atMost: 1 },
  { workload: 'create-warm', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 1.5 },
  { workload: 'create-warm', what: 'beside pm2', ratio: beside('session', 'pm2'), atMost: 0.4 },
  { workload: 'create-cold', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 5 },
  { workload: 'create-cold', what: 'beside pm2', ratio: beside('session', 'pm2'), atMost: 0.4 },
  { workload: 'attach', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 1.5 },
  { workload: 'attach-flooded', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 1.5 },
  { workload: 'echo', what: 'p50 beside tmux', ratio: beside('session', 'tmux'), atMost: 1 },
  { workload: 'echo', what: 'p99 beside tmux', ratio: beside('session', 'tmux', 0.99), atMost: 1 },
  ...floods,
  { workload: 'flood-detached', what: 'beside dtach', ratio: beside('session', 'dtach'), atLeast: 0.9 },
  { workload: 'flood-detached', what: 'beside tmux', ratio: beside('session', 'tmux'), atLeast: 1.5 },
  { workload: 'flood-four', what: 'beside four dtach', ratio: beside('session', 'dtach'), atLeast: 0.9 },
  { workload: 'memory', what: 'PSS of 100 beside pm2', ratio: beside('session, 100', 'pm2, 100'), atMost: 1 },
  {
    workload: 'memory',
    what: 'private dirty of 100 beside pm2',
    ratio: beside('session, 100, private dirty', 'pm2, 100, private dirty'),
    atMost: 0.65,
  },
  {
    workload: 'memory',
    what: 'KB for each more session',
    ratio(values) {
      const [many, few] = [part(values, 'session, 100', 0.5), part(values, 'session, 10', 0.5)];
      return many === undefined || few === undefined ? undefined : (many - few) / 90;
    },
    atMost: 60,
  },
  { workload: 'memory-filled', what: 'PSS beside pm2', ratio: beside('session, filled', 'pm2, filled'), atMost: 0.5 },
  { workload: 'survival-1', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 3 },
  { workload: 'survival-200', what: `beside ${NODE}`, ratio: beside('session', NODE), atMost: 5 },
  { workload: 'idle', what: 'wake-ups', ratio: (values) => part(values, 'session', 0.5), atMost: 0 },
  { workload: 'replaced', what: 'beside pm2', ratio: beside('session', 'pm2'), atMost: 1 },
  { workload: 'scale', what: 'beside pm2', ratio: beside('session', 'pm2'), atMost: 0.4 },
  { workload: 'boot', what: 'seconds', ratio: (values) => part(values, 'session', 0.5), atMost: 2 },
];

export const isMet = ({ atMost = Infinity, atLeast = 0 }: Goal, ratio: number) => ratio <= atMost && ratio >= atLeast;
