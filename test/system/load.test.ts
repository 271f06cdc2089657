// A thousand sessions in one supervisor, two hundred people at once, and what a long life leaves behind.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Link } from '../../src/client/link.ts';
import type { SessionView } from '../../src/model/view.ts';
import { preload } from '../support/crash-points.ts';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { casesOf } from '../support/mutations.ts';
import { linkTo, watcher } from '../support/torture.ts';

/** Creates over the client's own link, as the command does. */
const creates = (link: Link, h: Home, name: string, command: string[], set: [string, string][] = []) =>
  link.request('create', {
    name,
    command,
    from: h.work,
    environment: { PATH: h.env.PATH as string },
    ownEnvironment: {},
    umask: 0o22,
    set,
    suspended: false,
  });

test('a thousand sessions are created, listed, suspended, ended in good order and booted', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 's0', 'sleep', '1000');
  const link = await linkTo(h);
  const names = Array.from({ length: 999 }, (_, i) => `s${i + 1}`);
  await Promise.all(names.map((name) => creates(link, h, name, ['sleep', '1000'])));
  link.close();
  const all = await h.list();
  assert.equal(all.length, 1000);
  assert.equal(all.filter(({ state }) => state === 'running').length, 1000);
  assert.equal((await h.ok('ls', '-q')).trim().split('\n').length, 1000);
  await h.ok('suspend', 's*');
  assert.equal((await h.list()).filter(({ state }) => state === 'suspended').length, 1000);
  await h.ok('resume', 's*');
  h.killSupervisor();
  const pids = (views: SessionView[]) => new Map(views.map(({ name, pid, state }) => [name, `${pid} ${state}`]));
  assert.deepEqual(pids(await h.list()), pids(all), 'a successor knows every one');
  await h.ok('shutdown');
  assert.equal((await h.list()).filter(({ state }) => state === 'down').length, 1000);
  await h.ok('boot', '-q');
  assert.equal((await h.list()).filter(({ state }) => state === 'running').length, 1000);
  t.diagnostic('counted 1000 sessions');
});

test('two hundred people at once are all answered', async (t) => {
  const h = home(t);
  const shells = Array.from({ length: 10 }, (_, i) => `shell${i}`);
  for (const name of shells) await h.ok('create', '-n', name, '--', 'sh', '-c', 'stty -echo; exec cat');
  const people = await Promise.all(Array.from({ length: 200 }, (_, i) => watcher(h, shells[i % 10] as string)));
  t.after(() => {
    for (const each of people) each.close();
  });
  for (let i = 0; i < 200; i++) people[i]?.type(Buffer.from(`said by ${i}.\n`));
  await Promise.all(
    people.map((each, i) =>
      eventually(`${i} is answered, and sees what the others of the session said`, () => {
        const text = each.received().bytes.toString();
        return Array.from({ length: 20 }, (_, k) => (i % 10) + 10 * k).every((who) => text.includes(`said by ${who}.`));
      }),
    ),
  );
  assert.equal((await h.view('shell0')).clients, 20);
  t.diagnostic('counted 200 clients of 10 sessions');
});

const ROUNDS = casesOf(60, 2000);

/** What may be alive more on a heap afterwards, KB: caches that were not full yet. */
const MORE = 2 * 1024;

test('sessions that come and go leave nothing of theirs in memory, descriptors, threads or files', async (t) => {
  const h = home(t);
  preload(h, 'heap-size.cjs');
  h.env.SESSION_TEST_HEAP = h.work;
  await h.ok('create', '-n', 'stays', 'sleep', '100000'); // a supervisor without a process leaves
  const { keeper, supervisor } = h.pids();
  const idle = descriptorsOf(keeper);
  const costs = async () => ({
    keeper: await costsOf(h, keeper),
    supervisor: await costsOf(h, supervisor),
    files: filesIn(h.path),
  });
  const isAtRest = () => descriptorsOf(keeper) === idle;
  await churn(h, ROUNDS / 3);
  await eventually('the keeper has let go of all that was', isAtRest);
  const before = await costs();
  await churn(h, ROUNDS);
  await eventually('the keeper has let go of all that was', isAtRest);
  const after = await costs();
  const grown = { keeper: 0, supervisor: 0 };
  for (const which of ['keeper', 'supervisor'] as const) {
    assert.equal(after[which].descriptors, before[which].descriptors, `descriptors of the ${which}`);
    assert.equal(after[which].threads, before[which].threads, `threads of the ${which}`);
    grown[which] = Math.round((after[which].alive - before[which].alive) / 1024);
    assert.ok(grown[which] < MORE, `the heap of the ${which} has grown by ${grown[which]} KB in ${ROUNDS} rounds`);
  }
  assert.equal(after.files, before.files, 'files of the home');
  t.diagnostic(
    `counted ${ROUNDS} rounds of ten lives each: the heap grew by ${grown.keeper} KB (keeper) and ${grown.supervisor} KB (supervisor)`,
  );
});

/** Rounds of ten sessions that are made, put something out, are looked at, attached to, and go in different ways. */
async function churn(h: Home, rounds: number): Promise<void> {
  const link = await linkTo(h);
  for (let round = 0; round < rounds; round++) {
    const names = Array.from({ length: 10 }, (_, i) => `s${i}`);
    const command = ['sh', '-c', 'echo said; read x; exit 1'];
    await Promise.all(names.map((name) => creates(link, h, name, command, [['restart', 'never']])));
    const visitor = await watcher(h, 's1');
    visitor.type(Buffer.from('\n'));
    const { sessions } = await link.request('list', { usage: true });
    visitor.close();
    const ids = sessions.filter(({ name }) => name !== 'stays').map(({ id }) => id);
    await Promise.all(
      ids.map(async (session, i) => {
        if (i % 3 === 0) await link.request('restart', { session });
        if (i % 2 === 0) await link.request('stop', { session });
        await link.request('remove', { session, force: true });
      }),
    );
  }
  link.close();
  await eventually('only what stays is there', async () => (await h.list()).length === 1);
}

/** What is alive on the heap, bytes; open descriptors; threads. */
async function costsOf(h: Home, pid: number) {
  const file = join(h.work, String(pid));
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const alive = await eventually('it has said so', () =>
    existsSync(file) ? Number(readFileSync(file, 'latin1')) : undefined,
  );
  const threads = Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  return { alive, threads, descriptors: descriptorsOf(pid) };
}

const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

const filesIn = (path: string) => readdirSync(path, { recursive: true }).length;
