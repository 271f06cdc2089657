// At a limit of the machine: one clear refusal, nothing left behind, and everything else works on.
import assert from 'node:assert/strict';
import { chmodSync, chownSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { NOT_ROOT } from '../support/disk.ts';
import { BIN, type Home, home, type Ran, runProgram } from '../support/home.ts';
import { readableCopy } from '../support/machine.ts';

/** Runs `session ARGS` behind other words: a limit, another user. */
const behind = (h: Home, words: string[], args: string[], program = BIN): Promise<Ran> =>
  runProgram(words[0] as string, [...words.slice(1), program, ...args], { cwd: h.work, env: h.env });

const assertOneRefusal = (ran: Ran, what: RegExp) => {
  assert.match(ran.stderr, what);
  assert.equal(ran.stderr.split('\n').length, 2, `one line:\n${ran.stderr}`);
  assert.equal(ran.code, 1);
  assert.equal(ran.stdout, '');
};

test('out of open files, a create is refused, the sessions run on, and one that is stopped makes room', async (t) => {
  const h = home(t, { expected: /listening/ });
  const first = await behind(h, ['prlimit', '--nofile=80:80'], ['create', '-n', 's0', 'sleep', '1000']);
  assert.deepEqual({ code: first.code, stderr: first.stderr }, { code: 0, stderr: '' });
  const before = h.pids();
  let count = 1;
  let ran = await h.run(['create', '-n', 's1', 'sleep', '1000']);
  for (; ran.code === 0 && count < 40; ran = await h.run(['create', '-n', `s${count}`, 'sleep', '1000'])) count++;
  assert.ok(count > 3 && count < 40, `${count} sessions fit`);
  assertOneRefusal(ran, /^session: .*limit of open files is reached/);
  assertOneRefusal(
    await h.run(['create', '-n', 'again', 'sleep', '1000']),
    /^session: .*limit of open files is reached/,
  );
  assert.equal((await h.list()).length, count, 'nothing is left of those refused');
  assert.ok((await h.list()).every(({ state }) => state === 'running'));
  await h.ok('restart', 's1');
  await h.ok('stop', 's2');
  await h.ok('create', '-n', 'fits', 'sleep', '1000');
  h.killSupervisor();
  assert.equal((await h.list()).filter(({ state }) => state === 'running').length, count, 'a successor has room too');
  assert.equal(h.pids().keeper, before.keeper);
});

test('out of processes, a create is refused, and the sessions run on', { skip: NOT_ROOT }, async (t) => {
  const UID = 64_123; // nobody's: only what the test starts counts
  const program = readableCopy(t);
  chmodSync(dirname(dirname(program)), 0o755);
  const h = home(t);
  chmodSync(dirname(h.path), 0o755);
  chownSync(h.work, UID, UID);
  chownSync(h.hooks, UID, UID);
  chownSync(dirname(h.path), UID, UID);
  const as = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'];
  const first = await behind(h, [...as, 'prlimit', '--nproc=40:40'], ['create', '-n', 's0', 'sleep', '1000'], program);
  assert.deepEqual({ code: first.code, stderr: first.stderr }, { code: 0, stderr: '' });
  let count = 1;
  let ran = first;
  for (; ran.code === 0 && count < 60; count++)
    ran = await behind(h, as, ['create', '-n', `s${count}`, 'sleep', '1000'], program);
  assertOneRefusal(ran, /^session: .*limit of processes is reached/);
  const listed = await behind(h, as, ['ls', '--json'], program);
  const sessions = JSON.parse(listed.stdout) as { state: string }[];
  assert.equal(sessions.length, count - 1, 'nothing is left of the one refused');
  assert.ok(sessions.every(({ state }) => state === 'running'));
  assert.equal((await behind(h, as, ['stop', 's1', 's2', 's3'], program)).code, 0);
  assert.equal((await behind(h, as, ['create', '-n', 'fits', 'sleep', '1000'], program)).code, 0);
  assert.equal((await behind(h, as, ['shutdown'], program)).code, 0);
});

test(
  'out of pseudo-terminals, a create is refused, and one that is stopped makes room',
  { skip: NOT_ROOT },
  async (t) => {
    const h = home(t);
    // In a mount namespace of its own, whose terminals are few: the machine's are not touched.
    const few = 'mount --make-rprivate / && mount -t devpts -o max=3,ptmxmode=0666 devpts /dev/pts';
    const verbs = [
      'for n in 1 2 3; do "$0" create -q -n "s$n" sleep 1000 || exit 9; done',
      '"$0" create -n more sleep 1000; echo "more: $?"',
      '"$0" ls -q; "$0" stop s1; "$0" create -n fits sleep 1000; "$0" shutdown',
    ];
    const script = `${few} && mount --bind /dev/pts/ptmx /dev/ptmx && { ${verbs.join('; ')}; }`;
    const ran = await runProgram('unshare', ['-m', 'sh', '-c', script, BIN], { cwd: h.work, env: h.env });
    const refusal =
      'session: cannot run: no pseudo-terminal is left. See /proc/sys/kernel/pty/max, or stop a session.\n';
    assert.equal(ran.stderr, refusal);
    assert.equal(ran.stdout, "more: 1\ns1\ns2\ns3\nSession 'fits' started\n");
  },
);
