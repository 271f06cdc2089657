// A session whose program forks without end, bounded only by its user's limit of processes, is emptied by one stop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testUser } from '../support/account.ts';
import { eventually } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

const MOST = 300;

/** Forks as fast as it may, and waits a little where it may not. */
const FORKS = 'while (1) { defined(fork) or select(undef, undef, undef, 0.05) }';

for (const [what, script] of [
  ['dies with TERM', FORKS],
  [
    'ignores TERM and HUP, and leaves its terminal',
    `$SIG{TERM} = $SIG{HUP} = 'IGNORE'; use POSIX; POSIX::setsid() if !fork; ${FORKS}`,
  ],
] as const) {
  test(`a runaway forker that ${what} is emptied by stop`, { skip: NOT_ROOT || UNTOUCHED }, async (t) => {
    const user = testUser(t);
    const session = readableCopy(t);
    const runs = (...args: string[]) => user.runs([session, ...args]);
    const ok = async (...args: string[]) => {
      const { code, stderr } = await runs(...args);
      assert.equal(code, 0, stderr);
    };
    await ok('create', '-n', 'other', 'sleep', '1000');
    const set = ['--set', 'stop-timeout=1s', '--set', 'restart=never'];
    const limited = ['prlimit', `--nproc=${MOST}`, 'perl', '-e', script];
    await ok('create', '-n', 'bomb', ...set, '--', ...limited);
    await eventually('it has taken what it may', () => user.processes().length > MOST / 2);
    const most = user.processes().length;
    await ok('stop', 'bomb');
    const left = await eventually('only the other session is left', () => {
      const now = user.processes();
      return now.length <= 3 ? now : undefined; // keeper, supervisor, sleep
    });
    assert.equal(left.length, 3);
    await ok('status', 'other');
    await ok('start', 'other');
    await ok('shutdown');
    t.diagnostic(`counted ${most} processes, none left`);
  });
}
