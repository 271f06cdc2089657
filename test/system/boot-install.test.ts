// What `session boot install` writes, and that nothing else changes: as an ordinary user, with the real crontab.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sysvinit } from '../../src/install/init-scripts.ts';
import type { Context } from '../../src/install/method.ts';
import { systemdSystem, systemdUser } from '../../src/install/systemd.ts';
import { type TestUser, testUser } from '../support/account.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { ROOT } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

const skip = NOT_ROOT || UNTOUCHED;

const crontabOf = (user: TestUser) => {
  const ran = spawnSync('crontab', ['-u', user.name, '-l'], { encoding: 'utf8' });
  return ran.status === 0 ? ran.stdout : undefined;
};

describe('boot install', { skip }, () => {
  test('adds one line to a crontab, once, keeps every other byte, and takes it away again', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
    const launch = join(user.home, '.local/state/session/launch');
    const line = `@reboot ${launch} boot --quiet # session boot of ${user.home}/.local/state/session\n`;
    for (const before of [
      undefined,
      '# mine\n\nMAILTO=""\n0 3 * * * echo 100\\% done # session boot of elsewhere\n',
      '@reboot /bin/true\n\n\n\t \n',
    ]) {
      if (before !== undefined) execFileSync('crontab', ['-u', user.name, '-'], { input: before });
      const dry = await boot('install', '--dry-run');
      assert.match(
        dry.stdout,
        /^writes .*\/launch:$[\s\S]*^adds to your crontab:\n {4}@reboot [\s\S]*^Nothing was done/m,
      );
      assert.equal(crontabOf(user), before);
      assert.ok(!existsSync(launch));

      const done = await boot('install');
      assert.equal(done.code, 0);
      assert.match(done.stderr, /^(session: the next boot needs more: cron is running\. Mend: .*\n)?$/);
      assert.ok(done.stdout.includes(`adds to your crontab:\n    ${line}`), done.stdout);
      assert.ok(done.stdout.includes(readFileSync(launch, 'utf8').split('\n')[3] as string), 'it shows what it writes');
      assert.equal(crontabOf(user), (before ?? '') + line);
      assert.equal(statSync(launch).mode & 0o777, 0o700);
      assert.equal((await boot('install')).stdout, 'Installed already, by crontab.\n');
      assert.equal(crontabOf(user), (before ?? '') + line);

      assert.equal((await boot('uninstall')).code, 0);
      assert.equal(crontabOf(user), before);
      assert.ok(!existsSync(join(user.home, '.local/state/session')));
      assert.equal((await boot('uninstall')).stdout, 'Nothing was installed.\n');
      if (before !== undefined) execFileSync('crontab', ['-u', user.name, '-r']);
    }
  });

  test('leaves a crontab alone that it may not read, and one with bytes that are no text as it is', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
    const bytes = Buffer.concat([Buffer.from('0 3 * * * echo '), Buffer.from([0xe4, 0xff, 0x80]), Buffer.from(' ü\n')]);
    const set = () => execFileSync('crontab', ['-u', user.name, '-'], { input: bytes });
    const now = () => spawnSync('crontab', ['-u', user.name, '-l']).stdout;
    set();
    assert.equal((await boot('install')).code, 0);
    assert.deepEqual(now().subarray(0, bytes.length), bytes);
    assert.equal((await boot('uninstall')).code, 0);
    assert.deepEqual(now(), bytes);

    assert.ok(!existsSync('/etc/cron.deny'));
    writeFileSync('/etc/cron.deny', `${user.name}\n`, { flag: 'wx', mode: 0o644 });
    t.after(() => rmSync('/etc/cron.deny', { force: true }));
    for (const how of [[], ['--method', 'crontab']]) {
      const refused = await boot('install', ...how);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /^session: .*the administrator does not let you use crontab\. .*\n$/);
    }
    assert.equal((await boot('status')).code, 1);
    rmSync('/etc/cron.deny');
    assert.deepEqual(now(), bytes);
  });

  test('mends what was changed since, and status tells what the next boot lacks', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
    assert.deepEqual(await boot('status'), {
      code: 1,
      signal: null,
      stdout: 'Nothing is installed that brings sessions back at boot. See session boot install.\n',
      stderr: '',
    });
    await boot('install');
    const launch = join(user.home, '.local/state/session/launch');
    const checks = async () =>
      Object.fromEntries(
        (JSON.parse((await boot('status', '--json')).stdout).checks as { what: string; ok: boolean }[]).map(
          ({ what, ok }) => [what, ok],
        ),
      );
    const fine = await checks();
    assert.ok(
      fine['it finds session and Node'] &&
        fine['the @reboot line is in the crontab'] &&
        fine[`the launcher ${launch} is there`],
    );
    rmSync(launch);
    const lacking = await boot('status');
    assert.equal(lacking.code, 1);
    assert.match(
      lacking.stdout,
      /^Method: crontab\n[\s\S]*^ {2}NO {3}the launcher .* is there\. Mend: session boot install$[\s\S]*^The next boot does not bring the sessions back\.$/m,
    );
    assert.equal((await boot('install')).code, 0);
    execFileSync('crontab', ['-u', user.name, '-'], { input: crontabOf(user)?.replace('--quiet', '-q') });
    assert.equal((await checks())['the @reboot line is in the crontab'], false);
    assert.equal((await boot('install')).code, 0);
    assert.equal((await checks())['the @reboot line is in the crontab'], true);
    assert.equal(crontabOf(user)?.split('\n').length, 2);
    rmSync(session);
    assert.equal(
      spawnSync('runuser', [
        '-u',
        user.name,
        '--',
        'env',
        '-i',
        `HOME=${user.home}`,
        'PATH=/usr/bin:/bin',
        launch,
        '--version',
      ]).status,
      127,
    );
  });

  test('carries a home that is not at its usual place, whatever it is called, and boots from there', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const env = { SESSION_HOME: join(user.home, "100% o'clock") };
    const runs = (...args: string[]) => user.runs([session, ...args], { env });
    await runs('create', '-n', 'x', 'sleep', '1000');
    await runs('shutdown');
    assert.equal((await runs('boot', 'install')).code, 0);
    const line = crontabOf(user)?.trim() ?? '';
    // As cron reads it: an unescaped % ends the command, \% is a %.
    const command = line.replace(/^@reboot /, '').replaceAll('\\%', '%');
    assert.ok(!/[^\\]%/.test(line));
    assert.equal((await user.runs(['/bin/sh', '-c', command])).code, 0);
    assert.match((await runs('status', 'x')).stdout, /is running/);
    await runs('shutdown');
    const tried = await runs('boot', 'test');
    assert.match(
      tried.stdout,
      /^ {2}yes {2}a session is made[\s\S]*^ {2}yes {2}the session runs again\nThe boot works\.\n$/m,
    );
    assert.equal((await runs('boot', 'uninstall')).code, 0);
    assert.equal(crontabOf(user), undefined);
  });

  test('goes on working when the program was moved to another version of Node', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    await user.runs([session, 'boot', 'install']);
    const launch = join(user.home, '.local/state/session/launch');
    const root = session.replace(/\/bin\/session$/, '');
    const there = join(user.home, '.nvm/versions/node/v98.1.0');
    await user.runs(['mkdir', '-p', `${there}/bin`]);
    await user.runs(['cp', '-r', root, `${there}/session`]);
    await user.runs(['ln', '-s', '../session/bin/session', `${there}/bin/session`]);
    await user.runs(['ln', '-s', process.execPath, `${there}/bin/node`]);
    rmSync(session);
    const ran = await user.runs(['env', '-i', `HOME=${user.home}`, 'PATH=/bin', launch, '--version']);
    assert.match(ran.stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test(
    'a way that is asked for is installed also where the machine is not booted so (an image, say), which is said',
    {
      skip: existsSync('/run/systemd/system') ? 'systemd runs here' : false,
    },
    async (t) => {
      const session = readableCopy(t);
      const user = testUser(t);
      const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
      const made = await boot('install', '--method', 'systemd-user');
      assert.equal(made.code, 0);
      const [runs, lingers] = made.stderr.trimEnd().split('\n');
      assert.match(runs ?? '', /boots by systemd-user\. Mend: systemd does not run this machine\.$/);
      assert.match(lingers ?? '', new RegExp(`lingering is on\\. Mend: loginctl enable-linger ${user.name}$`));
      const units = join(user.home, '.config/systemd/user');
      assert.ok(existsSync(join(units, 'default.target.wants/session.service')));
      const status = await boot('status');
      assert.equal(status.code, 1);
      assert.match(status.stdout, /^ {2}yes {2}it is enabled$/m);
      assert.equal((await boot('uninstall')).code, 0);
      assert.ok(!existsSync(join(user.home, '.config/systemd')));
    },
  );

  test('says what to do where a machine has no way', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const wrong = await user.runs([session, 'boot', 'install', '--method', 'sysvinit']);
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, "session: sysvinit does not boot a user's sessions. These do: systemd-user crontab.\n"],
    );
    for (const [line, ...words] of [
      ['--method is for boot install. See: session boot --help', 'status', '--method', 'crontab'],
      ['--dry-run is for boot install and uninstall. See: session boot --help', '--dry-run'],
    ]) {
      const refused = await user.runs([session, 'boot', ...words]);
      assert.deepEqual([refused.code, refused.stderr], [2, `session: ${line}\n`]);
    }
    const none = await user.runs([session, 'boot', 'instal']);
    assert.deepEqual([none.code, none.stderr], [2, "session: boot has no 'instal'. Did you mean 'install'?\n"]);
    const words = ['-m', 'sh', '-c', 'mount --bind "$0" /usr/bin && exec "$@"'];
    const bin = mkdtempSync('/tmp/s-');
    t.after(() => rmSync(bin, { recursive: true }));
    for (const tool of ['env', 'sh', 'node', 'readlink']) execFileSync('cp', ['-L', `/usr/bin/${tool}`, bin]);
    execFileSync('chmod', ['755', bin]);
    if (existsSync('/run/systemd/system')) return;
    const hidden = spawnSync('unshare', [...words, bin, ...user.login([session, 'boot', 'install'])], {
      encoding: 'utf8',
      cwd: '/',
    });
    assert.match(
      hidden.stderr,
      /^session: this machine has no way to boot that is known: systemd-user: .*; crontab: .*\. Install cron; or, in a container, let it run at its start: session boot\n$/,
    );
    assert.equal(hidden.status, 1);
  });

  test('writes units that systemd accepts, with the launcher and the home in them', (t) => {
    const directory = mkdtempSync('/tmp/s-');
    t.after(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'launch'), '#!/bin/sh\n', { mode: 0o755 });
    const context: Context = {
      scope: 'user',
      home: directory,
      user: 'root',
      userHome: '/root',
      session: '/usr/bin/true',
      templates: join(ROOT, 'init'),
      configHome: directory,
      environment: { SESSION_HOME: '/a b/100%' },
    };
    for (const [method, flags, name] of [
      [systemdUser, ['--user'], 'session.service'],
      [systemdSystem, [], 'session.service'],
    ] as const) {
      const step = method.install(context).find((each) => each.do === 'write');
      assert.ok(step?.do === 'write');
      assert.match(step.text, /^Environment="SESSION_HOME=\/a b\/100%%"$/m);
      assert.ok(step.text.includes(`ExecStart=${directory}/launch boot --quiet\n`));
      const file = join(directory, name);
      writeFileSync(file, step.text);
      const env = { ...process.env, XDG_RUNTIME_DIR: directory };
      const verified = spawnSync('systemd-analyze', [...flags, 'verify', file], { encoding: 'utf8', env });
      assert.deepEqual([verified.status, verified.stderr], [0, ''], method.name);
    }
    const sysv = sysvinit.install({ ...context, scope: 'global' });
    assert.deepEqual(
      sysv.flatMap((each) => (each.do === 'write' ? [each.path] : each.do === 'run' ? [each.argv.join(' ')] : [])),
      ['/etc/init.d/session-global', 'update-rc.d session-global defaults'],
    );
  });
});
