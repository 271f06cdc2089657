// What installing does to the machine, as data: shown as it is, then done. Nothing else is touched.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';

export type Step =
  | { do: 'write'; path: string; mode: number; text: string }
  /** `above`: directories that go too, innermost first, if nothing else is in them. */
  | { do: 'remove'; path: string; above?: string[] }
  /** A user's whole crontab, one byte a character; null: none. `line` is what is ours in it. */
  | { do: 'crontab'; text: string | null; line: string; adds: boolean }
  | { do: 'run'; argv: string[] };

/** What a step says before it is done. */
export function shown(step: Step): string[] {
  switch (step.do) {
    case 'write':
      return [
        `writes ${step.path}:`,
        ...step.text
          .trimEnd()
          .split('\n')
          .map((line) => `    ${line}`),
      ];
    case 'remove':
      return [`removes ${step.path}`];
    case 'crontab':
      return [step.adds ? 'adds to your crontab:' : 'takes from your crontab:', `    ${step.line}`];
    case 'run':
      return [`runs ${step.argv.join(' ')}`];
  }
}

/** Throws not-installed with what went wrong. */
export function perform(step: Step): void {
  switch (step.do) {
    case 'write':
      return write(step.path, step.text, step.mode);
    case 'remove':
      return remove(step.path, step.above ?? []);
    case 'crontab':
      return void run(
        step.text === null ? ['crontab', '-r'] : ['crontab', '-'],
        Buffer.from(step.text ?? '', 'latin1'),
      );
    case 'run':
      return void run(step.argv);
  }
}

/** Answers what it printed. Throws where it fails or is missing. */
export function run(argv: string[], input: Buffer | string = ''): string {
  const ran = spawned(argv, input, 'utf8');
  if (ran.code === 0) return ran.stdout;
  const why = ran.stderr.trim().split('\n').at(-1) ?? '';
  throw new SessionError('not-installed', `${argv.join(' ')} failed${why === '' ? '' : `: ${why}`}.`);
}

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** What only looks may take so long, s: someone waits for the answer. */
const LIMIT = 10;

/** What took longer, by its name: it is not asked again, and status tells it. */
const hung = new Set<string>();

export const whatHung = (): string[] => [...hung];

/** What came out of one that only looks, whatever it was; a program that is missing is code 127. */
export function tryRun(argv: string[], encoding: 'utf8' | 'latin1' = 'utf8', name = argv.join(' ')): Ran {
  const late = { code: 124, stdout: '', stderr: `${name} took longer than ${LIMIT} s` };
  if (hung.has(late.stderr)) return late;
  const ran = spawned(argv, '', encoding, LIMIT);
  if (ran !== 'late') return ran;
  hung.add(late.stderr);
  return late;
}

function spawned(argv: string[], input: Buffer | string, encoding: 'utf8' | 'latin1'): Ran;
function spawned(argv: string[], input: string, encoding: 'utf8' | 'latin1', limit: number): Ran | 'late';
function spawned(argv: string[], input: Buffer | string, encoding: 'utf8' | 'latin1', limit = 0): Ran | 'late' {
  const [file, ...words] = argv as [string, ...string[]];
  // A group of its own, so that what it began ends with it.
  const how = { encoding, input, timeout: limit * 1000, killSignal: 'SIGKILL', detached: limit > 0 } as const;
  const { pid, status, stdout, stderr, error } = spawnSync(file, words, how);
  if (errnoOf(error) === 'ETIMEDOUT') {
    endGroup(pid);
    return 'late';
  }
  if (error !== undefined) return { code: 127, stdout: '', stderr: reasonOf(error) };
  return { code: status ?? 1, stdout, stderr };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** The text of a file that may not be there. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether something is, or may be, there and this user may not read it. */
export function isHidden(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch (error) {
    return errnoOf(error) === 'EACCES';
  }
}

/** A file of our own package. */
export function template(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SessionError(
      'not-installed',
      `cannot read ${path}: ${reasonOf(error)}.`,
      'Install session again.',
      error,
    );
  }
}

function remove(path: string, above: string[]): void {
  rmSync(path, { force: true });
  try {
    for (const each of above) rmdirSync(each);
  } catch {
    // Something else is in it.
  }
}

function write(path: string, text: string, mode: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path) && lstatSync(path).isSymbolicLink())
      throw new SessionError('not-installed', `${path} is a symbolic link.`, 'Move it away.');
    const fresh = `${path}.new`;
    writeFileSync(fresh, text, { mode });
    chmodSync(fresh, mode);
    renameSync(fresh, path);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    throw new SessionError('not-installed', `cannot write ${path}: ${reasonOf(error)}.`, undefined, error);
  }
}
