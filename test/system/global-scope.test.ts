// -g as ordinary users type it: the same command as root, through the real sudo and doas.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { testUser } from '../support/account.ts';
import { within } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { globalScope } from '../support/global-scope.ts';
import { home } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';
import { personWith } from '../support/person.ts';

const skip = NOT_ROOT || UNTOUCHED;

describe('-g', { skip }, () => {
  test("does what is typed as root: in this directory, with root's login environment, and with its exit status", async (t) => {
    const session = readableCopy(t);
    await globalScope(t);
    const user = testUser(t);
    user.maySudo(session, 'NOPASSWD');
    const away = { FOO: 'bar', SESSION_HOME: '/tmp/elsewhere', XDG_STATE_HOME: '/tmp/elsewhere' };
    const runs = (...args: string[]) => user.runs([session, ...args], { env: away });
    const created = await runs('-g', 'create', '-n', 'web', '-e', 'PORT=1', '--', 'sh', '-c', 'umask; exec sleep 1000');
    assert.deepEqual(created, { code: 0, signal: null, stdout: "Session 'web' started\n", stderr: '' });
    const shown = (await runs('get', '-g', 'web', '--all', '--show-env')).stdout;
    assert.match(shown, new RegExp(`^directory=${user.home}$`, 'm'));
    assert.match(shown, /^umask=0022$/m);
    const environment = /^environment=\[(.*)\]$/m.exec(shown)?.[1] ?? '';
    for (const each of ['HOME=/root', 'USER=root', 'LOGNAME=root', 'PORT=1'])
      assert.match(environment, new RegExp(`'${each}'`));
    assert.doesNotMatch(environment, /FOO|SUDO_|SESSION_HOME|XDG_/);
    assert.equal((await runs('-g', 'logs', 'web')).stdout, '0022\n');

    assert.match((await runs('--global', 'status', 'web')).stdout, /^Session 'web' is running, PID \d+\.$/m);
    const missing = await runs('-g', 'status', 'wbe');
    assert.deepEqual([missing.code, missing.stderr], [4, "session: no global session 'wbe'. Did you mean 'web'?\n"]);
    const refused = await runs('-g', 'rm', 'web');
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /^The session 'web' is running \(PID \d+\)\. Use `session -g rm -f web` to stop and delete the session\.\n$/,
    );
    assert.equal(
      (await runs('-g', 'suspend', 'nix', '--quiet')).stderr,
      "session: no global session 'nix'. See session -g ls.\n",
    );

    const root = execFileSync(session, ['ls', '--json'], { encoding: 'utf8', env: { PATH: process.env.PATH } });
    assert.equal(JSON.parse(root)[0].name, 'web', 'for root both scopes are one');
    assert.equal((await user.runs([session, 'ls'])).stderr, 'No sessions.\n', 'the user has none');
  });

  test("ls --all-scopes has mine and the system's in one list", async (t) => {
    const session = readableCopy(t);
    await globalScope(t);
    const user = testUser(t);
    user.maySudo(session, 'NOPASSWD');
    await user.runs([session, 'create', '-n', 'mine', 'sleep', '1000']);
    await user.runs([session, '-g', 'create', '-n', 'theirs', 'sleep', '1000']);
    const { stdout } = await user.runs([session, 'ls', '--all-scopes']);
    assert.match(stdout, /^SCOPE +NAME +STATE .*\nuser +mine +running .*\nglobal +theirs +running .*\n$/);
    const list = JSON.parse((await user.runs([session, 'ls', '--all-scopes', '--json'])).stdout);
    assert.deepEqual(
      list.map(({ scope, name }: { scope: string; name: string }) => `${scope} ${name}`),
      ['user mine', 'global theirs'],
    );
    await user.runs([session, 'shutdown']);
  });

  test('asks for the password on the terminal, and attaches through it', async (t) => {
    const session = readableCopy(t);
    await globalScope(t);
    const h = home(t);
    const user = testUser(t);
    user.maySudo(session, 'PASSWD');
    execFileSync(
      session,
      ['create', '-n', 'x', '--set', 'restart=never', '--', 'sh', '-c', 'echo I am $(id -un); read word; exit 7'],
      {
        env: { PATH: process.env.PATH },
      },
    );
    const attaches = () =>
      personWith(h, '/usr/sbin/runuser', user.login([session, '-g', 'attach', 'x']), { HOME: user.home });
    const wrong = attaches();
    for (let i = 0; i < 3; i++) {
      await wrong.receives(new RegExp(`(password for .*){${i + 1}}`, 's'));
      wrong.types('no\r');
    }
    assert.deepEqual(await within(wrong.ended, () => wrong.screen()), { code: 1 });
    assert.match(wrong.screen(), /^session: sudo did not let it run as root\. Without -g/m);
    const right = attaches();
    await right.receives(/password for/);
    right.types(`${user.password}\r`);
    await right.sees(/I am root/);
    right.resizes(70, 20);
    right.types('\x1c');
    assert.deepEqual(await within(right.ended, () => right.screen()), { code: 0 });
    const again = attaches();
    await again.receives(/password for/); // of another terminal
    again.types(`${user.password}\r`);
    await again.sees(/I am root/);
    again.types('done\r');
    assert.deepEqual(await within(again.ended, () => again.screen()), { code: 7 });
  });

  test('without a rule or a terminal for the password it is one line that says what to do', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const ran = await user.runs(['setsid', '-w', session, '-g', 'ls']);
    assert.deepEqual(ran, {
      code: 1,
      signal: null,
      stdout: '',
      stderr:
        'session: sudo did not let it run as root without a password, and there is no terminal to ask for one. Run it on a terminal, or let an administrator allow it (NOPASSWD for sudo, nopass for doas).\n',
    });
  });

  test('goes through doas where sudo is missing, and says so where both are', async (t) => {
    const session = readableCopy(t);
    await globalScope(t);
    const user = testUser(t);
    const hidden = (programs: string[], ...args: string[]) => {
      const hide = programs.map((each) => `mount --bind /dev/null ${each}`).join(' && ');
      const words = ['-m', 'sh', '-c', `${hide} && exec "$@" 2>&1`, 'sh', ...user.login([session, ...args])];
      return spawnSync('unshare', words, { encoding: 'utf8', cwd: '/', timeout: 30_000 }).stdout;
    };
    const conf = '/etc/doas.conf';
    writeFileSync(conf, `permit nopass ${user.name} as root cmd ${session}\n`, { mode: 0o400, flag: 'wx' });
    t.after(() => rmSync(conf));
    assert.equal(hidden(['/usr/bin/sudo'], '-g', 'create', '-n', 'x', '--', 'sleep', '1000'), "Session 'x' started\n");
    assert.match(hidden(['/usr/bin/sudo'], '-g', 'get', 'x', '--all', '--show-env'), /'HOME=\/root'/);
    assert.equal(
      hidden(['/usr/bin/sudo', '/usr/bin/doas'], '-g', 'ls'),
      'session: there is neither sudo nor doas. As root, type the command without -g.\n',
    );
  });

  test('refuses an installation that others could change, with the mend', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    user.maySudo(session, 'NOPASSWD');
    const root = dirname(dirname(session));
    const refuses = async (why: RegExp) => {
      const { code, stderr } = await user.runs([session, '-g', 'ls']);
      assert.equal(code, 1);
      assert.match(stderr, why);
      assert.match(
        stderr,
        /^session: -g would run .* as root, but .*\. Install it for all users: npm pack, then sudo npm install -g .*\n$/,
      );
    };
    const cli = join(root, 'dist', 'cli.cjs');
    chmodSync(cli, 0o666);
    await refuses(/cli\.cjs can be written by everybody/);
    chmodSync(cli, 0o644);
    chownSync(join(root, 'dist'), user.uid, 0);
    await refuses(/dist belongs to uid \d+, not to root/);
    chownSync(join(root, 'dist'), 0, 0);
    const koffi = join(root, 'node_modules', 'koffi');
    chmodSync(koffi, 0o777);
    await refuses(/koffi can be written by everybody/);
    chmodSync(koffi, 0o755);
    chmodSync(root, 0o775);
    const { gid } = { gid: Number(execFileSync('id', ['-g', user.name], { encoding: 'utf8' })) };
    chownSync(root, 0, gid);
    await refuses(/can be written by group \d+/);
    chownSync(root, 0, 0);
    chmodSync(root, 0o755);
    const init = join(root, 'init', 'session-global');
    chmodSync(init, 0o757);
    await refuses(/session-global can be written by everybody/);
  });
});
