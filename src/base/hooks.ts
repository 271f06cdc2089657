// Named points at which a test can kill or hold this process, to stand inside a race. Without
// SESSION_TEST_HOOKS (a directory) a point is one comparison and nothing else.
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

let directory: string | undefined;

/** Turns the points on; the mains call it with what their environment says. */
export function armHooks(at: string | undefined): void {
  directory = at;
}

/**
 * A point was reached. A file of its name saying `kill` or `hold` in the hooks' directory is obeyed once; of
 * several words (`pass pass kill`) the last one is, after as many times.
 */
export function reached(point: string): void {
  if (directory === undefined) return;
  const file = join(directory, point);
  if (!existsSync(file)) return;
  const [order, ...later] = readFileSync(file, 'utf8').trim().split(' ');
  if (later.length > 0) return writeFileSync(file, later.join(' '));
  unlinkSync(file);
  writeFileSync(`${file}.reached`, String(process.pid));
  if (order === 'kill') process.kill(process.pid, 'SIGKILL');
  while (order === 'hold' && !existsSync(`${file}.release`)) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
}
