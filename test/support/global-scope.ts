// The system's own sessions, for one test at a time: they lie at a fixed place of the machine.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { isAlive, readProcess } from '../../src/system/process-table.ts';
import { eventually } from './deadline.ts';
import { BIN } from './home.ts';

const TURN = '/tmp/s-global-scope';
const PLACES = ['/var/lib/session', '/run/session', '/etc/session'];

/** Waits for its turn; afterwards the scope is shut down, and all that it left is taken away. */
export async function globalScope(t: TestContext): Promise<void> {
  await eventually('it is our turn', () => takesTurn(), 300_000);
  t.after(() => {
    try {
      execFileSync(BIN, ['shutdown'], { env: { PATH: process.env.PATH }, stdio: 'pipe' });
    } finally {
      for (const each of PLACES) rmSync(each, { recursive: true, force: true });
      rmSync(TURN, { recursive: true });
    }
  });
  for (const each of PLACES) {
    if (existsSync(each)) throw new Error(`${each} is there: somebody uses the system's sessions`);
  }
}

function takesTurn(): boolean {
  try {
    mkdirSync(TURN);
    writeFileSync(`${TURN}/pid`, `${process.pid} ${readProcess(process.pid)?.start}`);
    return true;
  } catch {
    try {
      const [pid, start] = readFileSync(`${TURN}/pid`, 'utf8').split(' ').map(Number);
      if (!isAlive(pid as number, start as number)) rmSync(TURN, { recursive: true }); // it was cut off
    } catch {
      // It is being made, or was just taken away.
    }
    return false;
  }
}
