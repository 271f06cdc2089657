// A new supervisor and keeper in the place of the old ones, under sessions that notice nothing; and the
// supervisor in view.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually, within } from '../support/deadline.ts';
import { BIN, home, leftovers } from '../support/home.ts';
import { person } from '../support/person.ts';
import { isLiving, processesOf } from '../support/processes.ts';

describe('upgrade', { concurrency: true }, () => {
  test('keeps every process, every byte and the person who is attached', async (t) => {
    const h = home(t);
    await h.ok(
      'create',
      '-n',
      'counts',
      '--',
      'sh',
      '-c',
      'i=0; while [ ! -e enough ]; do echo $((i=i+1)); done; exec sleep 1000',
    );
    await h.ok('create', '-n', 'frozen', 'sleep', '1000');
    await h.ok('suspend', 'frozen');
    await h.ok('create', '-n', 'held', '-s', 'sleep', '1000');
    await h.ok('create', '-n', 'waits', '--set', 'restart-delay=1h', 'false');
    await h.until('waits', 'waits', (each) => each.state === 'backing-off');
    await h.ok('create', '-n', 'echo', '--', 'sh', '-c', 'stty -echo; echo ready; exec cat');
    const someone = person(h, ['attach', 'echo']);
    await someone.sees(/^ready$/m);
    const before = await h.list();
    const { keeper } = h.pids();
    let wanted = '';
    for (let round = 1; round <= 3; round++) {
      const { supervisor } = h.pids();
      let over = false;
      const upgraded = h.run(['upgrade']).finally(() => {
        over = true;
      });
      let i = 0;
      // All the time, and a few lines ahead of the answers: some are typed while nobody is there to take them.
      for (; !over; i++) {
        wanted += `line ${round} ${i}\n`;
        someone.types(`line ${round} ${i}\n`);
        if (i >= 5) await someone.receives(new RegExp(`line ${round} ${i - 5}\r`));
      }
      const ran = await upgraded;
      assert.match(ran.stdout, /^Upgraded to session \d+\.\d+\.\d+; 3 sessions run on\.\n$/);
      assert.deepEqual([ran.code, ran.stderr], [0, '']);
      assert.equal(h.pids().keeper, keeper, 'the same process, another program');
      assert.ok(!isLiving(supervisor) && h.pids().supervisor !== supervisor);
      await someone.sees(new RegExp(`^line ${round} ${i - 1}$`, 'm'));
    }
    assert.equal(await h.ok('logs', 'echo'), `ready\n${wanted}`, 'what was typed came once and in order');
    h.script('enough', '');
    await eventually(
      'it has counted enough',
      async () => processesOf((await h.view('counts')).id)[0]?.name === 'sleep',
    );
    const counted = (await h.ok('logs', 'counts')).trimEnd().split('\n');
    counted.forEach((each, i) => {
      if (Number(each) !== Number(counted[0]) + i) assert.fail(`line ${i} is ${each} after ${counted[i - 1]}`);
    });
    const facts = (all: typeof before) =>
      all.map(({ name, state, pid, restarts, clients }) => [name, state, pid, restarts, clients].join(' '));
    assert.deepEqual(facts(await h.list()), facts(before));
    await h.ok('resume', 'frozen');
    await h.ok('stop', 'frozen', 'waits');
    assert.deepEqual((await h.view('frozen')).exit, { signal: 'SIGTERM' }, 'the keeper still reaps');
  });

  test('keeps every process though the diary cannot be opened', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const { pid } = await h.view('web');
    const log = join(h.path, 'supervisor.log');
    rmSync(log);
    mkdirSync(log);
    await h.ok('upgrade');
    assert.equal((await h.view('web')).pid, pid);
    assert.match((await h.run(['doctor'])).stdout, /supervisor\.log elsewhere/);
    rmSync(log, { recursive: true });
  });

  test('of nobody says so and starts nobody', async (t) => {
    const h = home(t);
    assert.equal(await h.ok('upgrade'), 'No supervisor is running: the next one is this version.\n');
    assert.deepEqual(leftovers(h.path), []);
  });
});

describe('supervise --foreground', { concurrency: true }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`serves until ${signal}, which is an orderly end`, async (t) => {
      const h = home(t);
      const child = spawn(BIN, ['supervise', '--foreground'], {
        env: h.env,
        cwd: h.work,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let diary = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        diary += text;
      });
      const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
      await eventually('it listens', () => existsSync(join(h.path, 'run', 'socket')));
      await h.ok('create', '-n', 'x', 'sleep', '1000');
      assert.equal(h.pids().keeper, child.pid);
      const { id } = await h.view('x');
      await h.fails(
        1,
        'session: a supervisor runs already. End it first: session shutdown',
        'supervise',
        '--foreground',
      );
      child.kill(signal);
      assert.equal(await within(closed, () => 'it ends'), 0);
      assert.deepEqual(processesOf(id), []);
      assert.match(diary, /"what":"supervising"/, 'its diary is in view');
      assert.equal(await h.ok('start', 'x'), '', 'no word about a crash');
    });
  }

  test('is the only way to supervise', async (t) => {
    const h = home(t);
    await h.fails(
      2,
      'session: supervise runs in the foreground only. Use session supervise --foreground.',
      'supervise',
    );
  });
});
