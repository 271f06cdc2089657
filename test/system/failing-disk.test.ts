// A disk without quota, without inodes, that gives errors, or that may not be written any more: what cannot be saved is
// refused with one line, what runs runs on, nothing that was acknowledged is lost, and keeping goes on afterwards.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testUser } from '../support/account.ts';
import { preload } from '../support/crash-points.ts';
import { eventually } from '../support/deadline.ts';
import { mountPoint, NOT_ROOT, smallDisk } from '../support/disk.ts';
import { type Home, home } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';
import { person } from '../support/person.ts';

const EXPECTED = /could not be saved|cannot be noted yet/;

const recordsIn = (path: string) =>
  readdirSync(join(path, 'records'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file, readFileSync(join(path, 'records', file), 'utf8')]);

/** Breaks the disk under a life, and mends it. `reason`: what a refusal says. */
async function broken(h: Home, reason: RegExp, breaks: () => void, mends: () => void): Promise<void> {
  await h.ok('create', '-n', 'shell', 'sh');
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'job', '--set', 'restart=never', 'sh', '-c', 'read x; exit 3');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  const job = person(h, ['attach', 'job']);
  await job.receives(/Detach/);
  someone.types('echo first$((1+1))\n');
  await someone.sees(/^first2/m);
  const before = (await h.list()).map(({ name, state, pid }) => ({ name, state, pid }));
  const saved = recordsIn(h.path);

  breaks();
  await h.fails(1, reason, 'create', '-n', 'more', 'sleep', '1000');
  await h.fails(1, reason, 'set', 'web', 'description', 'x');
  await h.fails(1, reason, 'stop', 'web');
  await h.fails(1, reason, 'rm', '-f', 'web');
  assert.deepEqual(
    (await h.list()).map(({ name, state, pid }) => ({ name, state, pid })),
    before,
    'nothing has changed',
  );
  assert.deepEqual(recordsIn(h.path), saved);
  someone.types('echo meanwhile$((1+1))\n');
  await someone.sees(/^meanwhile2/m);
  job.types('\n');
  assert.deepEqual(await job.ended, { code: 3 }, 'an end is an end');
  h.killSupervisor();
  someone.types('echo again$((1+1))\n');
  await someone.sees(/^again2/m);

  mends();
  await h.ok('set', 'web', 'description', 'x');
  await h.ok('stop', 'web');
  await h.ok('create', '-n', 'more', 'sleep', '1000');
  await eventually('the end is on the disk', () => /"code": 3/.test(String(recordsIn(h.path))));
  await eventually('keeping goes on', async () => {
    someone.types('echo kept$((1+1))\n');
    return /^kept2/m.test(await h.ok('logs', 'shell'));
  });
  assert.match(await h.ok('logs', 'shell'), /first2/, 'what was kept is kept still');
}

for (const [code, reason] of [
  ['EDQUOT', /^session: cannot save .*the disk quota is used up/],
  ['EIO', /^session: cannot save .*EIO/],
] as const) {
  test(`a disk that answers ${code}`, async (t) => {
    const h = home(t, { expected: EXPECTED });
    preload(h, 'failing-disk.cjs');
    const order = join(h.work, 'failing');
    h.env.SESSION_TEST_FAILING = order;
    await broken(
      h,
      reason,
      () => writeFileSync(order, code),
      () => rmSync(order),
    );
  });
}

test('a disk that has room and no inodes', { skip: NOT_ROOT }, async (t) => {
  const mount = mountPoint();
  const h = home(t, { path: join(mount, 'h'), expected: EXPECTED });
  smallDisk(t, 4096, mount, 60);
  const taken: string[] = [];
  const takes = () => {
    for (let i = 0; ; i++) {
      const file = join(mount, `taken${i}`);
      try {
        writeFileSync(file, '');
        taken.push(file);
      } catch {
        return;
      }
    }
  };
  await broken(h, /^session: cannot save .*no space left/, takes, () => {
    for (const each of taken) rmSync(each);
  });
});

test('a home whose permissions are lost midway', { skip: NOT_ROOT || UNTOUCHED }, async (t) => {
  const user = testUser(t);
  const session = readableCopy(t);
  const runs = (...args: string[]) => user.runs([session, ...args]);
  const records = join(user.home, '.local/state/session/records');
  assert.equal((await runs('create', '-n', 'web', 'sleep', '1000')).code, 0);
  const saved = readdirSync(records).map((file) => readFileSync(join(records, file), 'utf8'));
  const { stdout: before } = await runs('status', 'web');
  chmodSync(records, 0o500);
  for (const verb of [
    ['stop', 'web'],
    ['create', '-n', 'more', 'sleep', '1000'],
    ['rm', '-f', 'web'],
  ]) {
    const { code, stderr } = await runs(...verb);
    assert.match(
      stderr,
      /^session: cannot save to .*records: permission denied\. Nothing was changed\.\n$/,
      verb.join(' '),
    );
    assert.equal(code, 1);
  }
  chmodSync(records, 0);
  const [supervisor] = user
    .processes()
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('supervisor.cjs'));
  process.kill(supervisor as number, 'SIGKILL');
  const refused = await runs('stop', 'web');
  assert.match(refused.stderr, /^session: .*records.*permission denied/, 'a supervisor that cannot read them says so');
  assert.equal(refused.stderr.split('\n').length, 2);
  chmodSync(records, 0o700);
  assert.equal((await runs('status', 'web')).stdout, before);
  assert.deepEqual(
    readdirSync(records).map((file) => readFileSync(join(records, file), 'utf8')),
    saved,
  );
  assert.equal((await runs('stop', 'web')).code, 0);
  assert.equal((await runs('shutdown')).code, 0);
});
