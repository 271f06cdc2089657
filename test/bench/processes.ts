// Programs started and waited for with as little of our own in between as can be: posix_spawn and wait4, both blocking.

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { checked } from '../../src/system/libc.ts';
import { spawnOnTerminal } from '../../src/system/spawn.ts';

const wait4 = checked('int wait4(int, void*, int, void*)');

export interface Took {
  /** Wall clock, ms. */
  ms: number;
  /** Processor time of the program and of what it waited for, ms. */
  cpu: number;
  code: number;
}

export type Environment = Record<string, string>;

/** Starts `argv[0]`, an absolute path, in a POSIX session of its own. `tty`: what its standard streams are. */
export function start(argv: string[], env: Environment, tty = '/dev/null'): number {
  return spawnOnTerminal(tty, {
    file: argv[0] as string,
    argv,
    env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    directory: '/',
    umask: 0o22,
    openFiles: undefined,
  });
}

/** Waits for the end of a child. */
export function wait(pid: number): Omit<Took, 'ms'> {
  const status = Buffer.alloc(4);
  const usage = Buffer.alloc(144);
  wait4(pid, status, 0, usage);
  const cpu = [0, 16].reduce(
    (sum, at) => sum + Number(usage.readBigInt64LE(at)) * 1e3 + Number(usage.readBigInt64LE(at + 8)) / 1e3,
    0,
  );
  const word = status.readInt32LE(0);
  return { cpu, code: (word & 0x7f) === 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f) };
}

/** A whole run of a program, its output to nowhere. */
export function run(argv: string[], env: Environment): Took {
  const began = performance.now();
  const ended = wait(start(argv, env));
  return { ms: performance.now() - began, ...ended };
}

/** Runs what must succeed and is not timed. */
export function must(argv: string[], env: Environment): string {
  return execFileSync(argv[0] as string, argv.slice(1), { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A pipe by name into which what we measure writes a line when it has begun. */
export interface Signal {
  path: string;
  /** Blocks until another line has come, and answers it. */
  next(): string;
  close(): void;
}

export function signal(path: string): Signal {
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, 'r+'); // held open both ways: neither side ever finds it closed
  const buffer = Buffer.alloc(4096);
  const lines: string[] = [];
  let rest = '';
  return {
    path,
    next() {
      while (lines.length === 0) {
        const all = (rest + buffer.toString('latin1', 0, readSync(fd, buffer))).split('\n');
        rest = all.pop() ?? '';
        lines.push(...all);
      }
      return lines.shift() as string;
    },
    close: () => closeSync(fd),
  };
}

/** Blocks for so many ms. */
export const pause = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
