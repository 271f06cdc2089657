// The keeper is killed under load: nothing of its sessions may live on, and the next verb brings them back.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { FIXTURES, type Home, home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { processesOf } from '../support/torture.ts';

const NUMBERS = join(FIXTURES, 'numbers.cjs');
const GONE = 2000;

/** Sessions of every kind: flooding, many processes, deaf to a hang-up, with a child in a POSIX session of its own. */
async function populate(h: Home): Promise<string[]> {
  await h.ok('create', '-n', 'flood', '--', 'node', NUMBERS, 'count', '4000', '4');
  await h.ok('create', '-n', 'idle', 'sleep', '1000');
  await h.ok('create', '-n', 'deaf', '--', 'sh', '-c', "trap '' HUP; sleep 1000 & sleep 1000; wait");
  await h.ok(
    'create',
    '-n',
    'apart',
    '--',
    'sh',
    '-c',
    'setsid -f sleep 1000; setsid -f sh -c "sleep 1001 & wait"; echo ok >apart; exec sleep 1000',
  );
  await eventually('the children are there', () => existsSync(join(h.work, 'apart')));
  return (await h.list()).map((each) => each.id);
}

const living = (ids: string[]) => ids.flatMap(processesOf).map((pid) => `${pid} ${readComm(pid)}`);

const readComm = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return 'gone';
  }
};

test('when the keeper is killed under load nothing of its sessions is left, and the next verb relaunches', async (t) => {
  const h = home(t);
  const ids = await populate(h);
  const someone = person(h, ['attach', 'flood']);
  await someone.receives(/0{20}\d{10}/);
  assert.ok(living(ids).length >= 8);
  h.killKeeper();
  await eventually('nothing of them lives', () => living(ids).length === 0, GONE).catch(() =>
    assert.deepEqual(living(ids), []),
  );
  await someone.ended;
  const ran = await h.run(['create', '-n', 'new', 'sleep', '1000']);
  const relaunched = 'flood, idle, deaf, apart';
  assert.equal(ran.stderr, `session: the last supervisor had no orderly end; relaunched: ${relaunched}.\n`);
  assert.deepEqual([ran.code, ran.stdout], [0, "Session 'new' started\n"]);
  for (const { name, state } of await h.list()) assert.equal(state, 'running', name);
});

test('when keeper and supervisor are killed together, what outlives them is ended before it is started again', async (t) => {
  const h = home(t);
  const ids = await populate(h);
  const before = new Set(ids.flatMap(processesOf));
  const { keeper, supervisor } = h.pids();
  process.kill(keeper, 'SIGSTOP'); // or it would start another supervisor in between
  process.kill(supervisor, 'SIGKILL');
  process.kill(keeper, 'SIGKILL');
  await h.run(['create', '-n', 'new', 'sleep', '1000']);
  for (const { id, name, pid, state } of await h.list()) {
    assert.equal(state, 'running', name);
    await eventually(`nothing old of ${name}`, () => processesOf(id).every((each) => !before.has(each)));
    assert.ok(pid !== null && !before.has(pid));
  }
});
