// Tests that touch the machine itself (a user made, a program installed) run only where that is allowed, and
// undo what they did.
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ROOT } from './home.ts';

/** The reason to skip, or false. */
export const UNTOUCHED: string | false =
  process.env.SESSION_TEST_SYSTEM === '1' ? false : 'it changes the machine: SESSION_TEST_SYSTEM=1 allows it';

/** A copy of the program that every user can read, wherever this clone lies. Answers its command line's path. */
export function readableCopy(t: TestContext): string {
  const copy = mkdtempSync('/tmp/s-');
  chmodSync(copy, 0o755);
  t.after(() => rmSync(copy, { recursive: true }));
  return copyProgram(copy);
}

/** Puts what was built of it, but for tests, into a directory. */
export function copyBuilt(to: string): void {
  for (const each of readdirSync(join(ROOT, 'dist')))
    if (each.endsWith('.cjs') || each === 'code') cpSync(join(ROOT, 'dist', each), join(to, each), { recursive: true });
}

/** Puts the program into a directory. Answers its command line's path. */
export function copyProgram(copy: string): string {
  for (const each of ['bin', 'init']) cpSync(join(ROOT, each), join(copy, each), { recursive: true });
  copyBuilt(join(copy, 'dist'));
  for (const name of ['koffi', '@koromix', 'node-pty', '@lydell']) {
    const from = join(ROOT, 'node_modules', name);
    cpSync(from, join(copy, 'node_modules', name), { recursive: true, dereference: true, errorOnExist: false });
  }
  return join(copy, 'bin', 'session');
}
