// A disk that is full or may not be written: what cannot be saved is refused with one line and not done, what
// runs runs on, and keeping of output goes on when there is room.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isAlive, readProcess } from '../../src/system/process-table.ts';
import { eventually } from '../support/deadline.ts';
import { mountPoint, NOT_ROOT, smallDisk } from '../support/disk.ts';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';

/** What a supervisor that cannot save may note. */
const EXPECTED = /could not be saved|cannot be noted yet/;

const recordsIn = (path: string) =>
  readdirSync(join(path, 'records'))
    .filter((file) => file !== '.ballast')
    .map((file) => [file, readFileSync(join(path, 'records', file), 'utf8')]);

test('on a full disk nothing changes, and everything runs on', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: EXPECTED });
  const disk = smallDisk(t, 512, mount);
  await h.ok('create', '-n', 'shell', 'sh');
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'idle', 'sleep', '1000');
  await h.ok('stop', 'idle');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  const before = await h.list();
  const pids = h.pids();

  disk.fill();
  const saved = recordsIn(h.path);
  const full = /^session: cannot save .*no space left on the disk/;
  await h.fails(1, full, 'create', '-n', 'more', 'sleep', '1000');
  await h.fails(1, full, 'create', '-s', '-n', 'more', 'sleep', '1000');
  await h.fails(1, full, 'set', 'web', 'description', 'x');
  await h.fails(1, full, 'rename', 'web', 'other');
  await h.fails(1, full, 'stop', 'web');
  await h.fails(1, full, 'suspend', 'web');
  await h.fails(1, full, 'start', 'idle');
  await h.fails(1, full, 'rm', '-f', 'web');
  assert.deepEqual(
    (await h.list()).map(({ clients: _, up: __, ...each }) => each),
    before.map(({ clients: _, up: __, ...each }) => each),
    'nothing has changed',
  );
  assert.deepEqual(recordsIn(h.path), saved);
  assert.deepEqual(h.pids(), pids);

  someone.types('echo still$((40+2))\n');
  await someone.sees(/^still42/m);
  h.killSupervisor();
  someone.types('echo again$((40+3))\n');
  await someone.sees(/^again43/m);
  assert.equal((await h.view('web')).pid, before.find(({ name }) => name === 'web')?.pid);
  const lost = await h.ok('logs', 'shell');

  disk.free();
  const kept = await eventually('keeping goes on', async () => {
    someone.types('echo kept$((40+4))\n');
    const all = await h.ok('logs', 'shell');
    return all.includes('kept44') ? all : undefined;
  });
  assert.ok(kept.startsWith(lost.trimEnd()), 'what was kept is kept still');
  await h.ok('set', 'web', 'description', 'x');
  await h.ok('stop', 'web');
  await h.ok('create', '-n', 'more', 'sleep', '1000');
});

test('an end on a full disk is an end, and is known when there is room', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: EXPECTED });
  const disk = smallDisk(t, 512, mount);
  await h.ok('create', '-n', 'job', '--set', 'restart=never', 'sh', '-c', 'read x; exit 3');
  const someone = person(h, ['attach', 'job']);
  await someone.receives(/Detach/);
  disk.fill();
  someone.types('\n');
  assert.deepEqual(await someone.ended, { code: 3 });
  assert.match((await h.run(['status', 'job'])).stdout, /exit status 3/);
  disk.free();
  await eventually('the end is on the disk', () => /"code": 3/.test(String(recordsIn(h.path))));
  h.killSupervisor();
  assert.match((await h.run(['status', 'job'])).stdout, /exit status 3/);
});

test('a home that may only be read is read, and every other verb says so at once', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: EXPECTED });
  const disk = smallDisk(t, 512, mount);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('shutdown');
  writeFileSync(join(mount, 'note'), '');
  disk.readOnly(true);
  assert.equal((await h.view('web')).state, 'down');
  assert.match((await h.run(['status', 'web'])).stdout, /should run, but nothing supervises it/);
  const readOnly = /^session: .*read-only/;
  const began = Date.now();
  await h.fails(1, readOnly, 'create', '-n', 'more', 'sleep', '1000');
  await h.fails(1, readOnly, 'start', 'web');
  assert.ok(Date.now() - began < 10_000, 'without waiting for a supervisor that cannot begin');
  disk.readOnly(false);
  await h.ok('start', 'web');
});

test('a home that may only be read from now on runs on, through an upgrade, too', { skip: NOT_ROOT }, async (t) => {
  const h = home(t, { expected: EXPECTED });
  await h.ok('create', '-n', 'shell', 'sh');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  const { pid } = await h.view('shell');
  execFileSync('mount', ['--bind', h.path, h.path]);
  const unmount = () => void execFileSync('umount', ['-l', h.path]);
  process.once('exit', unmount);
  try {
    execFileSync('mount', ['-o', 'remount,bind,ro', h.path]);
    await h.fails(1, /^session: cannot save .*read-only/, 'create', 'sleep', '1000');
    await h.fails(1, /^session: cannot save .*read-only/, 'stop', 'shell');
    await h.ok('upgrade');
    h.killSupervisor();
    someone.types('echo still$((1+1))\n');
    await someone.sees(/^still2/m);
    assert.equal((await h.view('shell')).pid, pid);
  } finally {
    process.off('exit', unmount);
    unmount();
  }
  await h.ok('stop', 'shell');
});

test('a keeper that finds the disk full says so at once', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: EXPECTED });
  const disk = smallDisk(t, 512, mount);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('shutdown');
  disk.fill();
  const began = Date.now();
  await h.fails(1, /^session: cannot save .*no space left on the disk/, 'start', 'web');
  assert.ok(Date.now() - began < 10_000, 'without waiting for a supervisor that cannot begin');
  disk.free();
  await h.ok('start', 'web');
});

test('where the disk was full before anything ran, every verb says so at once', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: /cannot be used|could not be saved|cannot be noted yet/ });
  const disk = smallDisk(t, 512, mount);
  disk.fill();
  const began = Date.now();
  await h.fails(1, /^session: .*no space left on the disk/, 'create', '-n', 'web', 'sleep', '1000');
  await h.fails(1, /^session: .*no space left on the disk/, 'boot');
  assert.ok(Date.now() - began < 10_000, 'without waiting for a supervisor that cannot begin');
  disk.free();
  await h.ok('create', '-n', 'web', 'sleep', '1000');
});

test('what a full disk keeps from booting is told, and booted when there is room', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: EXPECTED });
  const disk = smallDisk(t, 4096, mount);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('shutdown');
  disk.fill();
  const line =
    /^session: Session 'web' is not started yet: cannot save .*no space left on the disk\. It is tried again\.\n$/;
  await h.fails(1, line, 'boot', '-q');
  await h.fails(1, line, 'boot');
  disk.free();
  await h.until('web', 'runs', ({ state }) => state === 'running');
});

test('a home whose records nobody can read is said so, runs on, and is served when it can be read', async (t) => {
  const h = home(t, { expected: /cannot be used/ });
  const records = join(h.path, 'records');
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  const started = readProcess(Number(pid))?.start ?? 0;
  rmSync(`${records}.away`, { recursive: true, force: true });
  renameSync(records, `${records}.away`);
  writeFileSync(records, 'no directory');
  h.killSupervisor();
  const refused = /^session: .*records is not a directory/;
  await h.fails(1, refused, 'stop', 'web');
  await h.fails(1, refused, 'create', 'sleep', '1000');
  assert.ok(isAlive(Number(pid), started), 'what runs runs on');
  rmSync(records);
  renameSync(`${records}.away`, records);
  assert.equal((await h.view('web')).pid, pid);
  await h.ok('stop', 'web');
});

test('what a supervisor that cannot read its records is told to end, ends in good order', async (t) => {
  const h = home(t, { expected: /cannot be used/ });
  const records = join(h.path, 'records');
  const ends = `trap 'echo >${h.work}/ended; exit 0' TERM; echo >${h.work}/ready; while :; do sleep 0.1; done`;
  await h.ok('create', '-n', 'web', 'sh', '-c', ends);
  await eventually('it is ready', () => existsSync(join(h.work, 'ready')));
  const { pid } = await h.view('web');
  const started = readProcess(Number(pid))?.start ?? 0;
  renameSync(records, `${records}.away`);
  writeFileSync(records, '');
  h.killSupervisor();
  await h.fails(1, /records is not a directory/, 'start', 'web');
  await h.ok('shutdown');
  assert.ok(!isAlive(Number(pid), started));
  assert.ok(existsSync(join(h.work, 'ended')), 'by TERM');
  rmSync(records);
  renameSync(`${records}.away`, records);
  assert.equal((await h.view('web')).state, 'down');
});
