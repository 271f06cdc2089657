// Faults that a reading of the code found, each kept from coming back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, within } from '../support/deadline.ts';
import { BIN, home } from '../support/home.ts';
import { person, personWith } from '../support/person.ts';

test('a refusal about a very long word is short, and ends no supervisor', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'one', 'sleep', '1000');
  const { supervisor } = h.pids();
  const ran = await h.run(['create', '--', ` ${'\x01'.repeat(100_000)}`]);
  assert.equal(ran.code, 1);
  assert.ok(ran.stderr.length < 3000, `${ran.stderr.length} characters`);
  assert.equal(h.pids().supervisor, supervisor);
});

test('sessions with very long commands are listed, stopped and removed by name', async (t) => {
  const h = home(t);
  for (let i = 0; i < 15; i++) await h.ok('create', '-n', `s${i}`, '-s', '--', 'true', 'x'.repeat(80_000));
  assert.equal((await h.list()).length, 15);
  await h.ok('stop', 's3');
  await h.ok('rm', 's*');
});

test('logs -f into a pipe that closes ends quietly', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'talks', '--', 'sh', '-c', 'while echo tick; do sleep 0.05; done');
  const logs = spawn(BIN, ['logs', '-f', 'talks'], { env: h.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  logs.stderr.on('data', (text) => {
    errors += text;
  });
  logs.stdout.once('data', () => logs.stdout.destroy());
  const code = await within(new Promise((resolve) => logs.on('close', resolve)), () => 'logs -f to end');
  assert.deepEqual({ code, errors }, { code: 0, errors: '' });
});

test('the size of the terminal stays when the supervisor is killed and the session restarted', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'sized', '--', 'sh', '-c', 'stty size; exec sleep 1000');
  const someone = person(h, ['attach', 'sized']);
  await someone.receives(/Detach/);
  someone.resizes(101, 33);
  await h.ok('restart', 'sized');
  await someone.receives(/33 101/);
  someone.types('\x1c');
  await someone.ended;
  h.killSupervisor();
  await h.ok('restart', 'sized');
  await eventually('the last size is there again', async () => {
    const sizes = (await h.ok('logs', 'sized')).trim().split('\n');
    return sizes.length === 3 && sizes[2] === '33 101';
  });
});

test('a client that dies while its session takes no more input is let go', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'deaf', '--', 'sh', '-c', 'stty raw; exec sleep 1000');
  const someone = person(h, ['attach', 'deaf']);
  await someone.receives(/Detach/);
  let typed = 0;
  await eventually('more is typed than a session is given at once', () => {
    try {
      someone.types('x'.repeat(4000));
      typed++;
    } catch {
      // The client has not taken the last of it.
    }
    return typed > 60;
  });
  await h.until('deaf', 'has its client', ({ clients }) => clients === 1);
  process.kill(someone.pid, 'SIGKILL');
  await h.until('deaf', 'has no client', ({ clients }) => clients === 0);
});

test('a program’s name cannot play tricks on the terminal by way of status', async (t) => {
  const h = home(t);
  const odd = h.script('\x1b]0;pwned\x07', 'exec sleep 1000');
  await h.ok('create', '-n', 'odd', odd);
  await h.ok('shutdown');
  chmodSync(odd, 0o644);
  await h.run(['boot']);
  const { stdout } = await h.run(['status', 'odd']);
  assert.match(stdout, /pwned/);
  assert.doesNotMatch(stdout, /\x1b/);
});

test('a home or socket directory that is open to others is refused also while a supervisor runs', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  for (const path of [h.path, join(h.path, 'run')]) {
    chmodSync(path, 0o755);
    const mend = `session: ${path} is open to others (mode 0755). Mend: chmod 700 ${path}`;
    await h.fails(1, mend, 'create', '-n', 'more', 'true');
    await h.fails(1, mend, 'ls');
    chmodSync(path, 0o700);
  }
  await h.ok('ls');
});

test('a shutdown with a limit kills what takes longer, and the wish to run stays', async (t) => {
  const h = home(t);
  const deaf = ['sh', '-c', 'trap "" TERM HUP; while :; do sleep 1; done'];
  await h.ok('create', '-n', 'deaf', '--set', 'stop-timeout=5m', '--', ...deaf);
  await h.fails(2, "session: 'soon' is no duration. It is like 50s or 2m.", 'shutdown', '--within', 'soon');
  assert.equal(await h.ok('shutdown', '--within', '300ms'), '');
  assert.equal((await h.view('deaf')).state, 'down');
  await h.ok('boot');
  assert.equal((await h.view('deaf')).state, 'running');
  await h.ok('shutdown', '--within', '0');
});

test('on a terminal that has no size, as a serial line has none, ls cuts nothing', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'one', 'sleep', '1000');
  const someone = personWith(h, '/bin/sh', ['sh', '-c', 'stty cols 0 rows 0; exec "$0" ls', BIN]);
  assert.deepEqual(await someone.ended, { code: 0 });
  assert.match(someone.screen(), /^NAME .*COMMAND\none .*sleep 1000$/);
});
