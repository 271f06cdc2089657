// A keeper to whom the machine seems to have begun at another time (a time namespace): processes are known by when they
// began, counted from there, so what an earlier keeper left must be ended all the same, and nobody else's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { BIN, home, runProgram } from '../support/home.ts';
import { isLiving, processesOf, survivorsOf, untilProcesses } from '../support/processes.ts';

const unshared = (seconds: number) => [
  '--time',
  '--fork',
  '--boottime',
  String(seconds),
  '--monotonic',
  String(seconds),
];
const NONE =
  spawnSync('unshare', [...unshared(1000), 'true']).status === 0 ? false : 'no time namespace can be had here';

for (const seconds of [1000, 30 * 365 * 86_400]) {
  test(
    `what a killed keeper left is ended once by one whose machine began ${seconds} s earlier`,
    { skip: NONE },
    async (t) => {
      const h = home(t);
      const deaf = 'trap "" TERM HUP INT; echo up; while :; do sleep 1000; done';
      await h.ok('create', '-n', 'deaf', '--set', 'stop-timeout=1s', '--', 'sh', '-c', deaf);
      const { id } = await h.view('deaf');
      const before = await untilProcesses(id, 'sh', 'sleep');
      const { keeper, supervisor } = h.pids();
      process.kill(supervisor, 'SIGSTOP'); // or it would end them itself
      for (const pid of [keeper, supervisor]) process.kill(pid, 'SIGKILL');
      await eventually('its supervisor is gone, too', () => !isLiving(supervisor));
      assert.equal(survivorsOf(before).length, 2, 'they live on');

      const argv = [...unshared(seconds), BIN, 'create', '-n', 'good', 'sleep', '1000'];
      const began = await runProgram('unshare', argv, { cwd: h.work, env: h.env });
      assert.deepEqual(
        [began.code, began.stderr],
        [0, 'session: the last supervisor had no orderly end; relaunched: deaf.\n'],
      );
      const after = await untilProcesses(id, 'sh', 'sleep');
      const old = new Set(before.map(({ pid }) => pid));
      assert.ok(!after.some(({ pid }) => old.has(pid)), 'it runs once, and anew');

      const list = await h.ok('ls');
      assert.match(list, /^good +running +\d+ +\d\d?s /m, list);
      const { pid } = await h.view('good');
      h.killSupervisor();
      assert.equal((await h.view('good')).pid, pid, 'the next supervisor knows its own');
      await h.ok('suspend', 'deaf');
      await h.ok('resume', 'deaf');
      await h.ok('restart', 'deaf');
      await untilProcesses(id, 'sh', 'sleep');
      h.poke();
      await h.ok('shutdown');
      assert.deepEqual(processesOf(id), []);
    },
  );
}
