// A cleaner sweeps the socket or its whole directory away: the sessions stay, and so does the one keeper.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { pause } from '../support/torture.ts';

for (const [what, path] of [
  ['socket', 'run/socket'],
  ['run directory', 'run'],
] as const) {
  test(`when the ${what} is swept away, a verb finds the same keeper and sessions`, async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'one', 'sleep', '1000');
    const { keeper } = h.pids();
    const { pid } = await h.view('one');
    rmSync(join(h.path, path), { recursive: true });
    await h.ok('create', '-n', 'two', 'sleep', '1000');
    assert.equal(h.pids().keeper, keeper);
    assert.equal((await h.view('one')).pid, pid);
    assert.ok(existsSync(join(h.path, 'run/socket')));
  });

  test(`when the ${what} is swept away, status still tells the truth`, async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'one', 'sleep', '1000');
    const { pid } = await h.view('one');
    rmSync(join(h.path, path), { recursive: true });
    assert.equal(await h.ok('status', 'one'), `Session 'one' is running, PID ${pid}.\n`);
  });
}

test('an attached person goes on when the socket was swept away and is made anew', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'shell', 'sh');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  rmSync(join(h.path, 'run/socket'));
  await h.ok('status', 'shell');
  someone.types('echo still$((1+1))\n');
  await someone.sees(/^still2/m);
});

test('a person whose program says nothing stays attached when the socket or all of the home is out of sight', async (t) => {
  const h = home(t, { expected: /the place is lost/ }); // as root does not see it
  await h.ok('create', '-n', 'mute', 'sh', '-c', 'stty -echo; echo mute; read x; echo "got $x"; exec sleep 1000');
  const someone = person(h, ['attach', 'mute']);
  await someone.sees(/^mute$/m);
  rmSync(join(h.path, 'run/socket'));
  rmSync(join(h.path, 'keeper.lock'));
  chmodSync(h.path, 0);
  someone.types('a');
  await pause(3000); // the keeper has been asked to look after it
  chmodSync(h.path, 0o700);
  someone.types('b\n');
  await someone.sees(/^got ab$/m);
  assert.equal((await h.view('mute')).state, 'running');
});

const INSTEAD: Record<string, (socket: string) => void> = {
  'a file': (socket) => writeFileSync(socket, 'precious'),
  'a link to a file': (socket) => symlinkSync('/etc/passwd', socket),
  'a link to nowhere': (socket) => symlinkSync('/nonexistent', socket),
  'a named pipe': (socket) => void execFileSync('mkfifo', [socket]),
  'the socket of one that has died': (socket) => {
    const listen = `require('net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', listen]);
  },
};

for (const [what, make] of Object.entries(INSTEAD)) {
  test(`when ${what} lies in the place of the socket, the same keeper makes it anew`, async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'one', 'sleep', '1000');
    const { keeper } = h.pids();
    const { pid } = await h.view('one');
    rmSync(join(h.path, 'run/socket'));
    make(join(h.path, 'run/socket'));
    assert.ok(!existsSync('/nonexistent') && lstatSync(join(h.path, 'run/socket')));
    await h.ok('create', '-n', 'two', 'sleep', '1000');
    assert.equal(h.pids().keeper, keeper);
    assert.equal((await h.view('one')).pid, pid);
    assert.ok(lstatSync(join(h.path, 'run/socket')).isSocket());
    assert.ok(readFileSync('/etc/passwd', 'utf8').startsWith('root:'));
  });
}
