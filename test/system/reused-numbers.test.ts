// A record remembers a process by its number and by when it began. When the number is another's by now, or was
// meanwhile, nobody is signalled for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readBootId, readProcess } from '../../src/system/process-table.ts';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { childrenOf, isLiving } from '../support/processes.ts';
import { recordOf } from '../support/records.ts';

/** Somebody else's process, leader of its own POSIX session, and a child that outlives it. */
async function stranger(t: TestContext) {
  const leader = spawn('sh', ['-c', 'sleep 1000 & echo; read line'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH },
  });
  await once(leader.stdout, 'data');
  const pid = leader.pid as number;
  const child = (await eventually('it has a child', () => childrenOf(pid)[0])).pid;
  t.after(() => {
    leader.kill('SIGKILL');
    if (isLiving(child)) process.kill(child, 'SIGKILL');
  });
  return { leader, pid, child, start: readProcess(pid)?.start ?? 0 };
}

for (const wish of ['running', 'stopped', 'suspended', 'removed'] as const) {
  test(`the number of a session that should be ${wish} and is a stranger’s by now, or was, is left alone`, async (t) => {
    const h = home(t);
    const lives = await stranger(t);
    const gone = await stranger(t);
    gone.leader.stdin.end();
    await once(gone.leader, 'exit');
    assert.ok(isLiving(gone.child));
    await h.ok('create', '-n', 'good', 'sleep', '1000');
    const { supervisor } = h.pids();
    process.kill(supervisor, 'SIGSTOP');
    h.killKeeper();
    process.kill(supervisor, 'SIGKILL');
    await eventually('it is gone', () => !isLiving(supervisor));
    const history = { run: 1, keeper: 'gone', bootId: readBootId(), startedAt: '2026-11-21T08:00:00.000Z' };
    const plant = (id: string, pid: number, pidStart: number) => {
      const last = { ...history, pid, pidStart, endedAt: null, exit: null, gaveUp: false };
      const record = recordOf(id, id, { desired: wish, run: 1, settled: 1, last });
      writeFileSync(join(h.path, 'records', `${id}.json`), JSON.stringify(record), { mode: 0o600 });
    };
    plant('later', lives.pid, lives.start - 1000);
    plant('sooner', lives.pid, lives.start + 1000);
    plant('before', gone.pid, gone.start - 1000);
    plant('child', lives.child, lives.start - 1);
    await h.run(['start', 'good']);
    assert.equal((await h.view('good')).state, 'running');
    await h.run(['stop', 'later', 'sooner', 'before', 'child']);
    h.killSupervisor();
    await h.run(['rm', '-f', 'later', 'sooner', 'before', 'child']);
    await h.ok('shutdown');
    for (const pid of [lives.pid, lives.child, gone.child]) assert.match(readProcess(pid)?.state ?? 'gone', /^[RSD]$/);
  });
}
