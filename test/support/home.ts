// A home for one test: the real command line, run as a person would, and afterwards proof that nothing is left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { placeIn } from '../../src/base/paths.ts';
import { pokeKeeper } from '../../src/client/keeper.ts';
import type { SessionRecord } from '../../src/model/record.ts';
import type { SessionView } from '../../src/model/view.ts';
import { readBootId, readProcess } from '../../src/system/process-table.ts';
import { DEADLINE, eventually, within } from './deadline.ts';

export const ROOT = join(__dirname, '..', '..', '..');
export const BIN = join(ROOT, 'bin', 'session');
export const FIXTURES = join(ROOT, 'dist', 'test', 'fixtures');

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  input?: string;
}

export interface Home {
  /** SESSION_HOME. */
  path: string;
  /** A directory of the test's own. */
  work: string;
  env: Record<string, string>;
  /** Runs `session ARGS`, whatever comes out. */
  run(args: string[], options?: RunOptions): Promise<Ran>;
  /** Runs it and asserts success without a word on stderr. Answers stdout. */
  ok(...args: string[]): Promise<string>;
  /** Runs it and asserts exit status and the one line on stderr. */
  fails(code: number, line: string | RegExp, ...args: string[]): Promise<void>;
  list(): Promise<SessionView[]>;
  view(name: string): Promise<SessionView>;
  /** Waits until a session's view is as wanted. */
  until(name: string, what: string, holds: (view: SessionView) => boolean): Promise<SessionView>;
  pids(): { keeper: number; supervisor: number };
  /** The supervisor's and keeper's log. */
  diary(): string;
  /** Does what a client does that waits for an answer. */
  poke(): void;
  /** Copies a stopped session's record so often, as if each had run under a keeper that is gone. */
  multiply(name: string, times: number): void;
  killSupervisor(): number;
  killKeeper(): void;
  /** Writes an executable shell script and answers its path. */
  script(name: string, text: string): string;
  /** Runs before the check that nothing is left; the newest first. */
  atEnd(deed: () => unknown): void;
  /** Test hooks' directory: write `kill` or `hold` into a file named like the point. */
  hooks: string;
}

export interface HomeOptions {
  /** Lines of the diary that are expected though they are errors. */
  expected?: RegExp;
  env?: Record<string, string>;
  /** SESSION_HOME, where it must lie at a certain place. */
  path?: string;
}

/** A new home; after the test everything in it is ended and looked for. */
export function home(t: Pick<TestContext, 'after'>, options: HomeOptions = {}): Home {
  const base = mkdtempSync('/tmp/s-');
  const path = options.path ?? join(base, 'h');
  const work = join(base, 'work');
  const hooks = join(base, 'hooks');
  mkdirSync(work);
  mkdirSync(hooks);
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: work,
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    SESSION_HOME: path,
    SESSION_TEST_HOOKS: hooks,
    ...options.env,
  };
  const deeds: (() => unknown)[] = [];
  const self: Home = {
    atEnd: (deed) => void deeds.unshift(deed),
    path,
    work,
    env,
    hooks,
    run: (args, how = {}) => runProgram(BIN, args, { cwd: work, ...how, env: { ...env, ...how.env } }),
    async ok(...args) {
      const ran = await self.run(args);
      assert.deepEqual({ code: ran.code, stderr: ran.stderr }, { code: 0, stderr: '' }, `session ${args.join(' ')}`);
      return ran.stdout;
    },
    async fails(code, line, ...args) {
      const ran = await self.run(args);
      if (typeof line === 'string') assert.equal(ran.stderr, `${line}\n`);
      else assert.match(ran.stderr, line);
      assert.equal(ran.stderr.split('\n').length, 2, `one line on stderr:\n${ran.stderr}`);
      assert.equal(ran.code, code);
    },
    list: async () => JSON.parse((await self.run(['ls', '--json'])).stdout) as SessionView[],
    async view(name) {
      const found = (await self.list()).find((each) => each.name === name);
      assert.ok(found, `there is a session '${name}'`);
      return found;
    },
    until: (name, what, holds) =>
      eventually(`'${name}' ${what}`, async () => {
        const view = (await self.list()).find((each) => each.name === name);
        return view !== undefined && holds(view) ? view : undefined;
      }),
    pids() {
      const { pid } = JSON.parse(readFileSync(join(path, 'keeper.lock'), 'utf8')) as { pid: number };
      return { keeper: pid, supervisor: supervisorOf(pid) };
    },
    diary: () => readFileSync(join(path, 'supervisor.log'), 'utf8'),
    poke: () => void pokeKeeper(placeIn('user', path, join(path, 'run'))),
    multiply(name, times) {
      const records = join(path, 'records');
      const file = readdirSync(records).find((each) => readFileSync(join(records, each), 'utf8').includes(`"${name}"`));
      const record = JSON.parse(readFileSync(join(records, file as string), 'utf8')) as SessionRecord;
      for (let i = 0; i < times; i++) {
        const id = `copy${String(i).padStart(4, '0')}`;
        const last = { run: 1, keeper: 'gone', pid: 4_000_000 + i, pidStart: 1, bootId: readBootId() };
        const ended = { startedAt: record.createdAt, endedAt: record.createdAt, exit: { code: 0 }, gaveUp: false };
        const copy = {
          ...record,
          id,
          name: `${name}-${i}`,
          desired: 'stopped',
          run: 1,
          settled: 1,
          last: { ...last, ...ended },
        };
        writeFileSync(join(records, `${id}.json`), JSON.stringify(copy), { mode: 0o600 });
      }
    },
    killSupervisor() {
      const { supervisor } = self.pids();
      if (supervisor > 1) process.kill(supervisor, 'SIGKILL');
      return supervisor;
    },
    killKeeper() {
      const { keeper } = self.pids();
      assert.ok(keeper > 1);
      process.kill(keeper, 'SIGKILL');
    },
    script(name, text) {
      const file = join(work, name);
      writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return file;
    },
  };
  t.after(async () => {
    for (const deed of deeds) await deed();
    if (existsSync(join(path, 'run', 'socket'))) await self.run(['shutdown']);
    const log = existsSync(join(path, 'supervisor.log')) ? readFileSync(join(path, 'supervisor.log'), 'utf8') : '';
    try {
      await eventually('nothing of the test is left running', () => leftovers(path).length === 0, 15_000);
    } catch {
      const left = leftovers(path);
      for (const pid of left) process.kill(pid, 'SIGKILL');
      assert.fail(`left running: ${left.map((pid) => `${pid} ${commandOf(pid)}`).join('; ')}\n${log}`);
    }
    assert.equal(existsSync(join(path, 'run', 'socket')), false, 'the socket is gone');
    const bad = log
      .split('\n')
      .filter((line) => /"level":"error"|^\s+at |Error:/.test(line) && !options.expected?.test(line));
    assert.deepEqual(bad, [], 'the diary has no error');
    rmSync(base, { recursive: true, force: true });
  });
  return self;
}

/** Runs a program to its end. */
export function runProgram(
  file: string,
  args: string[],
  options: RunOptions & { env: Record<string, string | undefined> },
): Promise<Ran> {
  const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {}); // it need not read what it is given
  child.stdin.end(options.input ?? '');
  const ran = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return within(ran, () => `${file} ${args.join(' ')}\n${stdout}${stderr}`, 2 * DEADLINE);
}

/** Processes that belong to this home: started with it in their environment or arguments. */
export function leftovers(path: string): number[] {
  const left: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!(pid > 1) || pid === process.pid) continue;
    if (readProcess(pid)?.state === 'Z') continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      const isOurs = environment.includes(`SESSION_HOME=${path}`) || commandOf(pid).split(' ').includes(path);
      if (isOurs) left.push(pid);
    } catch {
      // Another user's, or gone.
    }
  }
  return left;
}

function supervisorOf(keeper: number): number {
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!(pid > 1) || readProcess(pid)?.parent !== keeper) continue;
    if (commandOf(pid).includes('supervisor.cjs')) return pid;
  }
  return 0;
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
