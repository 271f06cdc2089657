// What a session is: get, set, unset and rename, and when a change takes effect.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { BIN, home, runProgram } from '../support/home.ts';

describe('attributes', { concurrency: true }, () => {
  test('get prints as the README shows it, then only what was set', async (t) => {
    const h = home(t);
    assert.equal((await h.run(['create', '-n', 'backend', '-s', '/usr/local/sbin/myserver'])).code, 0);
    assert.equal(await h.ok('set', 'backend', 'start-suspended', 'yes'), '');
    const lines = "command=['/usr/local/sbin/myserver']\nstart-suspended=yes\n";
    assert.equal(await h.ok('get', 'backend'), `name=backend\n${lines}`);
    assert.equal(await h.ok('rename', 'backend', 'mybackend'), '');
    assert.equal(await h.ok('get', 'mybackend'), `name=mybackend\n${lines}`);
    assert.equal(await h.ok('set', 'mybackend', 'name', 'third'), '');
    assert.equal(await h.ok('get', 'third', 'name'), 'third\n');
    await h.fails(4, "session: no session 'mybackend'. See session ls.", 'get', 'mybackend');
    assert.equal(await h.ok('unset', 'third', 'start-suspended'), '');
    assert.match(await h.ok('get', 'third'), /^start-suspended=no$/m);
  });

  test('a command is shown as a Python list, whatever its words hold', async (t) => {
    const h = home(t);
    await h.ok(
      'create',
      '-n',
      'odd',
      '-s',
      '--',
      'printf',
      "it's",
      '"both\' of"',
      'tab\there',
      'back\\slash',
      'ümlaut',
      '',
      '-n',
    );
    const list = `['printf', "it's", '"both\\' of"', 'tab\\there', 'back\\\\slash', 'ümlaut', '', '-n']`;
    assert.equal(await h.ok('get', 'odd', 'command'), `${list}\n`);
    assert.deepEqual(JSON.parse(await h.ok('get', 'odd', 'command', '--json')), (await h.view('odd')).argv);
    await h.ok('set', 'odd', 'command', '--', 'sleep', '--', '-1');
    assert.equal(await h.ok('get', 'odd', 'command'), "['sleep', '--', '-1']\n");
  });

  test('create’s -C, -e and --set are shown, values of the environment only when asked for', async (t) => {
    const h = home(t);
    const args = ['-C', '/usr', '-e', 'PORT=8080', '-e', 'SECRET=a=b', '--set', 'stop-timeout=90s', '--set', 'umask=7'];
    await h.ok('create', '-n', 'x', ...args, '--set', 'description=a note', '-s', 'sleep', '1000');
    assert.equal(
      await h.ok('get', 'x'),
      "name=x\ncommand=['sleep', '1000']\nstart-suspended=no\ndirectory=/usr\nenvironment=['PORT', 'SECRET']\n" +
        'description=a note\nstop-timeout=90s\numask=0007\n',
    );
    assert.equal(await h.ok('get', 'x', 'environment', '--show-env').then((all) => all.includes("'SECRET=a=b'")), true);
    const all = await h.ok('get', 'x', '--all');
    for (const line of ['restart=on-failure', 'restart-delay=1s', 'restart-delay-max=1m', 'restart-steady=10s'])
      assert.match(all, new RegExp(`^${line}$`, 'm'));
    for (const line of [
      'restart-limit=5',
      'stop-signal=TERM',
      'term=xterm-256color',
      'scrollback=1000',
      'log=yes',
      'log-limit=8M',
    ])
      assert.match(all, new RegExp(`^${line}$`, 'm'));
    assert.ok(!all.includes('8080') && !all.includes('a=b'), 'no values');
    assert.equal(JSON.parse(await h.ok('get', 'x', '--json')).directory, '/usr');
  });

  test('a bad key or value is refused with the allowed ones named, and nothing changes', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '-s', 'sleep', '1000');
    const before = await h.ok('get', 'x', '--all', '--json');
    const refused: [string, ...string[]][] = [
      ["no attribute 'restrat'. Did you mean 'restart'?", 'restrat', 'always'],
      ["'maybe' is no value for 'start-suspended'. It takes yes or no.", 'start-suspended', 'maybe'],
      [
        "'soon' is no value for 'restart-delay'. It takes a duration such as 500ms, 10s, 5m, 2h.",
        'restart-delay',
        'soon',
      ],
      ["'-1' is no value for 'restart-limit'. It takes a number from 0 to 1000000.", 'restart-limit', '--', '-1'],
      [
        "'STOP' is no value for 'stop-signal'. It takes TERM, INT, HUP, QUIT, KILL, USR1, USR2, WINCH, PWR.",
        'stop-signal',
        'STOP',
      ],
      ["'999' is no value for 'umask'. It takes an octal mode such as 022.", 'umask', '999'],
      [
        "'a b' cannot be a name. A name has letters, digits and _ . - +, begins with a letter, digit or _, and is at most 64 bytes long.",
        'name',
        'a b',
      ],
    ];
    for (const [sentence, ...args] of refused) await h.fails(2, `session: ${sentence}`, 'set', 'x', ...args);
    await h.fails(
      2,
      /^session: no attribute 'nothing-of-the-kind'\. There are: name command directory /,
      'get',
      'x',
      'nothing-of-the-kind',
    );
    await h.fails(2, "session: 'name' has no default to go back to. Use session set x name.", 'unset', 'x', 'name');
    assert.equal(await h.ok('get', 'x', '--all', '--json'), before);
    await h.ok('create', '-n', 'y', '-s', 'true');
    await h.fails(1, "session: the name 'y' is taken (suspended, not begun). Choose another.", 'rename', 'x', 'y');
    for (const [word, shown] of [
      ['on', 'yes'],
      ['FALSE', 'no'],
      ['1', 'yes'],
      ['0', 'no'],
      ['true', 'yes'],
    ] as const) {
      await h.ok('set', 'x', 'start-suspended', word);
      assert.equal(await h.ok('get', 'x', 'start-suspended'), `${shown}\n`);
    }
  });

  test('umask, open files, TERM, directory and command take effect with the next start', async (t) => {
    const h = home(t);
    // The creator's own umask and soft limit, through the real launcher.
    const file = h.script(
      'tells',
      ': >made-$1\necho $1 $(umask) $(ulimit -Sn) $TERM $(pwd) $SESSION_NAME\nexec sleep 1000',
    );
    const create = `umask 027; ulimit -Sn 512; exec "$0" create -n x ${file} one`;
    const ran = await runProgram('/bin/sh', ['-c', create, BIN], { cwd: h.work, env: h.env });
    assert.equal(ran.stdout, "Session 'x' started\n", ran.stderr);
    const told = async (...lines: string[]) => {
      const wanted = lines.map((line) => `${line}\n`).join('');
      let found = '';
      const look = async () => (found = await h.ok('logs', 'x')).split('\n').length > lines.length;
      await eventually(`${lines.length} lines`, look);
      assert.equal(found, wanted);
    };
    const first = `one 0027 512 xterm-256color ${h.work} x`;
    await told(first);
    assert.equal(statSync(join(h.work, 'made-one')).mode & 0o777, 0o640);

    for (const [key, value] of [
      ['umask', '077'],
      ['open-files', '256'],
      ['term', 'vt100'],
      ['directory', '/tmp'],
    ] as const)
      await h.ok('set', 'x', key, value);
    await h.ok(
      'set',
      'x',
      'command',
      '--',
      'sh',
      '-c',
      'echo $0 $(umask) $(ulimit -Sn) $TERM $(pwd) $SESSION_NAME; exec sleep 1000',
      'two',
    );
    await h.ok('rename', 'x', 'x2');
    await h.ok('rename', 'x2', 'x');
    await told(first);
    await h.ok('restart', 'x');
    await told(first, 'two 0077 256 vt100 /tmp x');
    for (const key of ['umask', 'open-files', 'term', 'directory']) await h.ok('unset', 'x', key);
    await h.ok('restart', 'x');
    await told(first, 'two 0077 256 vt100 /tmp x', `two 0027 512 xterm-256color ${h.work} x`);
  });

  test('start-suspended holds start and restart, not a retry; create -s holds that first start only', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'once', '-s', 'sleep', '1000');
    assert.equal(await h.ok('get', 'once', 'start-suspended'), 'no\n');
    await h.ok('resume', 'once');
    await h.ok('restart', 'once');
    assert.equal((await h.view('once')).state, 'running');
    await h.ok('set', 'once', 'start-suspended', 'yes');
    assert.equal((await h.view('once')).state, 'running', 'it is for the next start');
    await h.ok('restart', 'once');
    assert.equal((await h.view('once')).state, 'held');
    await h.ok('stop', 'once');
    await h.ok('start', 'once');
    assert.equal((await h.view('once')).state, 'held');
    await h.ok('set', 'once', 'restart-delay', '10ms');
    await h.ok('resume', 'once');
    const { pid } = await h.view('once');
    process.kill(pid as number, 'SIGKILL');
    await h.until('once', 'came back by itself', (each) => each.state === 'running' && each.pid !== pid);
    assert.equal(
      await h.ok('create', '-n', 'other', '--set', 'start-suspended=yes', 'sleep', '9'),
      "Session 'other' created and suspended.\n",
    );
  });

  test('a relative program and directory are those of where they were typed', async (t) => {
    const h = home(t);
    h.script('here', 'pwd; exec sleep 1000');
    await h.ok('create', '-n', 'a', '-C', '..', './here');
    await eventually('it runs above', async () => (await h.ok('logs', 'a')) === `${join(h.work, '..')}\n`);
    await h.ok('shutdown');
    const ran = await h.run(['boot'], { cwd: '/' });
    assert.equal(ran.stdout, "Session 'a' started\n", ran.stderr);
  });
});
