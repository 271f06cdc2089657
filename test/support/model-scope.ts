// The real scope of a model test: a home in which each part can be killed at each operation, programs that end when
// told, and deaths of everything at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readBootId } from '../../src/system/process-table.ts';
import { type CrashHome, crashHome, PARTS, type Part } from './crash-points.ts';
import { eventually } from './deadline.ts';
import { leftovers } from './home.ts';
import type { End } from './model.ts';
import { linkTo, supervisorNow } from './torture.ts';

export type Tally = Record<
  Part | 'steps' | 'refused' | 'supervisorAtRest' | 'keeperAtRest' | 'boots' | 'ends' | 'clocks',
  number
>;

export const newTally = (): Tally => ({
  steps: 0,
  refused: 0,
  cli: 0,
  supervisor: 0,
  keeper: 0,
  supervisorAtRest: 0,
  keeperAtRest: 0,
  boots: 0,
  ends: 0,
  clocks: 0,
});

export interface Scope {
  h: CrashHome;
  tally: Tally;
  /** So long is waited for what the model says, ms. */
  patience: number;
  programs: { one: string; tree: string };
  /** A new place from which a program is told how to end. */
  newOrders(): string;
  tell(pid: number, orders: string, how: End): Promise<void>;
  /** Which part was killed where it was armed to be; no other will be. */
  died(): Part | undefined;
  /** Makes sure that somebody supervises, who has done what was asked before. */
  wake(): Promise<void>;
  /** Answers false where none is there. */
  killSupervisor(): boolean;
  killKeeper(): Promise<boolean>;
  /** The machine goes down, by TERM to all or by the plug, and comes up again. */
  reboot(inOrder: boolean): Promise<void>;
}

/** What the kills bring about in the other parts. */
const EXPECTED = /the keeper sent no descriptor|EPIPE|ECONNRESET/;

export function newScope(t: Pick<TestContext, 'after'>, tally: Tally, patience: number): Scope {
  const h = crashHome(t, { expected: EXPECTED });
  const obey = 'exec 3<>"$1"\nread -r how <&3\nexit "$how"';
  const programs = {
    one: h.script('one', obey),
    tree: h.script('tree', `sleep 1000 &\nsleep 1000 &\n${obey}`),
  };
  let made: string[] = [];
  let count = 0;
  const keeperNow = () => {
    try {
      const { keeper } = h.pids();
      return readFileSync(`/proc/${keeper}/cmdline`, 'latin1').includes(h.path) ? keeper : undefined;
    } catch {
      return undefined;
    }
  };
  const supervisor = () => {
    const keeper = keeperNow();
    try {
      return keeper === undefined ? undefined : supervisorNow(keeper);
    } catch {
      return undefined; // the keeper is gone
    }
  };
  return {
    h,
    tally,
    patience,
    programs,
    newOrders() {
      if (made.length === 0) {
        made = Array.from({ length: 50 }, () => join(h.work, `orders${count++}`));
        execFileSync('mkfifo', made);
      }
      return made.pop() as string;
    },
    async tell(pid, orders, how) {
      if (how.startsWith('SIG')) return void process.kill(pid, how as NodeJS.Signals);
      await eventually('its program listens', () => {
        try {
          const fd = openSync(orders, constants.O_WRONLY | constants.O_NONBLOCK);
          writeSync(fd, `${how.slice(5)}\n`);
          closeSync(fd);
          return true;
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, 'ENXIO');
          return false;
        }
      });
    },
    died: () => PARTS.find((part) => h.spare(part) !== undefined),
    async wake() {
      const { code, stderr } = await h.run(['rm', 'nobody']);
      assert.equal(code, 4, `somebody supervises: ${stderr}`);
      for (let i = 0; i < 3; i++) {
        const link = await linkTo(h);
        await link.request('ping', {}).finally(() => link.close());
      }
    },
    killSupervisor() {
      const pid = supervisor();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      return pid !== undefined;
    },
    async killKeeper() {
      const link = await linkTo(h).catch(() => undefined); // so that it does not leave just now
      const keeper = keeperNow();
      if (link === undefined || keeper === undefined) return false;
      process.kill(keeper, 'SIGKILL');
      link.close();
      return true;
    },
    async reboot(inOrder) {
      const keeper = keeperNow();
      if (!inOrder && keeper !== undefined) {
        process.kill(keeper, 'SIGSTOP'); // the power goes everywhere at once
        for (const pid of [supervisor(), keeper]) if (pid !== undefined) process.kill(pid, 'SIGKILL');
      }
      signalAll(h.path, inOrder ? 'SIGTERM' : 'SIGKILL');
      await eventually('everything has ended', () => {
        const left = leftovers(h.path);
        if (!inOrder) signalAll(h.path, 'SIGKILL');
        return left.length === 0;
      });
      forgetBoot(h.path, `an-earlier-boot-${count++}`);
    },
  };
}

function signalAll(path: string, signal: NodeJS.Signals): void {
  for (const pid of leftovers(path)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** What was written down on this boot was on another. */
function forgetBoot(path: string, earlier: string): void {
  const records = join(path, 'records');
  const files = existsSync(records) ? readdirSync(records).map((file) => join(records, file)) : [];
  for (const file of [...files, join(path, 'mark.json'), join(path, 'keeper.lock')]) {
    if (!existsSync(file)) continue;
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(readBootId(), earlier), { mode: 0o600 });
  }
}
