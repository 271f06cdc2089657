// Several names, patterns, and what the exit status tells a script.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { home } from '../support/home.ts';

describe('names', { concurrency: true }, () => {
  test('several and patterns are resolved first: one that is unknown, and nothing is done', async (t) => {
    const h = home(t);
    for (const name of ['web-1', 'web-2', 'web-3', 'db', 'backend']) await h.ok('create', '-n', name, 'sleep', '1000');
    const live = async () => (await h.list()).filter((each) => each.live).map((each) => each.name);
    await h.fails(4, "session: no session 'bakend'. Did you mean 'backend'?", 'stop', 'db', 'bakend');
    await h.fails(4, "session: no session matches 'wob-*'. See session ls.", 'stop', 'db', 'wob-*');
    await h.fails(4, "session: no session 'nothing-like-it'. See session ls.", 'rm', '-f', 'db', 'nothing-like-it');
    await h.fails(4, "session: no session 'WEB-1'. Did you mean 'web-1'?", 'status', 'db', 'WEB-1');
    assert.equal((await live()).length, 5);
    assert.equal(await h.ok('stop', 'web-[12]', 'db', 'web-1'), '');
    assert.deepEqual(await live(), ['backend', 'web-3']);
    assert.equal(await h.ok('start', 'web-?'), '');
    assert.deepEqual(await live(), ['backend', 'web-1', 'web-2', 'web-3']);
    assert.equal(await h.ok('rm', '-f', '*'), '');
    assert.deepEqual(await h.list(), []);
  });

  test('a failure during the deed does not stop the rest, and is the exit status', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'off', 'sleep', '1000');
    await h.ok('create', '-n', 'on', 'sleep', '1000');
    await h.ok('stop', 'off');
    await h.fails(1, "session: 'off' is stopped, not running. Use session start off.", 'suspend', 'off', 'on');
    assert.equal((await h.view('on')).state, 'suspended');
    const { pid } = await h.view('on');
    const ran = await h.run(['rm', 'on', 'off']);
    assert.equal(ran.code, 1);
    assert.equal(
      ran.stderr,
      `The session 'on' is suspended (PID ${pid}). Use \`session rm -f on\` to stop and delete the session.\n`,
    );
    assert.deepEqual(
      (await h.list()).map((each) => each.name),
      ['on'],
    );
  });

  test('status is 0 where each named one has a process, 3 where any has none, 4 where one is unknown', async (t) => {
    const h = home(t);
    assert.equal((await h.run(['status'])).code, 0, 'nothing is wished for');
    await h.ok('create', '-n', 'run', 'sleep', '1000');
    await h.ok('create', '-n', 'frozen', 'sleep', '1000');
    await h.ok('create', '-n', 'held', '-s', 'sleep', '1000');
    await h.ok('create', '-n', 'off', 'sleep', '1000');
    await h.ok('suspend', 'frozen');
    await h.ok('stop', 'off');
    const codes: [number, ...string[]][] = [
      [0, 'run', 'frozen'],
      [3, 'held'],
      [3, 'off'],
      [3, 'run', 'off'],
      [4, 'off', 'unknown'],
      [0],
      [3, '*'],
    ];
    for (const [code, ...names] of codes) assert.equal((await h.run(['status', ...names])).code, code, names.join(' '));
    await h.ok('create', '-n', 'fails', '--set', 'restart-limit=1', 'false');
    await h.until('fails', 'has failed', (each) => each.state === 'failed');
    assert.equal((await h.run(['status'])).code, 3, 'not all are as desired');
    assert.equal(
      (await h.run(['status', 'fails'])).stdout,
      "Session 'fails' has failed: exit status 1. See session logs fails.\n",
    );
    const lines = (await h.run(['status', 'run', 'frozen', 'held', 'off'])).stdout;
    const [run, frozen] = [await h.view('run'), await h.view('frozen')];
    assert.equal(
      lines,
      `Session 'run' is running, PID ${run.pid}.\nSession 'frozen' is suspended, PID ${frozen.pid}.\n` +
        "Session 'held' is suspended and has not begun.\nSession 'off' is stopped.\n",
    );
  });

  test('ls shows a table by name, names only, or every field as JSON; a pipe is never cut', async (t) => {
    const h = home(t);
    const word = 'x'.repeat(300);
    await h.ok('create', '-n', 'long', '--', 'sh', '-c', 'sleep 1000; exit', word);
    await h.ok('create', '-n', 'brief', '-s', 'sleep', '1000');
    const { pid, id, startedAt } = await h.view('long');
    const [head, brief, long] = (await h.ok('ls')).split('\n');
    assert.equal(head?.replaceAll(/ +/g, ' '), 'NAME STATE PID UP RESTARTS CLIENTS COMMAND');
    assert.match(brief ?? '', /^brief +suspended \(not begun\) +- +- +0 +0 +sleep 1000$/);
    assert.match(long ?? '', new RegExp(`^long +running +${pid} +\\d+s +0 +0 +sh -c 'sleep 1000; exit' ${word}$`));
    assert.match(
      (await h.ok('ls', '-l')).split('\n')[0] ?? '',
      /^NAME +STATE +PID +UP +RESTARTS +CLIENTS +CPU +MEMORY +EXIT +DIRECTORY +COMMAND$/,
    );
    for (const alias of ['ls', 'list', 'ps']) assert.equal(await h.ok(alias, '-q'), 'brief\nlong\n');
    const [first, second] = await h.list();
    assert.ok(first !== undefined && second !== undefined);
    const shown = { ...second, command: '' };
    assert.deepEqual(
      [shown.name, shown.id, shown.state, shown.desired, shown.pid, shown.startedAt, shown.restarts, shown.exit],
      ['long', id, 'running', 'running', pid, startedAt, 0, null],
    );
    assert.deepEqual([shown.clients, shown.live, shown.attached, shown.due], [0, true, false, false]);
    assert.match(startedAt ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'UTC');
    assert.deepEqual(
      [first.state, first.pid, first.startedAt, first.live, first.due],
      ['held', null, null, false, false],
    );
    assert.match(first.id, /^[a-z0-9]{4,16}$/);
    const told = JSON.parse((await h.run(['status', 'long', '--json'])).stdout);
    assert.equal(told[0].pid, pid);
  });
});
