// Whether a session's command can be run at all: its program and directory found, or the sentence why not.
// Asked before every spawn, since posix_spawn would hold up the keeper and only knows an errno.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { quote } from '../base/quote.ts';
import { looksLikeShellLine, toShell } from '../model/command.ts';
import { directoryOf, type SessionRecord } from '../model/record.ts';

/** The program's absolute path. Throws cannot-run. `opens`: it may be looked into; nobody else's, by root. */
export function preflight(record: SessionRecord, path: string | undefined, opens: boolean): string {
  checkDirectory(directoryOf(record));
  return findProgram(record.command, record.commandFrom, path ?? DEFAULT_PATH, opens);
}

/** execvp's own, where there is no PATH. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

function checkDirectory(directory: string): void {
  try {
    if (!statSync(directory).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(directory, constants.X_OK);
  } catch (error) {
    throw new SessionError(
      'cannot-run',
      `cannot run in directory ${quote(directory)}: ${reasonOf(error)}.`,
      undefined,
      error,
    );
  }
}

/** As a shell would look: a word with a slash is a path, anything else is searched for in PATH. */
function findProgram(argv: string[], from: string, path: string, opens: boolean): string {
  const word = argv[0] as string;
  if (word.includes('/')) {
    const file = resolve(from, word);
    checkProgram(file, word, argv, opens);
    return file;
  }
  let denied: string | undefined;
  for (const directory of path.split(':')) {
    const file = resolve(from, join(directory === '' ? '.' : directory, word));
    try {
      if (!statSync(file).isFile()) continue;
      accessSync(file, constants.X_OK);
    } catch (error) {
      if (errnoOf(error) === 'EACCES') denied ??= file;
      continue;
    }
    checkProgram(file, word, argv, opens);
    return file;
  }
  if (denied !== undefined) {
    throw new SessionError('cannot-run', `cannot run ${quote(denied)}: permission denied.`, mendOf(denied));
  }
  throw noProgram(word, argv);
}

function checkProgram(file: string, word: string, argv: string[], opens: boolean): void {
  try {
    const found = statSync(file);
    if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    accessSync(file, constants.X_OK);
    if (opens) checkHead(file, argv);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') throw noProgram(word, argv);
    const hint = errnoOf(error) === 'EACCES' ? mendOf(file) : undefined;
    throw new SessionError('cannot-run', `cannot run ${quote(word)}: ${reasonOf(error)}.`, hint, error);
  }
}

/** Advice to make a file executable is for its owner. */
function mendOf(file: string): string | undefined {
  try {
    return statSync(file).uid === process.getuid?.() ? `Mend: chmod +x ${file}` : undefined;
  } catch {
    return undefined;
  }
}

/** A script needs its '#!' and the interpreter named there; the kernel would say only ENOEXEC or ENOENT. */
function checkHead(file: string, argv: string[]): void {
  const head = Buffer.alloc(256);
  let length = 0;
  try {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    length = readSync(fd, head, 0, head.length, 0);
    closeSync(fd);
  } catch {
    return; // executable and not readable: the kernel decides
  }
  const text = head.toString('latin1', 0, length);
  if (text.startsWith('#!')) {
    const interpreter = /^#![ \t]*(\S+)/.exec(text)?.[1];
    if (interpreter?.startsWith('/') && !exists(interpreter)) {
      throw new SessionError(
        'cannot-run',
        `cannot run ${quote(argv[0] as string)}: its interpreter ${quote(interpreter)} does not exist.`,
      );
    }
    return;
  }
  if (length === 0 || (isText(head, length) && !text.startsWith('\x7fELF'))) {
    const hint = `With a shell: session create -- sh ${toShell(argv)}`;
    throw new SessionError(
      'cannot-run',
      `cannot run ${quote(argv[0] as string)}: a script without '#!' in its first line.`,
      hint,
    );
  }
}

const isText = (head: Buffer, length: number) => head.subarray(0, length).every((byte) => byte !== 0 && byte < 0x7f);

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

function noProgram(word: string, argv: string[]): SessionError {
  if (argv.length === 1 && looksLikeShellLine(word)) {
    const hint = `For a shell line: session create -- sh -c ${word.length > 200 ? "'…'" : toShell([word])}`;
    return new SessionError('cannot-run', `no program ${quote(word)}.`, hint);
  }
  return new SessionError('cannot-run', `no program ${quote(word)}.`, 'Check the spelling, or give its path.');
}
