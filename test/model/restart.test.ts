// Which ends are followed by a restart and after how long; what an end is called.
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ExitStatus, inWords, isAbnormal, isClean, shellStatus } from '../../src/model/exit.ts';
import { isRestarted, restartDelay } from '../../src/model/restart.ts';

/** [the end, clean, abnormal] */
const ENDS: [ExitStatus, boolean, boolean][] = [
  [{ code: 0 }, true, false],
  [{ code: 1 }, false, false],
  [{ code: 255 }, false, false],
  [{ signal: 'SIGHUP' }, true, false],
  [{ signal: 'SIGINT' }, true, false],
  [{ signal: 'SIGTERM' }, true, false],
  [{ signal: 'SIGPIPE' }, true, false],
  [{ signal: 'SIGKILL' }, false, true],
  [{ signal: 'SIGSEGV' }, false, true],
  [{ signal: 'SIGQUIT' }, false, true],
];

test('clean is status 0, HUP, INT, TERM and PIPE; abnormal is any other signal', () => {
  for (const [exit, clean, abnormal] of ENDS) assert.deepEqual([isClean(exit), isAbnormal(exit)], [clean, abnormal]);
});

test('always, on-failure, on-abnormal and never restart after what they say', () => {
  for (const [exit, clean, abnormal] of ENDS) {
    const restarted = (['always', 'on-failure', 'on-abnormal', 'never'] as const).map((each) =>
      isRestarted(each, exit),
    );
    assert.deepEqual(restarted, [true, !clean, abnormal, false], inWords(exit));
  }
});

test('the wait doubles from the first to the longest, and stays a number for ever', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => restartDelay(attempts, 1000, 60_000));
  assert.deepEqual(waits, [1000, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  assert.equal(restartDelay(3, 5000, 1000), 5000, 'a first wait longer than the longest holds');
  fc.assert(
    fc.property(fc.nat(), fc.nat(86_400_000), fc.nat(86_400_000), (attempts, first, most) => {
      const wait = restartDelay(attempts, first, most);
      assert.ok(wait >= first && wait <= Math.max(first, most));
      assert.ok(restartDelay(attempts + 1, first, most) >= wait);
    }),
  );
});

test('an end is told in words, and as the status that a shell would give', () => {
  assert.equal(inWords({ code: 3 }), 'exit status 3');
  assert.equal(inWords({ signal: 'SIGTERM' }), 'killed by SIGTERM');
  const statuses = [{ code: 3 }, { signal: 'SIGTERM' }, { signal: 'SIGKILL' }, { signal: 'SIGRTMIN+3' }];
  assert.deepEqual(
    statuses.map((each) => shellStatus(each as ExitStatus, constants.signals)),
    [3, 143, 137, 128],
  );
});
