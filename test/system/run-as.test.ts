// Sessions of root's that run as somebody else: the attributes user and group.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { testUser } from '../support/account.ts';
import { eventually } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { BIN, type Home, home, leftovers, runProgram } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

const SAYS = `id -u; id -g; id -Gn; stat -c %U "$(tty)"; echo "$HOME $USER $LOGNAME $SHELL"; pwd; echo said; exec sleep 1000`;

const said = (h: Home, name: string) =>
  eventually('it has said so', async () => {
    const lines = (await h.ok('logs', name)).split('\n');
    return lines.includes('said') ? lines : undefined;
  });

describe('a session of another user', { skip: NOT_ROOT || UNTOUCHED }, () => {
  test('has its ids, groups, environment and terminal, and the PID that is told is its own', async (t) => {
    const h = home(t);
    const user = testUser(t);
    execFileSync('usermod', ['-aG', 'games', user.name], { stdio: 'pipe' });
    await h.ok(
      'create',
      '-n',
      'x',
      '--set',
      `user=${user.name}`,
      '-C',
      '/tmp',
      '-e',
      'A=b',
      '--',
      'sh',
      '-c',
      `${SAYS}`,
    );
    const [uid, gid, groups, owner, environment, directory] = await said(h, 'x');
    assert.deepEqual(
      [uid, gid, groups, owner, environment, directory],
      [
        `${user.uid}`,
        `${user.uid}`,
        `${user.name} games`,
        user.name,
        `${user.home} ${user.name} ${user.name} /bin/bash`,
        '/tmp',
      ],
    );
    const { pid } = await h.view('x');
    assert.match(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
      new RegExp(`^Name:\\s+sleep\\n[^]*^Uid:\\s+${user.uid}\\s`, 'm'),
    );
    assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /TEST_HOOKS|SESSION_HOME/, "nothing of root's");
    await h.ok('suspend', 'x');
    await h.ok('resume', 'x');
    await h.ok('set', 'x', 'group', 'games');
    await h.ok('restart', 'x');
    await eventually('it says more', async () => (await h.ok('logs', 'x')).split('said').length === 3 || undefined);
    assert.equal(
      (await h.ok('logs', 'x')).split('said\n')[1]?.split('\n')[1],
      execFileSync('getent', ['group', 'games'], { encoding: 'utf8' }).split(':')[2],
    );
  });

  test("gets nothing of root's environment, whenever its user is set, and none of root's rights", async (t) => {
    const h = home(t, { env: { SECRET: 'of root' } });
    const user = testUser(t);
    await h.ok('create', '-n', 'x', '-s', '-C', '/', '--', 'sleep', '1000');
    await h.ok('set', 'x', 'user', user.name);
    await h.ok('resume', 'x');
    const { pid } = await h.view('x');
    await eventually('it is what runs', () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n' || undefined);
    assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /SECRET|SESSION_HOME|\/root/);
    const hidden = h.script('hidden', 'exec sleep 1000'); // in a directory of root's alone
    const as = ['create', '-n', 'y', '--set', `user=${user.name}`, '--set', 'restart=never'];
    await h.fails(1, /^session: that user cannot run '.*hidden'\.\n$/, ...as, '-C', '/', '--', hidden);
    await h.fails(1, /^session: that user cannot enter the directory '.*work'\.\n$/, ...as, 'sleep', '1000');
    assert.equal((await h.list()).length, 1, 'nothing is made');
    // What is taken away later is for the user's own rights to find out.
    await h.ok(...as, '-C', user.home, '--', 'sleep', '1000');
    await h.ok('stop', 'y');
    const away = join(user.home, 'a=b');
    execFileSync('install', ['-d', '-m', '700', away]);
    assert.match(
      (await h.run(['set', 'y', 'directory', away])).stderr,
      /cannot enter .*\(Only a note: it is set\.\)$/m,
    );
    await h.fails(1, /^session: that user cannot enter/, 'start', 'y');
    execFileSync('chown', [user.name, away]);
    await h.ok('start', 'y');
    assert.equal(readlinkSync(`/proc/${(await h.view('y')).pid}/cwd`), away);
  });

  test('holds up nobody else while the name service is slow, neither a request nor what is relaunched', async (t) => {
    const h = home(t);
    const user = testUser(t);
    const [slow, asked] = [join(h.work, 'slow'), join(h.work, 'asked')];
    execFileSync('cp', ['/usr/bin/getent', join(h.work, 'fast')]);
    const wait = `: >${asked}; for i in $(seq 25); do [ -e ${slow} ] || break; sleep 0.1; done`; // the patience is 3 s
    const getent = h.script('getent', `[ ! -e ${slow} ] || { ${wait}; }; exec ${h.work}/fast "$@"`);
    const inPlace = ['-m', 'sh', '-c', 'mount --bind "$0" /usr/bin/getent && exec "$@"', getent, BIN];
    const there = (...args: string[]) => runProgram('unshare', [...inPlace, ...args], { env: h.env, cwd: h.work });
    const is = (ran: { code: number | null; stderr: string }) => assert.equal(ran.code, 0, ran.stderr);
    is(await there('create', '-n', 'other', 'sleep', '1000'));
    is(await there('create', '-n', 'x', '--set', `user=${user.name}`, '-C', '/', '--', 'sleep', '1000'));
    /** Everybody else is answered, and only then the name service. */
    const whileAsked = async (deed: () => Promise<unknown>) => {
      rmSync(asked, { force: true });
      writeFileSync(slow, '');
      let isOver = false;
      const done = deed().then(() => {
        isOver = true;
      });
      await eventually('it is asked', () => existsSync(asked) || undefined);
      const since = Date.now();
      await h.ok('restart', 'other');
      assert.equal((await h.view('other')).state, 'running');
      if (Date.now() - since < 2000) assert.ok(!isOver); // a machine that is slower than the name service shows nothing
      rmSync(slow);
      await done;
    };
    await whileAsked(async () => is(await there('restart', 'x')));
    await whileAsked(async () => is(await there('set', 'x', 'user', user.name)));
    await whileAsked(async () => {
      const restarted = there('restart', 'x');
      await eventually('it is asked', () => existsSync(asked) || undefined);
      const stopped = there('stop', 'x'); // what is said later is done later
      await restarted;
      is(await stopped);
      assert.equal((await h.view('x')).desired, 'stopped');
      is(await there('start', 'x'));
    });
    await whileAsked(async () => is(await there('create', '-n', 'y', '--set', `user=${user.name}`, '-C', '/', 'cat')));
    h.killKeeper();
    await eventually('the keeper is gone', () => leftovers(h.path).length === 0 || undefined);
    await whileAsked(async () => {
      await there('boot');
      await h.until('x', 'runs again', (each) => each.state === 'running');
    });
    assert.equal(
      execFileSync('ps', ['-o', 'user:40=', '-p', `${(await h.view('x')).pid}`])
        .toString()
        .trim(),
      user.name,
    );
  });

  test('is refused where there is no such user or group, also when one is gone later', async (t) => {
    const h = home(t);
    const user = testUser(t);
    const line = /^session: there is no user 'nobody-such'\.\n$/;
    await h.fails(2, line, 'create', '-n', 'x', '--set', 'user=nobody-such', 'cat');
    await h.fails(
      2,
      /^session: there is no group 'none-such'\.\n$/,
      'create',
      '-n',
      'x',
      '--set',
      'group=none-such',
      'cat',
    );
    await h.ok('create', '-n', 'x', '--set', `user=${user.name}`, '-C', '/', 'cat');
    await h.fails(2, line, 'set', 'x', 'user', 'nobody-such');
    assert.equal(await h.ok('get', 'x', 'user'), `${user.name}\n`);
    await h.ok('stop', 'x');
    const file = '/etc/passwd';
    const passwd = readFileSync(file, 'utf8');
    execFileSync('usermod', ['-l', `${user.name}y`, user.name], { stdio: 'pipe' });
    t.after(() =>
      execFileSync('sh', ['-c', `id ${user.name}y && usermod -l ${user.name} ${user.name}y || true`], {
        stdio: 'pipe',
      }),
    );
    await h.fails(1, new RegExp(`^session: there is no user '${user.name}'\\.\\n$`), 'start', 'x');
    assert.ok(passwd.includes(user.name));
    execFileSync('usermod', ['-l', user.name, `${user.name}y`], { stdio: 'pipe' });
    await h.ok('start', 'x');
  });

  test('is for root alone', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const own = { env: { SESSION_HOME: join(user.home, 's') } };
    const ran = await user.runs([session, 'create', '-n', 'x', '--set', 'user=root', 'cat'], own);
    assert.deepEqual(
      [ran.code, ran.stderr],
      [2, "session: only root's sessions can have a 'user'. Make it one of the system's: session -g create\n"],
    );
    await user.runs([session, 'create', '-n', 'x', 'cat'], own);
    assert.equal((await user.runs([session, 'set', 'x', 'group', 'root'], own)).code, 2);
    await user.runs([session, 'shutdown'], own);
  });
});
