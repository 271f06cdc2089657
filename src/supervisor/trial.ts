// Before keeper and supervisor become another program it is tried whether that begins here at all: a keeper that became
// one that does not would take every session along.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { SessionError } from '../base/errors.ts';
import { TRIAL, WIRE } from '../keeper/wire.ts';

/** A Node that has not begun by then is none, ms. */
const LIMIT = 20_000;

/** Resolves where the keeper in `directory` begins under `node` and speaks as ours does. Throws cannot-run, and why. */
export function tryKeeper(node: string, directory: string): Promise<void> {
  const script = join(directory, 'keeper.cjs');
  return new Promise((resolve, reject) => {
    execFile(node, [script, TRIAL], { cwd: '/', timeout: LIMIT, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null && stdout === `${TRIAL} ${WIRE}\n`) return resolve();
      const reasons = stderr.split('\n').filter((line) => /\S*Error\b|cannot|not found/i.test(line));
      const why =
        reasons[0]?.trim() ?? (error === null ? `it answers ${JSON.stringify(stdout)}` : 'it ended without a word');
      reject(new SessionError('cannot-run', `${script} does not begin here: ${why}.`, 'What runs goes on as it is.'));
    });
  });
}
