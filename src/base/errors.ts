// What can go wrong and be told to a person: a closed list of codes, a sentence, and what to do next.

export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'name-taken'
  | 'bad-name'
  | 'bad-value'
  | 'unknown-attribute'
  | 'bad-request'
  | 'bad-frame'
  | 'not-running'
  | 'not-suspended'
  | 'stopping'
  | 'still-running'
  | 'cannot-run'
  | 'cannot-save'
  | 'limit-reached'
  | 'protocol-mismatch'
  | 'bad-configuration'
  | 'unsafe-installation'
  | 'not-elevated'
  | 'not-installed'
  | 'unsafe-home'
  | 'owned-elsewhere'
  | 'no-supervisor'
  | 'no-terminal'
  | 'timed-out'
  | 'internal';

/** An expected failure. `message` says what is wrong; `hint`, where there is one, what to do next. */
export class SessionError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SessionError';
    this.code = code;
    this.hint = hint;
  }

  /** By name and not by identity: the bundles have a class each, and errors pass from one to another. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'SessionError';
  }

  /** The whole line: the sentence, then the hint. */
  get line(): string {
    return this.hint === undefined ? this.message : `${this.message} ${this.hint}`;
  }
}

/** The errno name ('ENOENT') of a Node system error, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** The kernel's reason in words, without Node's 'EACCES: ... open /x' around it. */
export function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code !== undefined && REASONS[code] !== undefined) return REASONS[code];
  return error instanceof Error ? error.message : String(error);
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in the system',
  EAGAIN: 'the limit of processes is reached',
  ENOMEM: 'not enough memory',
  ENOEXEC: "not a program the kernel can run (a script without '#!'?)",
  E2BIG: 'the arguments and environment are too long',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ETXTBSY: 'the program file is being written',
};
