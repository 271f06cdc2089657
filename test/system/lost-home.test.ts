// The home deleted, moved or replaced under a supervisor: what runs runs on, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errnoOf } from '../../src/base/errors.ts';
import { placeIn } from '../../src/base/paths.ts';
import { nameOfHome } from '../../src/system/keeper-names.ts';
import { eventually } from '../support/deadline.ts';
import { mountPoint, NOT_ROOT, smallDisk } from '../support/disk.ts';
import { commandOf, FIXTURES, type Home, home, leftovers } from '../support/home.ts';
import { person } from '../support/person.ts';
import { isLiving } from '../support/processes.ts';

const facts = (views: { name: string; state: string; pid: number | null; description: string }[]) =>
  views.map(({ name, state, pid, description }) => ({ name, state, pid, description }));

/** A copy without the socket, as `tar` would make it. */
const copyOf = (h: Home) => {
  const copy = join(h.work, 'copy');
  cpSync(h.path, copy, { recursive: true, filter: (from) => !from.endsWith('/socket') });
  return copy;
};

/** Whole, in one step: the keeper, which makes a home that is gone anew, may be first, and is then waited for. */
const putInPlace = (h: Home, copy: string) => {
  const whole = `${h.path}.older`;
  cpSync(copy, whole, { recursive: true });
  return eventually('the copy is in place', () => {
    rmSync(h.path, { recursive: true, maxRetries: 9 });
    try {
      renameSync(whole, h.path);
      return true;
    } catch (error) {
      if (errnoOf(error) !== 'ENOTEMPTY') throw error;
      return false;
    }
  });
};

test('a home that is deleted is made anew, with every session, by the one keeper', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', 'sh');
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'old', 'sleep', '1000');
  await h.ok('stop', 'old');
  await h.ok('create', '-s', '-n', 'held', 'sleep', '1000');
  await h.ok('set', 'web', 'description', 'what is said of it');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  someone.types('echo before$((1+1))\n');
  await someone.sees(/^before2/m);
  const before = facts(await h.list());
  const { keeper } = h.pids();
  for (let round = 0; round < 2; round++) {
    rmSync(h.path, { recursive: true, maxRetries: 9 });
    await eventually('the home is there again', () => existsSync(join(h.path, 'run/socket')));
    assert.deepEqual(facts(await h.list()), before);
    assert.equal(h.pids().keeper, keeper);
    someone.types(`echo after${round}$((1+1))\n`);
    await someone.sees(new RegExp(`^after${round}2`, 'm'));
    await someone.sees(/^before2/m);
  }
  await h.ok('create', '-n', 'more', 'sleep', '1000');
  await h.ok('stop', 'web');
  assert.match(await h.ok('logs', 'shell'), /after12/, 'output is kept again');
});

test('a home that is moved away says what it cannot save, and is as it was when it is back', async (t) => {
  const h = home(t, { expected: /could not be saved|cannot be noted/ });
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = facts(await h.list());
  const away = `${h.path}.away`;
  renameSync(h.path, away);
  const env = { SESSION_HOME: away };
  const { code, stderr } = await h.run(['stop', 'web'], { env });
  assert.deepEqual(
    { code, stderr },
    {
      code: 1,
      stderr: `session: cannot save to ${h.path}/records: no such file or directory. Nothing was changed.\n`,
    },
  );
  renameSync(away, h.path);
  assert.deepEqual(facts(await h.list()), before);
  await h.ok('stop', 'web');
});

test('a home in whose place an older copy is put keeps what was acknowledged since', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const copy = copyOf(h);
  await h.ok('set', 'web', 'description', 'said since');
  await h.ok('create', '-n', 'later', 'sleep', '1000');
  const before = facts(await h.list());
  await putInPlace(h, copy);
  h.poke();
  await eventually('it is found again', () => existsSync(join(h.path, 'run/socket')));
  assert.deepEqual(facts(await h.list()), before);
});

test('a verb right after the home was deleted or replaced finds the one keeper there is', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'gone', 'sleep', '1000');
  const copy = copyOf(h);
  await h.ok('rm', '-f', 'gone');
  const { keeper } = h.pids();
  const before = facts(await h.list());
  const ways: [string, () => unknown][] = [
    ['deleted', () => rmSync(h.path, { recursive: true, maxRetries: 9 })],
    ['moved away', () => renameSync(h.path, `${h.path}.${readdirSync(join(h.path, '..')).length}`)],
    ['replaced', () => putInPlace(h, copy)],
  ];
  for (const [what, deed] of ways) {
    await deed();
    const name = what.slice(0, 4);
    await h.ok('create', '-n', name, 'sleep', '1000');
    const now = facts(await h.list());
    assert.deepEqual(
      now.filter((each) => each.name === 'web'),
      before.filter((each) => each.name === 'web'),
      what,
    );
    assert.equal(now.find((each) => each.name === name)?.state, 'running', what);
    assert.equal(h.pids().keeper, keeper, what);
    assert.equal(leftovers(h.path).filter((pid) => commandOf(pid).includes('keeper.cjs')).length, 1, what);
  }
});

test('a verb right after the directory around the home was deleted finds the one keeper there is', async (t) => {
  const around = mountPoint();
  const h = home(t, { path: join(around, 'state', 'h') });
  t.after(() => rmSync(around, { recursive: true }));
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = facts(await h.list());
  const { keeper } = h.pids();
  rmSync(join(around, 'state'), { recursive: true });
  await h.ok('create', '-n', 'more', 'sleep', '1000');
  assert.deepEqual(
    facts(await h.list()).filter(({ name }) => name === 'web'),
    before,
  );
  assert.equal(h.pids().keeper, keeper);
  assert.equal(leftovers(h.path).filter((pid) => commandOf(pid).includes('keeper.cjs')).length, 1);
});

test('a home whose path is too long for a name is known by another', async (t) => {
  const around = mountPoint();
  const h = home(t, { path: join(around, 'x'.repeat(120), 'a home') });
  t.after(() => rmSync(around, { recursive: true }));
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { keeper } = h.pids();
  rmSync(h.path, { recursive: true, maxRetries: 9 });
  await h.ok('create', '-n', 'more', 'sleep', '1000');
  assert.equal(h.pids().keeper, keeper);
  assert.equal((await h.view('web')).state, 'running');
});

test('where only the records are deleted, they are saved again', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'old', 'sleep', '1000');
  await h.ok('stop', 'old');
  const before = facts(await h.list());
  const records = join(h.path, 'records');
  const files = readdirSync(records).sort();
  rmSync(records, { recursive: true });
  await eventually('they are there', () => existsSync(records) && readdirSync(records).sort().join() === files.join());
  assert.deepEqual(facts(await h.list()), before);
  await h.ok('set', 'web', 'description', 'x');
});

test('records that are deleted one by one are saved again', async (t) => {
  const h = home(t);
  for (const name of ['web', 'two', 'gone']) await h.ok('create', '-n', name, 'sleep', '1000');
  await h.ok('rm', '-f', 'gone');
  const before = facts(await h.list());
  const records = join(h.path, 'records');
  const files = readdirSync(records).sort();
  for (const each of files) rmSync(join(records, each));
  await eventually('they are there', () => readdirSync(records).sort().join() === files.join());
  h.killSupervisor();
  assert.deepEqual(facts(await h.list()), before);
});

test('verbs that start nothing find the keeper of a home that was just deleted', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = facts(await h.list());
  const { keeper } = h.pids();
  for (const verb of [['status', 'web'], ['upgrade'], ['shutdown']]) {
    rmSync(h.path, { recursive: true, maxRetries: 9 });
    const shown = verb[0] === 'status' ? await h.list() : undefined;
    if (shown !== undefined) assert.deepEqual(facts(shown), before);
    if (verb[0] === 'upgrade') await h.list(); // else it may not be saved yet, and is refused
    await h.ok(...verb);
    if (verb[0] !== 'shutdown') assert.deepEqual(facts(await h.list()), before, verb[0]);
  }
  await eventually('it has ended', () => !isLiving(keeper));
});

test('of two sessions of one name that of the older copy is set aside', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('stop', 'web');
  const copy = copyOf(h);
  await h.ok('rm', 'web');
  await h.ok('create', '-n', 'web', 'sleep', '2000');
  const before = facts(await h.list());
  await putInPlace(h, copy);
  await h.run(['set', 'web', 'description', 'x']);
  await eventually('it is set aside', () => readdirSync(join(h.path, 'records')).some((each) => each.endsWith('.bad')));
  assert.deepEqual(facts(await h.list()), [{ ...before[0], description: 'x' }]);
});

test('a copy of a home in use says whose it is, and ends and starts nothing of the other', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = facts(await h.list());
  const copy = copyOf(h);
  const other = home(t, { path: copy });
  const { keeper } = h.pids();
  const line = `session: cannot start the keeper: ${copy} is a copy: its sessions are kept by the keeper of ${h.path} (PID ${keeper}). Use that one, or delete ${copy}/keeper.lock: then this one goes on apart from it.`;
  await other.fails(1, line, 'boot');
  await other.fails(1, line, 'create', 'sleep', '1000');
  rmSync(join(copy, 'keeper.lock'));
  const { code, stderr } = await other.run(['create', '-n', 'apart', 'sleep', '1000']);
  assert.equal(code, 0, stderr); // and what ran there is said to be launched again
  assert.equal((await other.view('apart')).state, 'running');
  assert.notEqual(other.pids().keeper, keeper);
  const theirs = facts(await other.list());
  assert.deepEqual(facts(await h.list()), before);
  await h.ok('shutdown');
  await h.ok('boot', '-q'); // what is of the same session there is no remains of ours
  h.killKeeper();
  await h.run(['boot', '-q']);
  assert.deepEqual(facts(await other.list()), theirs);
  await other.ok('shutdown');
  assert.equal((await h.view('web')).state, 'running');
});

test('a home that cannot be made anew at once is served as soon as it can be', async (t) => {
  const h = home(t, { expected: /the place is lost/ });
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = facts(await h.list());
  rmSync(h.path, { recursive: true, maxRetries: 9 });
  mkdirSync(h.path, { mode: 0o700 });
  writeFileSync(join(h.path, 'run'), 'no directory', { mode: 0o600 });
  const { code } = await h.run(['create', '-n', 'early', 'sleep', '1000']);
  assert.equal(code, 1);
  rmSync(join(h.path, 'run'));
  await h.ok('create', '-n', 'later', 'sleep', '1000');
  assert.deepEqual(
    facts(await h.list()).filter(({ name }) => name === 'web'),
    before,
  );
});

test(
  'a home that was deleted from a disk that is full now is served, and saved once there is room',
  { skip: NOT_ROOT },
  async (t) => {
    const mount = mountPoint();
    const h = home(t, { path: join(mount, 'h'), expected: /could not be saved|cannot be noted/ });
    const disk = smallDisk(t, 512, mount);
    await h.ok('create', '-n', 'shell', 'sh');
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const someone = person(h, ['attach', 'shell']);
    await someone.receives(/Detach/);
    const before = facts(await h.list());
    rmSync(h.path, { recursive: true, maxRetries: 9 });
    disk.fill();
    await h.fails(1, /^session: cannot save .*no (space left|such file)/, 'set', 'web', 'description', 'x');
    await h.fails(1, /^session: cannot save .*(no space left|keeper is not there)/, 'upgrade');
    assert.deepEqual(facts(await h.list()), before);
    someone.types('echo still$((1+1))\n');
    await someone.sees(/^still2/m);
    disk.free();
    await eventually('all is saved', () => {
      const records = join(h.path, 'records');
      return existsSync(records) && readdirSync(records).filter((each) => each.endsWith('.json')).length === 2;
    });
    await eventually('the diary is the new one', () => h.diary().includes('"supervising"'));
    assert.deepEqual(facts(await h.list()), before);
  },
);

test('a name that another user has taken keeps no keeper from its home', { skip: NOT_ROOT }, async (t) => {
  const h = home(t);
  mkdirSync(h.path, { mode: 0o700 });
  const name = nameOfHome(placeIn('user', h.path, join(h.path, 'run')));
  const other = spawn(process.execPath, [join(FIXTURES, 'holds-name.cjs'), name, '65534']);
  t.after(() => other.kill());
  assert.equal(String((await once(other.stdout, 'data'))[0]), 'held\n');
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  assert.equal((await h.view('web')).state, 'running');
});

test('what ran in a home that is lost while no supervisor stands by is told by the doctor, and ended in the end', async (t) => {
  const h = home(t, { expected: /a process without a record/ });
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  const { supervisor } = h.pids();
  process.kill(supervisor, 'SIGSTOP');
  rmSync(h.path, { recursive: true });
  process.kill(supervisor, 'SIGKILL');
  await h.ok('create', '-n', 'more', 'sleep', '1000');
  assert.match((await h.run(['doctor'])).stdout, new RegExp(`PID ${pid} runs on until session shutdown`));
  await h.ok('shutdown');
  assert.ok(!isLiving(pid as number));
});
