// What else may stand in a user's crontab, and in the home that is booted, and what `session boot` makes of it: with
// the real crontab, as an ordinary user.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type TestUser, testUser } from '../support/account.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

const crontabOf = (user: TestUser) => execFileSync('crontab', ['-u', user.name, '-l'], { encoding: 'utf8' });

const crontabIs = (user: TestUser, input: string) =>
  spawnSync('crontab', ['-u', user.name, '-'], { input, encoding: 'utf8' });

describe('the crontab', { skip: NOT_ROOT || UNTOUCHED }, () => {
  test('boot status tells what stands above the line and changes where, or by what, it is run', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
    await boot('install');
    const line = crontabOf(user);
    /** What `status` finds, with the mend. */
    const told = async (text: string) => {
      assert.equal(crontabIs(user, text).status, 0);
      const { checks } = JSON.parse((await boot('status', '--json')).stdout) as {
        checks: { what: string; ok: boolean; mend: string | null }[];
      };
      return checks.filter(({ what }) => what.startsWith('the crontab leaves')).map((each) => Object.values(each));
    };
    const found = (name: string, value: string) => [
      `the crontab leaves ${name} as it is`,
      false,
      `put the line ${name}=${value} below session's`,
    ];
    assert.deepEqual(await told(line), []);
    for (const text of ['HOME=/elsewhere\n', '  HOME = /elsewhere \n', `HOME="/elsewhere"\n'SHELL'='/bin/bash'\n`])
      assert.deepEqual(await told(text + line), [found('HOME', '/elsewhere')], text);
    for (const shell of ['/bin/false', '/usr/bin/fish', '/bin/tcsh'])
      assert.deepEqual(await told(`SHELL=${shell}\n${line}`), [found('SHELL', shell)], shell);
    assert.deepEqual(await told(`SHELL=/usr/bin/fish\nHOME=/\n${line}`), [
      found('HOME', '/'),
      found('SHELL', '/usr/bin/fish'),
    ]);
    const harmless = ['MAILTO=""\n', `HOME=${user.home}\n`, 'SHELL=/bin/dash\n', '# HOME=/\n', 'MYHOME=/\n'];
    harmless.push('HOME=/elsewhere\n', `HOME=${user.home}\n`, '0 3 * * * HOME=/ SHELL=/bin/false true\n'); // the last one counts
    assert.deepEqual(await told(`${harmless.join('')}${line}`), []);
    assert.deepEqual(
      await told(`${line}HOME=/elsewhere\nSHELL=/usr/bin/fish\n`),
      [],
      'below, they are about other lines',
    );
    crontabIs(user, `HOME=/elsewhere\n${line}`);
    const status = await boot('status');
    assert.equal(status.code, 1);
    assert.match(
      status.stdout,
      /^ {2}NO {3}the crontab leaves HOME as it is\. Mend: put the line HOME=\/elsewhere below/m,
    );
  });

  test('never lacks its last newline: crontab takes no such file, so that there is none to give back', (t) => {
    const user = testUser(t);
    const refused = crontabIs(user, '0 3 * * * true');
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, /missing newline before EOF/);
    const path = `/var/spool/cron/crontabs/${user.name}`;
    crontabIs(user, '0 3 * * * true\n');
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd()); // by hand; and even as it is it is not taken again
    const asItIs = execFileSync('crontab', ['-u', user.name, '-l'], { encoding: 'utf8' });
    assert.ok(!asItIs.endsWith('\n'));
    assert.notEqual(crontabIs(user, asItIs).status, 0);
  });

  test('uninstall takes away the directories that install made, and none that were there', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
    const all = () =>
      execFileSync('find', [user.home, '-printf', '%y %m %p\n'], { encoding: 'utf8' }).split('\n').sort();
    const methods = existsSync('/run/systemd/system') ? ['crontab'] : ['crontab', 'systemd-user'];
    for (const there of ['', '.local/state', '.config', '.config/systemd/user', '.local/state/session']) {
      if (there !== '') await user.runs(['mkdir', '-p', '-m', '700', join(user.home, there)]);
      const before = all();
      for (const method of methods) {
        assert.equal((await boot('install', '--method', method)).code, 0);
        assert.equal((await boot('install', '--method', method)).code, 0); // twice is no other
        assert.equal((await boot('uninstall')).code, 0);
        assert.deepEqual(all(), before, `${method}, with ${there}`);
      }
    }
    await boot('install', '--method', 'crontab');
    await user.runs([session, 'create', '-n', 'x', '-s', 'cat']);
    await boot('uninstall');
    assert.match((await user.runs([session, 'status', 'x'])).stdout, /has not begun/, 'what is in use stays');
  });

  test('boot status says why a home cannot be written', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const boot = (...args: string[]) => user.runs([session, 'boot', ...args]);
    await boot('install');
    const home = join(user.home, '.local/state/session');
    const mend = new RegExp(`^  NO   ${home} can be written\\. Mend: (.*)$`, 'm');
    execFileSync('chmod', ['500', home]);
    assert.equal(mend.exec((await boot('status')).stdout)?.[1], `chmod u+rwx ${home}`);
    execFileSync('chmod', ['700', home]);
    const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const words = ['-m', 'sh', '-c', script, user.home, ...user.login([session, 'boot', 'status'])];
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: user.home };
    const readOnly = spawnSync('unshare', words, { encoding: 'utf8', cwd: '/', env });
    assert.equal(mend.exec(readOnly.stdout)?.[1], 'the file system is read-only: mount it for writing');
  });
});
