// Another user of the machine: cannot enter the home, cannot connect, and is dropped even where the modes
// would let them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NOT_ROOT } from '../support/disk.ts';
import { home } from '../support/home.ts';
import { UNTOUCHED } from '../support/machine.ts';

/** A user made for this test. */
function stranger(t: TestContext): (file: string, ...args: string[]) => { status: number | null; said: string } {
  const name = `s-test-${process.pid}`;
  execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', name], { stdio: 'pipe' });
  t.after(() => void execFileSync('userdel', [name], { stdio: 'pipe' }));
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, name], { encoding: 'utf8' })));
  return (file, ...args) => {
    const { status, stdout, stderr } = spawnSync(file, args, {
      uid: uid as number,
      gid: gid as number,
      cwd: '/',
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };
}

/** Connects, asks, and says what came of it. */
const ASK = `
const socket = require('net').connect(process.argv[1]);
const send = (message) => {
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(5, 1);
  head.writeUInt32BE(text.length, 1);
  socket.write(Buffer.concat([head, text]));
};
let length = 0;
socket.on('connect', () => { send({ is: 'hello', protocol: 1, version: '1' }); send({ is: 'shutdown', id: 'r1' }); });
socket.on('data', (data) => { length += data.length; });
socket.on('error', (error) => console.log(error.code));
socket.on('close', () => console.log('closed after ' + length + ' bytes'));
`;

test('another user neither enters the home nor reaches the supervisor', { skip: NOT_ROOT || UNTOUCHED }, async (t) => {
  const h = home(t);
  const as = stranger(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const before = h.pids();
  const { id } = await h.view('web');
  const socket = join(h.path, 'run', 'socket');
  chmodSync(dirname(h.path), 0o755); // the way to the home is free, as to any user's

  for (const path of [h.path, join(h.path, 'records'), join(h.path, 'records', `${id}.json`), join(h.path, 'logs')]) {
    const { status, said } = as('ls', path === h.path ? `${path}/` : path);
    assert.notEqual(status, 0, path);
    assert.match(said, /[Pp]ermission denied/);
  }
  assert.match(as(process.execPath, '-e', ASK, socket).said, /EACCES/);

  chmodSync(h.path, 0o711);
  chmodSync(join(h.path, 'run'), 0o711);
  assert.match(as(process.execPath, '-e', ASK, socket).said, /EACCES/, "the socket's own mode keeps them out");

  chmodSync(socket, 0o666); // a slip of its owner's: the supervisor asks the kernel who is there
  assert.match(as(process.execPath, '-e', ASK, socket).said, /(^|\n)closed after 0 bytes/);
  chmodSync(socket, 0o600);
  chmodSync(join(h.path, 'run'), 0o700);
  chmodSync(h.path, 0o700);

  assert.match(await h.ok('status', 'web'), /is running/);
  assert.deepEqual(h.pids(), before);
});
