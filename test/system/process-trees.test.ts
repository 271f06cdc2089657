// Suspend, resume and stop reach every process of a session, however it was started; what a crash left is
// ended before the next start.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTable } from '../../src/system/process-table.ts';
import { strangersSince, treeOf } from '../../src/system/process-tree.ts';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { isLiving, processesOf, statesOf, survivorsOf, untilProcesses } from '../support/processes.ts';

test('a shell with jobs is suspended and resumed whole, and notices nothing', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', '-e', 'PS1=$ ', '--', 'bash', '--norc', '--noprofile', '-i');
  const { id, pid } = await h.view('shell');
  const someone = person(h, ['attach', 'shell']);
  await someone.sees(/^\$$/m);
  someone.types('sleep 1000 &\n');
  someone.types('sh -c \'echo u""p; while read line; do echo got-$line; done\' | cat\n');
  await someone.sees(/^up$/m);
  const all = await untilProcesses(id, 'bash', 'sleep', 'sh', 'cat');
  await h.ok('suspend', 'shell');
  assert.deepEqual(statesOf(all), ['T', 'T', 'T', 'T']);
  assert.equal(await h.ok('status', 'shell'), `Session 'shell' is suspended, PID ${pid}.\n`);
  const before = someone.received().length;
  await h.ok('resume', 'shell');
  assert.ok(!statesOf(all).includes('T'), 'all of it runs again');
  someone.types('again\n');
  await someone.sees(/^got-again$/m);
  assert.equal(
    someone.received().slice(before),
    'again\r\ngot-again\r\n',
    'the shell said nothing about a stopped job',
  );
  assert.deepEqual(
    survivorsOf(all),
    all.map((each) => survivorsOf([each])[0] ?? each),
    'the same processes',
  );
  await h.ok('rm', '-f', 'shell');
  assert.deepEqual(survivorsOf(all), []);
});

test('a pipeline of a shell without job control is suspended, resumed and stopped as one', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'pipe', '--', 'sh', '-c', 'sleep 1000 | cat | tail -f /dev/null');
  const { id } = await h.view('pipe');
  const all = await untilProcesses(id, 'sh', 'sleep', 'cat', 'tail');
  await h.ok('suspend', 'pipe');
  assert.deepEqual(statesOf(all), ['T', 'T', 'T', 'T']);
  await h.ok('stop', 'pipe'); // while suspended: a stopped process never sees TERM, so CONT must follow
  assert.deepEqual(survivorsOf(all), []);
  assert.deepEqual((await h.view('pipe')).exit, { signal: 'SIGTERM' });
});

test('children that left the terminal, and orphans of orphans, are suspended, resumed and ended too', async (t) => {
  const h = home(t);
  const file = h.script(
    'daemons',
    "setsid sleep 1000 &\n(setsid sh -c 'sleep 1001 & sleep 1002 &')\nexec tail -f /dev/null",
  );
  for (const end of [['stop'], ['rm', '-f'], ['restart']]) {
    const name = end[0] as string;
    await h.ok('create', '-n', name, file);
    const { id } = await h.view(name);
    const all = await untilProcesses(id, 'tail', 'sleep', 'sleep', 'sleep');
    await h.ok('suspend', name);
    assert.deepEqual(statesOf(all), ['T', 'T', 'T', 'T']);
    await h.ok('resume', name);
    assert.ok(!statesOf(all).includes('T'));
    await h.ok(...end, name);
    assert.deepEqual(survivorsOf(all), []);
  }
  const again = await h.view('restart');
  await untilProcesses(again.id, 'tail', 'sleep', 'sleep', 'sleep');
});

test('an orphan that cannot be known for the session’s is named on stderr', async (t) => {
  const h = home(t);
  const note = join(h.work, 'pid');
  const file = h.script(
    'hides',
    `(env -i setsid sh -c 'echo $$ >${note}.new; mv ${note}.new ${note}; exec sleep 1000' &)\nexec sleep 1000`,
  );
  await h.ok('create', '-n', 'hides', file);
  const stranger = Number(await eventually('it has started', () => existsSync(note) && readFileSync(note, 'utf8')));
  t.after(() => isLiving(stranger) && process.kill(stranger, 'SIGKILL'));
  const ran = await h.run(['stop', 'hides']);
  assert.equal(ran.code, 0);
  if (isLiving(stranger))
    assert.equal(ran.stderr, `session: 'hides': stopped, but this may still belong to it: PID ${stranger} (sleep).\n`);
});

test('who ignores TERM and HUP is killed after stop-timeout, and his children with him', async (t) => {
  const h = home(t);
  const file = h.script('stubborn', "trap '' TERM HUP INT\necho set\nsleep 1000 &\nwhile :; do sleep 1000; done");
  await h.ok('create', '-n', 'stubborn', '--set', 'stop-timeout=400ms', file);
  const { id } = await h.view('stubborn');
  const all = await untilProcesses(id, 'stubborn', 'sleep', 'sleep');
  const began = Date.now();
  await h.ok('stop', 'stubborn');
  assert.ok(Date.now() - began >= 400, 'it was given its time');
  assert.deepEqual(survivorsOf(all), []);
  assert.deepEqual((await h.view('stubborn')).exit, { signal: 'SIGKILL' });
  assert.equal((await h.run(['status', 'stubborn'])).stdout, "Session 'stubborn' is stopped.\n");
});

test('who catches TERM to end in good order is not killed by HUP meanwhile', async (t) => {
  const h = home(t);
  const go = join(h.work, 'go');
  const file = h.script(
    'orderly',
    `trap 'echo ending; until [ -e ${go} ]; do sleep 0.02; done; echo in order; exit 0' TERM\necho ready\nwhile :; do sleep 1000; done`,
  );
  await h.ok('create', '-n', 'orderly', file);
  await eventually('it is ready', async () => (await h.ok('logs', 'orderly')).includes('ready'));
  const { pid } = await h.view('orderly');
  const stopping = h.run(['stop', 'orderly']);
  await eventually('it has begun to end', async () => (await h.ok('logs', 'orderly')).includes('ending'));
  assert.equal((await h.run(['status', 'orderly'])).stdout, `Session 'orderly' is stopping, PID ${pid}.\n`);
  await h.fails(1, "session: 'orderly' is stopping. Wait for its end, then use session start.", 'suspend', 'orderly');
  await h.fails(
    1,
    `The session 'orderly' is stopping (PID ${pid}). Use \`session rm -f orderly\` to stop and delete the session.`,
    'rm',
    'orderly',
  );
  writeFileSync(go, '');
  assert.equal((await stopping).code, 0);
  assert.match(await h.ok('logs', 'orderly'), /ending\nin order\n$/);
  assert.deepEqual((await h.view('orderly')).exit, { code: 0 });
});

test('what a crashed leader leaves is ended before the next start', async (t) => {
  const h = home(t);
  const left = join(h.work, 'left');
  const found = join(h.work, 'found');
  const file = h.script(
    'crashes',
    `if [ -e ${left} ]; then
  for pid in $(cat ${left}); do kill -0 $pid 2>/dev/null && echo $pid; done >${found}
  exec tail -f /dev/null
fi
sleep 1000 & a=$!
setsid sleep 1001 & b=$!
echo $a $b >${left}
kill -SEGV $$`,
  );
  await h.ok('create', '-n', 'crashes', '--set', 'restart-delay=20ms', file);
  const view = await h.until('crashes', 'runs again', (each) => each.restarts === 1 && each.state === 'running');
  await eventually('it has looked', () => existsSync(found));
  await untilProcesses(view.id, 'tail');
  assert.equal(readFileSync(found, 'utf8'), '', 'the second run found nobody of the first');
});

test('stop and start repeated are quiet success, and a start ends no process', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'one', 'sleep', '1000');
  const { id, pid } = await h.view('one');
  for (const verb of ['start', 'resume', 'suspend', 'suspend', 'resume', 'resume'])
    assert.equal(await h.ok(verb, 'one'), '');
  assert.equal((await h.view('one')).pid, pid);
  for (const verb of ['stop', 'stop']) assert.equal(await h.ok(verb, 'one'), '');
  assert.deepEqual(processesOf(id), []);
});

test('who has ended since the processes were looked at is nobody’s stranger', async () => {
  const child = spawn('sleep', ['1000'], { env: {}, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const tree = treeOf('none', 1, 0, process.pid);
  const table = await eventually('it is there', () => {
    const now = readTable();
    return now.byPid.get(child.pid as number)?.name === 'sleep' ? now : undefined;
  });
  assert.deepEqual(
    strangersSince(tree, new Set(), table).map(({ pid }) => pid),
    [child.pid],
  );
  child.kill('SIGKILL');
  await ended;
  assert.deepEqual(strangersSince(tree, new Set(), table), []);
});
