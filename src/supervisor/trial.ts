// Before keeper and supervisor become another program it is tried whether that begins here at all: a keeper that became
// one that does not would take every session along.
import { join } from 'node:path';
import { SessionError } from '../base/errors.ts';
import { passed, TRIAL } from '../keeper/wire.ts';
import { childProcess } from '../system/child-process.ts';

/** A Node that has not begun by then is none, ms. */
const LIMIT = 20_000;

/** Resolves where keeper and supervisor in `directory` begin under `node` and speak as ours do. Throws cannot-run, and why. */
export async function tryProgram(node: string, directory: string): Promise<void> {
  await Promise.all([tryPart('keeper'), tryPart('supervisor')]);

  function tryPart(part: 'keeper' | 'supervisor'): Promise<void> {
    const script = join(directory, `${part}.cjs`);
    const options = { cwd: '/', timeout: LIMIT, killSignal: 'SIGKILL' } as const;
    return new Promise((resolve, reject) => {
      childProcess().execFile(node, [script, TRIAL], options, (error, stdout, stderr) => {
        if (error === null && stdout === passed(part)) return resolve();
        const why = reasonIn(stderr) ?? (error === null ? 'it is another program' : 'it ended without a word');
        reject(new SessionError('cannot-run', `${script} does not begin here: ${why}.`, 'What runs goes on as it is.'));
      });
    });
  }
}

/** Of what Node says of an error: its line, and not that of the source. */
function reasonIn(text: string): string | undefined {
  const lines = text.split('\n');
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find((line) => line.trim() !== ''))?.trim();
}
