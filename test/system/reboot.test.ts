// Shutdown and boot: what was up comes back as it was, nothing else does, and the order and lines are as told.
import assert from 'node:assert/strict';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home, leftovers } from '../support/home.ts';
import { untilProcesses } from '../support/processes.ts';

describe('boot', { concurrency: true }, () => {
  test('after a shutdown brings back what ran, in order of creation, and leaves the rest as it was', async (t) => {
    const h = home(t);
    const ready = h.script('ready', 'echo run of $SESSION_NAME\nexec sleep 1000');
    for (const name of ['zeta', 'mid', 'alpha', 'frozen', 'holds', 'off']) await h.ok('create', '-n', name, ready);
    await h.ok('create', '-n', 'unbegun', '-s', ready);
    await h.ok(
      'create',
      '-n',
      'waits',
      '--set',
      'restart-delay=1h',
      '--',
      'sh',
      '-c',
      `[ -e go ] && exec sleep 1000; exit 3`,
    );
    await h.ok(
      'create',
      '-n',
      'gaveup',
      '--set',
      'restart-limit=1',
      '--',
      'sh',
      '-c',
      '[ -e go ] && exec sleep 1000; exit 4',
    );
    await h.ok('suspend', 'frozen');
    await h.ok('stop', 'off');
    await h.ok('set', 'holds', 'start-suspended', 'yes');
    await h.until('waits', 'is backing off', (each) => each.state === 'backing-off');
    await h.until('gaveup', 'has failed', (each) => each.state === 'failed');
    await eventually('output is kept', async () => (await h.ok('logs', 'zeta')) === 'run of zeta\n');
    assert.equal(await h.ok('shutdown'), '');
    assert.deepEqual(leftovers(h.path), []);
    assert.equal(await h.ok('shutdown'), '', 'a second one is quiet success');

    const down = Object.fromEntries((await h.list()).map((each) => [each.name, each.state]));
    assert.deepEqual(down, {
      alpha: 'down',
      frozen: 'held',
      gaveup: 'failed',
      holds: 'down',
      mid: 'down',
      off: 'stopped',
      unbegun: 'held',
      waits: 'down',
      zeta: 'down',
    });
    const told = await h.run(['status', 'zeta', 'off', 'unbegun']);
    assert.equal(
      told.stdout,
      "Session 'zeta' should run, but nothing supervises it. See session boot.\n" +
        "Session 'off' is stopped.\nSession 'unbegun' is suspended and has not begun.\n",
    );
    assert.equal(told.code, 3);
    assert.deepEqual(leftovers(h.path), [], 'looking starts nothing');

    writeFileSync(join(h.work, 'go'), '');
    assert.equal(
      await h.ok('boot'),
      [
        "Session 'zeta' started",
        "Session 'mid' started",
        "Session 'alpha' started",
        "Session 'holds' is suspended and has not begun.",
        "Session 'waits' started",
        "Session 'gaveup' started",
        '',
      ].join('\n'),
    );
    const up = Object.fromEntries((await h.list()).map((each) => [each.name, [each.state, each.desired]]));
    assert.deepEqual(up, {
      alpha: ['running', 'running'],
      frozen: ['held', 'suspended'],
      gaveup: ['running', 'running'],
      holds: ['held', 'suspended'],
      mid: ['running', 'running'],
      off: ['stopped', 'stopped'],
      unbegun: ['held', 'suspended'],
      waits: ['running', 'running'],
      zeta: ['running', 'running'],
    });
    await eventually(
      'output goes on below the kept one',
      async () => (await h.ok('logs', 'zeta')) === 'run of zeta\nrun of zeta\n',
    );
    const before = await h.list();
    assert.equal(await h.ok('boot'), '', 'a second boot finds nothing to do');
    assert.deepEqual(
      (await h.list()).map((each) => each.pid),
      before.map((each) => each.pid),
    );
    await h.ok('resume', 'frozen', 'holds', 'unbegun');
    assert.ok((await h.list()).every((each) => each.live || each.name === 'off'));
  });

  test('says what could not be started, tries it again by itself, and with -q says nothing else', async (t) => {
    const h = home(t);
    const program = h.script('program', 'exec sleep 1000');
    await h.ok('create', '-n', 'mounted', 'sleep', '1000');
    await h.ok('create', '-n', 'unmounted', program);
    await h.ok('shutdown');
    renameSync(program, `${program}.away`);
    const ran = await h.run(['boot', '-q']);
    assert.equal(ran.code, 1);
    assert.equal(ran.stdout, '');
    assert.match(
      ran.stderr,
      /^session: Session 'unmounted' is restarting in \d+ s \(no program '\S+program', attempt \d+\)\.\n$/,
    );
    assert.equal(ran.stderr.split('\n').length, 2);
    const waiting = await h.view('unmounted');
    assert.deepEqual([waiting.state, waiting.desired], ['backing-off', 'running']);
    assert.match(
      (await h.run(['status', 'unmounted'])).stdout,
      /^Session 'unmounted' is restarting in \d+ s \(no program '.*, attempt \d+\)\.\n$/,
    );
    renameSync(`${program}.away`, program); // the disk is mounted at last
    await h.until('unmounted', 'runs', (each) => each.state === 'running');
  });

  test('of nothing, or of a home that never was, is quiet success', async (t) => {
    const h = home(t);
    assert.equal(await h.ok('boot'), '');
    assert.equal(await h.ok('boot', '-q'), '');
  });

  test('is no part of another verb: after an orderly end that launches only what it names', async (t) => {
    const h = home(t);
    for (const name of ['one', 'two', 'three']) await h.ok('create', '-n', name, 'sleep', '1000');
    for (const [end, named] of [
      ['shutdown', 'two'],
      ['TERM to the supervisor', 'three'],
      ['TERM to the keeper', 'two'],
    ] as const) {
      const { id } = await h.view(named);
      if (end === 'shutdown') await h.ok('shutdown');
      else process.kill(end.endsWith('keeper') ? h.pids().keeper : h.pids().supervisor, 'SIGTERM');
      await eventually(`${end}: all has ended`, () => leftovers(h.path).length === 0);
      assert.equal(existsSync(join(h.path, 'run', 'socket')), false, end);
      assert.equal(await h.ok('start', named), '');
      await untilProcesses(id, 'sleep');
      const live = (await h.list()).filter((each) => each.live).map((each) => each.name);
      assert.deepEqual(live, [named], end);
      assert.ok((await h.list()).every((each) => each.desired === 'running'));
      assert.equal((await h.ok('boot')).split('\n').length, 3, 'boot brings the other two');
    }
  });
});
