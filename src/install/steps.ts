// What installing does to the machine, as data: shown as it is, then done. Nothing else is touched.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
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
import { reasonOf, SessionError } from '../base/errors.ts';

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
  const ran = tryRun(argv, input);
  if (ran.code === 0) return ran.stdout;
  const why = ran.stderr.trim().split('\n').at(-1) ?? '';
  throw new SessionError('not-installed', `${argv.join(' ')} failed${why === '' ? '' : `: ${why}`}.`);
}

/** What came out, whatever it was; a program that is missing is code 127. */
export function tryRun(
  argv: string[],
  input: Buffer | string = '',
  encoding: 'utf8' | 'latin1' = 'utf8',
): { code: number; stdout: string; stderr: string } {
  const [file, ...words] = argv as [string, ...string[]];
  const { status, stdout, stderr, error } = spawnSync(file, words, { encoding, input });
  if (error !== undefined) return { code: 127, stdout: '', stderr: reasonOf(error) };
  return { code: status ?? 1, stdout, stderr };
}

/** The text of a file that may not be there. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
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
