// How fast a flood goes through to a terminal that is attached, beside tmux in the same run: the same bytes, the same
// kind of terminal, taken in turn. Prints a table and JSON; the ratio counts, not the numbers.
//   npm run bench -- [MB] [ROUNDS]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { openPty } from '../../src/keeper/pty.ts';
import { reap } from '../../src/system/children.ts';
import { spawnOnTerminal } from '../../src/system/spawn.ts';

const [megabytes = 100, rounds = 3] = process.argv.slice(2).map(Number);
const SIZE = { columns: 80, rows: 24 };
const BIN = join(__dirname, '../../bin/session');
const place = mkdtempSync('/tmp/s-bench-');
const env: Record<string, string> = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: place,
  SESSION_HOME: join(place, 'home'),
  TERM: 'xterm-256color',
  LC_ALL: 'C.UTF-8',
};

const LINES: Record<string, (i: number) => string> = {
  plain: (i) => `2026-11-21T12:00:${i % 60} info request ${i} from 10.0.0.${i % 256} took ${i % 977} ms, status 200`,
  coloured: (i) =>
    `\x1b[32m2026-11-21\x1b[0m \x1b[1;34minfo\x1b[0m request \x1b[38;5;208m${i}\x1b[0m took \x1b[31m${i % 977}\x1b[0m ms`,
  'of grep --color': (i) =>
    `\x1b[35m\x1b[Ksrc/f${i % 40}.c\x1b[m\x1b[K\x1b[36m\x1b[K:\x1b[m\x1b[K\x1b[32m\x1b[K${i}\x1b[m\x1b[K some \x1b[01;31m\x1b[Kvalue\x1b[m\x1b[K`,
  'of links': (i) =>
    [1, 2, 3, 4]
      .map((j) => `\x1b]8;;file:///usr/share/doc/package-${i}/${j}\x1b\\file-${i + j}\x1b]8;;\x1b\\`)
      .join('  '),
  'a colour for each cell': (i) =>
    Array.from({ length: 79 }, (_, j) => `\x1b[38;2;${i % 256};${j};3;48;2;4;5;${j}m#`).join(''),
};

/** Waits for `GO?`, writes the file, ends what may have been cut there, then writes `FLOOD IS OVER`. */
const program = (file: string) =>
  `stty -echo; printf 'GO''?'; read -r _; cat ${file}; printf '\\030\\033[m\\nFLOOD IS ''OVER'; exec sleep 1000`;

interface Runner {
  argv(name: string, file: string): string[];
  before?(name: string, file: string): void;
  after(name: string): void;
  /** KB of memory that the process between program and terminal has had at most. */
  memory(): number;
}

const peak = (pid: number) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
const socket = join(place, 'tmux');
const tmux = (...args: string[]) =>
  execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env, encoding: 'utf8' });

const RUNNERS: Record<string, Runner> = {
  session: {
    before: (name, file) => void execFileSync(BIN, ['create', '-n', name, '--', 'sh', '-c', program(file)], { env }),
    argv: (name) => [BIN, 'attach', name],
    after: (name) => void execFileSync(BIN, ['rm', '-f', name], { env }),
    memory() {
      const keeper = JSON.parse(readFileSync(join(place, 'home/keeper.lock'), 'utf8')).pid as number;
      const children = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'utf8').trim().split(' ');
      return Math.max(...children.map((each) => peak(Number(each))));
    },
  },
  tmux: {
    argv: (name, file) => ['tmux', '-S', socket, '-f', '/dev/null', 'new-session', '-s', name, program(file)],
    after: () => void tmux('kill-server'),
    memory: () => peak(Number(tmux('display-message', '-p', '#{pid}').trim())),
  },
};

/** ms from the key to the last byte on a terminal that takes everything at once. */
function flood(runner: Runner, name: string, file: string): Promise<{ ms: number; memory: number }> {
  runner.before?.(name, file);
  const argv = runner.argv(name, file);
  const pty = openPty(SIZE);
  const path = execFileSync('sh', ['-c', `command -v ${argv[0]}`], { encoding: 'utf8' }).trim();
  const list = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const pid = spawnOnTerminal(pty.path, {
    file: path,
    argv,
    env: list,
    directory: place,
    umask: 0o22,
    openFiles: undefined,
  });
  return new Promise((resolve) => {
    let tail = '';
    let began = 0;
    const buffer = Buffer.alloc(65536);
    const stream = new ReadStream(pty.master, {
      onread: {
        buffer,
        callback(length: number) {
          tail = (tail + buffer.toString('latin1', Math.max(0, length - 4096), length)).slice(-8192);
          if (began === 0 && tail.includes('GO?')) {
            began = performance.now();
            tail = '';
            writeSync(pty.master, '\n');
          } else if (began > 0 && tail.includes('FLOOD IS OVER')) {
            const ms = performance.now() - began;
            const memory = runner.memory();
            runner.after(name);
            process.kill(pid, 'SIGKILL');
            const gone = () => {
              if (reap(pid) === undefined) return void setTimeout(gone, 5);
              stream.destroy();
              resolve({ ms, memory });
            };
            gone();
            return false;
          }
          return true;
        },
      },
    } as ConstructorParameters<typeof ReadStream>[1]);
    stream.on('error', () => {});
    stream.resume();
  });
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function main(): Promise<void> {
  const missing = spawnSync('tmux', ['-V']).error !== undefined;
  const names = Object.keys(RUNNERS).filter((each) => each !== 'tmux' || !missing);
  const table: Record<string, Record<string, { 'MB/s': number; 'MB at most': number }>> = {};
  for (const [kind, line] of Object.entries(LINES)) {
    const file = join(place, kind.replaceAll(' ', '-'));
    const block = Array.from({ length: 5000 }, (_, i) => `${line(i)}\n`).join('');
    writeFileSync(file, block.repeat(Math.ceil((megabytes * 1e6) / block.length)).slice(0, megabytes * 1e6));
    const took: Record<string, { ms: number; memory: number }[]> = {};
    for (let round = 0; round < rounds; round++) {
      for (const name of names) {
        took[name] = [
          ...(took[name] ?? []),
          await flood(RUNNERS[name] as Runner, `${kind.replace(/\W/g, '')}${round}`, file),
        ];
      }
    }
    table[kind] = Object.fromEntries(
      names.map((name) => [
        name,
        {
          'MB/s': Math.round((megabytes * 1000) / median((took[name] ?? []).map(({ ms }) => ms))),
          'MB at most': Math.round(Math.max(...(took[name] ?? []).map(({ memory }) => memory)) / 1024),
        },
      ]),
    );
    console.log(`flood of ${megabytes} MB, ${kind}, attached, medians of ${rounds}`);
    console.table(table[kind]);
  }
  console.log(JSON.stringify(table));
  execFileSync(BIN, ['shutdown'], { env });
  rmSync(place, { recursive: true, force: true });
}

void main();
