// A keeper that is killed takes its sessions along; the next verb brings back all that is due, and says so.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { isLiving, processesOf, survivorsOf, untilProcesses } from '../support/processes.ts';

/** Kills it, and waits until its supervisor has seen that: until then that one may still answer. */
async function keeperDies(h: Home): Promise<void> {
  const { supervisor } = h.pids();
  h.killKeeper();
  await eventually('the supervisor has seen it', () => !isLiving(supervisor));
}

describe('a killed keeper', { concurrency: true }, () => {
  test('leaves nothing over when its sessions are started again', async (t) => {
    const h = home(t);
    const file = h.script(
      'tree',
      "trap '' TERM HUP\nsetsid sleep 1000 &\n(setsid sh -c 'sleep 1001 &')\n[ -e second ] && exec tail -f /dev/null\n: >second\nexec tail -f /dev/null",
    );
    await h.ok('create', '-n', 'tree', '--set', 'stop-timeout=300ms', file);
    await h.ok('create', '-n', 'plain', 'sleep', '1000');
    await h.ok('create', '-n', 'frozen', 'sleep', '1000');
    await h.ok('create', '-n', 'off', 'sleep', '1000');
    await h.ok('suspend', 'frozen');
    await h.ok('stop', 'off');
    const { id } = await h.view('tree');
    const old = [...(await untilProcesses(id, 'tail', 'sleep', 'sleep')), ...processesOf((await h.view('plain')).id)];
    await keeperDies(h);
    assert.equal((await h.view('plain')).state, 'down');
    const ran = await h.run(['start', 'off']);
    assert.equal(ran.stderr, 'session: the last supervisor had no orderly end; relaunched: tree, plain.\n');
    assert.equal(ran.code, 0);
    assert.deepEqual(survivorsOf(old), []);
    await untilProcesses(id, 'tail', 'sleep', 'sleep');
    const now = Object.fromEntries((await h.list()).map((each) => [each.name, each.state]));
    assert.deepEqual(now, { frozen: 'held', off: 'running', plain: 'running', tree: 'running' });
  });

  test('is made good by a verb that names none of the lost ones, and by boot without a note', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'lost', 'sleep', '1000');
    await keeperDies(h);
    const made = await h.run(['create', '-n', 'new', 'sleep', '1000']);
    assert.deepEqual(made, {
      code: 0,
      signal: null,
      stdout: "Session 'new' started\n",
      stderr: 'session: the last supervisor had no orderly end; relaunched: lost.\n',
    });
    assert.equal((await h.view('lost')).state, 'running');
    await keeperDies(h);
    assert.equal(await h.ok('boot'), "Session 'lost' started\nSession 'new' started\n");
  });

  test('with a supervisor that stands still, is made good by a verb that waits for it', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'lost', 'sleep', '1000');
    const { supervisor } = h.pids();
    process.kill(supervisor, 'SIGSTOP');
    h.killKeeper();
    const { code, stderr } = await h.run(['create', '-n', 'new', 'sleep', '1000']);
    assert.deepEqual(
      { code, stderr },
      { code: 0, stderr: 'session: the last supervisor had no orderly end; relaunched: lost.\n' },
    );
    const views = await h.list();
    assert.deepEqual(
      views.map(({ state }) => state),
      ['running', 'running'],
    );
    process.kill(supervisor, 'SIGCONT'); // it sees that its keeper is gone
    await eventually('it has left', () => !isLiving(supervisor));
    assert.deepEqual(
      (await h.list()).map(({ pid }) => pid),
      views.map(({ pid }) => pid),
      'and ended nothing',
    );
  });

  test('and its supervisor with it, are made good even where nobody is left to clear up', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'lost', '--', 'sh', '-c', "trap '' HUP; sleep 1000 & sleep 1001");
    const { id } = await h.view('lost');
    const old = await untilProcesses(id, 'sh', 'sleep', 'sleep');
    const { keeper, supervisor } = h.pids();
    process.kill(supervisor, 'SIGSTOP'); // it cannot clear up after its keeper
    process.kill(keeper, 'SIGKILL');
    process.kill(supervisor, 'SIGKILL');
    const ran = await h.run(['stop', 'lost']);
    assert.equal(ran.code, 0);
    assert.match(ran.stderr, /^session: the last supervisor had no orderly end; relaunched: lost\.\n$/);
    assert.deepEqual(survivorsOf(old), []);
    assert.equal((await h.view('lost')).state, 'stopped');
  });
});

describe('an orderly end', { concurrency: true }, () => {
  const STUBBORN = "trap '' TERM HUP; while :; do sleep 0.1; done";

  test('whose keeper is killed in the middle of it leaves nothing over', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'stubborn', '--set', 'stop-timeout=1h', 'sh', '-c', STUBBORN);
    await h.ok('create', '-n', 'other', 'sleep', '1000');
    const old = await untilProcesses((await h.view('stubborn')).id, 'sh', 'sleep');
    const other = processesOf((await h.view('other')).id);
    const end = h.run(['shutdown']);
    await eventually('it is under way', () => survivorsOf(other).length === 0);
    h.killKeeper();
    await end;
    await eventually('nothing is left over', () => survivorsOf(old).length === 0);
    await h.run(['set', 'stubborn', 'stop-timeout', '1s']); // for the end of the test
  });

  test('begins nothing any more, whoever asks for it', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'stubborn', '--set', 'stop-timeout=3s', 'sh', '-c', STUBBORN);
    await h.ok('create', '-s', '-n', 'held', 'sleep', '1000');
    const someone = person(h, ['attach', 'held']);
    await someone.receives(/Press Enter to begin/);
    const { id } = await h.view('held');
    const end = h.run(['shutdown']);
    await eventually('it is under way', () => /"what":"leaving"/.test(h.diary()));
    someone.types('\n');
    assert.equal((await end).code, 0);
    assert.deepEqual(processesOf(id), []);
  });
});
