// Scripts of init/ that an administrator put in place by hand, as docs/boot.md says: that status, test and doctor find
// them. In a copy of /etc that nobody else sees. The units are in systemd.test.ts.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Context } from '../../src/install/method.ts';
import { escaped, readUnit } from '../../src/install/unit-text.ts';
import { testUser } from '../support/account.ts';
import { inCopy, SYSTEM_V, shows } from '../support/copy-of-etc.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { globalScope } from '../support/global-scope.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

const OPENRC = process.env.OPENRC_ROOT;

describe('scripts that were put there by hand', { skip: NOT_ROOT || UNTOUCHED }, () => {
  test("session-users is found by a user, looked at for what the next boot needs, and nobody else's to take away", async (t) => {
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    await user.runs([session, 'create', '-n', 'x', '--', 'sleep', '1000']);
    const login = `runuser -u ${user.name} -- env -i HOME=${user.home} LOGNAME=${user.name} PATH=/usr/bin:/bin`;
    const { said } = inCopy(
      t,
      SYSTEM_V,
      `${shows(login)}
shows "${session} boot status"
cp ${init}/session-users /etc/init.d/ && update-rc.d session-users defaults
shows "${session} boot status"
echo SESSION=${session} >/etc/default/session
echo 2; shows "${session} boot status"
shows "${session} boot test"
shows "${session} boot status --json"
shows "${session} doctor | grep reboot"; shows "${session} doctor | grep 'next boot'"
echo 3; shows "SESSION_HOME=${user.home}/elsewhere ${session} boot status | grep NO"
echo 4; shows "${session} boot install --method crontab"
shows "${session} boot uninstall"
echo 5; echo SESSION=/bin/true >/etc/default/session
shows "${session} boot status | grep NO"
shows "${session} doctor | grep 'next boot'"
echo 6; update-rc.d session-users remove; update-rc.d session-users defaults-disabled
shows "${session} boot status | grep runlevel"
shows "${session} doctor | grep reboot"
shows "${session} boot test"
`,
    );
    const [first = '', works = '', elsewhere = '', twice = '', broken = '', off = ''] = said.split(/^\d\n/m);
    const Method = 'Method: /etc/init.d/session-users, put there by the administrator\n';
    assert.match(first, /^Nothing is installed[^\n]*\n= 1\n/);
    assert.ok(first.includes(Method), said);
    assert.match(first, /^ {2}NO {3}it runs session\. Mend: as root: write its place into \/etc\/default\/session: /m);
    assert.ok(works.startsWith(Method), said);
    for (const line of [
      ' {2}yes {2}it is in a runlevel',
      ` {2}yes {2}it runs ${session}, which is there`,
      ' {2}yes {2}that finds Node, with nothing set',
      'The next boot brings the sessions back.\n= 0',
      ` {2}yes {2}${session} boots, as cron and init run it`,
      'The boot works.\n= 0',
      ' {2}yes {2}the next boot brings the sessions back \\(/etc/init.d/session-users, .*\\)',
    ])
      assert.match(works, new RegExp(`^${line}$`, 'm'));
    const json = JSON.parse(/^\{[\s\S]*?^\}$|^\{.*\}$/m.exec(works)?.[0] ?? '');
    assert.deepEqual([json.method, json.works], [Method.trim().replace('Method: ', ''), true]);
    assert.match(
      elsewhere,
      /^ {2}NO {3}it finds the sessions of \S+\/elsewhere\. Mend: session boot install; or be listed/,
    );
    assert.match(
      twice,
      /session-users, put there by the administrator, boots them already; that both do is harmless\.$/m,
    );
    assert.match(twice, /^session: [^\n]*session-users, put there by the administrator, stays, and boots them\.$/m);
    assert.match(
      broken,
      /^ {2}NO {3}that finds Node, with nothing set\. Mend: \/bin\/true is not session: as root: write/m,
    );
    assert.match(broken, /^ {2}NO {3}the next boot brings/m);
    assert.match(off, /^ {2}NO {3}it is in a runlevel\. Mend: as root: update-rc\.d session-users enable 2 3 4 5$/m);
    assert.match(off, /sessions do not return after a reboot/, 'that is for the administrator to decide');
    assert.match(off, /^session: nothing is installed that boots\. .*\n= 1$/m);
  });

  test('session-global is found by root, left as it is by an install while it works, and taken away whole', async (t) => {
    await globalScope(t);
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const { said } = inCopy(
      t,
      SYSTEM_V,
      `${shows('')}
cp ${init}/session-global /etc/init.d/ && echo '# mine' >>/etc/init.d/session-global
echo SESSION=${session} >/etc/default/session
${session} create -q -n x sleep 1000
shows "${session} boot status"
echo 1; ${session} boot install -q; shows "${session} boot install"
shows "${session} boot status"
tail -1 /etc/init.d/session-global; ls /var/lib/session/launch 2>&1
shows "${session} boot test | tail -1"; shows "${session} doctor | grep 'next boot'"
echo stays; shows "${session} boot uninstall"; tail -1 /etc/init.d/session-global; ls /etc/rc2.d | grep -o session-global
shows "${session} boot install --method crontab --dry-run"
echo 2; rm /etc/default/session; shows "${session} boot status | grep NO"
${session} boot install -q; shows "${session} boot status | sed -n '1p;/launcher/p;\\$p'"
echo 3; shows "${session} boot uninstall -q"; ls /etc/init.d /etc/rc2.d | grep session-
`,
    );
    const [off = '', found = '', broken = '', gone = ''] = said.split(/^\d\n/m);
    const [works = '', stays = ''] = found.split('stays\n');
    const told =
      'session: /etc/init.d/session-global, put there by hand, stays; to take it away: rm /etc/init.d/session-global; update-rc.d session-global remove.\n';
    assert.ok(stays.startsWith(`${told}Nothing was taken away.\n= 0\n# mine\nsession-global\n`), said);
    assert.ok(!stays.includes('removes ') && stays.endsWith(`${told}= 0\n`), 'nor does an install of another way');
    assert.match(off, /^Method: sysvinit\n[\s\S]*^ {2}yes {2}the script \S+ is there\n {2}NO {3}it is in a runlevel/m);
    assert.match(works, /^Installed already, by sysvinit\.\n= 0\nMethod: sysvinit\n/);
    assert.match(works, /^The next boot brings the sessions back\.\n= 0\n# mine\nls: cannot access/m);
    assert.match(works, /^The boot works\.\n= 0\n {2}yes {2}the next boot brings the sessions back \(sysvinit\)$/m);
    assert.match(broken, /^ {2}NO {3}it runs session\. Mend: write its place into \/etc\/default\/session/);
    assert.match(
      broken,
      /^Method: sysvinit\n {2}yes {2}the launcher \S+ is there\nThe next boot brings the sessions back\.\n= 0\n$/m,
    );
    assert.equal(gone, '= 0\n');
  });

  test(
    "OpenRC's session-users is found, run by the script that lies beside it",
    { skip: OPENRC === undefined && 'OPENRC_ROOT is not set' },
    async (t) => {
      const session = readableCopy(t);
      const init = session.replace(/bin\/session$/, 'init');
      const user = testUser(t);
      await user.runs([session, 'create', '-n', 'x', '--', 'sleep', '1000']);
      const login = `runuser -u ${user.name} -- env -i HOME=${user.home} LOGNAME=${user.name} PATH=/usr/bin:/bin`;
      const layer = mkdtempSync('/tmp/s-');
      t.after(() => rmSync(layer, { recursive: true }));
      const { said, code } = inCopy(
        t,
        `for d in sbin bin lib usr; do [ ! -d "${OPENRC}/$d" ] || { mkdir -p ${layer}; cp -a "${OPENRC}/$d" ${layer}/; }; done
mkdir -p ${layer}/usr/local/lib/session && cp ${init}/session-users ${layer}/usr/local/lib/session/
for d in sbin bin lib; do [ ! -d ${layer}/$d ] || cp -a ${layer}/$d ${layer}/usr/; done
mount -t overlay overlay -o lowerdir=${layer}/usr:/usr /usr && mount -t tmpfs none /run || exit 77
mkdir -p /run/openrc /etc/runlevels/default /etc/conf.d`,
        `${shows(login)}
cp ${init}/openrc/session-users /etc/init.d/ && chmod +x /etc/init.d/session-users
echo SESSION=${session} >/etc/default/session
shows "${session} boot status"
echo 1; rc-update -q add session-users default; shows "${session} boot status"
echo 3; rc-update -q del session-users default; mkdir /etc/runlevels/other; rc-update -q add session-users other
shows "${session} boot status"
echo 2; echo script=/nowhere >/etc/conf.d/session-users; shows "${session} boot status | grep NO"
`,
      );
      if (code === 77) return t.diagnostic('no overlay can be mounted here: OpenRC was not run');
      const [off = '', works = '', other = '', broken = ''] = said.split(/^\d\n/m);
      assert.match(other, /^The next boot brings the sessions back\.\n= 0$/m, said);
      assert.match(off, /^ {2}NO {3}it is in a runlevel\. Mend: as root: rc-update add session-users default$/m, said);
      assert.match(works, /^The next boot brings the sessions back\.\n= 0$/m, said);
      assert.match(broken, /^ {2}NO {3}it runs session\./m, said);
    },
  );
});

test('a unit is read as systemd reads it: what is beside it, quotes, specifiers, and what takes back what was before', (t) => {
  const base = mkdtempSync('/tmp/s-');
  t.after(() => rmSync(base, { recursive: true }));
  const [near, far] = [join(base, 'near'), join(base, 'far')];
  const context = { user: 'ann', userHome: '/home/ann' } as Context;
  const read = () => readUnit(context, ['session@ann.service', 'session@.service'], [near, far]);
  const put = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };
  assert.equal(read(), undefined);
  put(
    join(far, 'session@.service'),
    '[Service]\n# ExecStart=/no boot\nEnvironment=A=1 "SESSION_HOME=%h/100%% of it" \\\n  B=2\nExecStart=/bin/true\nExecStart=-/opt/session boot --quiet\n',
  );
  assert.deepEqual(read(), {
    path: join(far, 'session@.service'),
    program: '/opt/session',
    variables: { A: '1', SESSION_HOME: '/home/ann/100% of it', B: '2' },
    user: undefined,
    hidden: [],
  });
  put(join(far, 'session@.service.d/10-other.conf'), '[Service]\nExecStart=\nExecStart=/far boot\nEnvironment=A=3\n');
  put(join(near, 'session@.service.d/10-other.conf'), '[Service]\nExecStart=\nExecStart=/near/%u boot\n');
  assert.deepEqual([read()?.program, read()?.variables.A], ['/near/ann', '1']);
  put(join(near, 'session@ann.service.d/20-home.conf'), '[Service]\nEnvironment=\nEnvironment=SESSION_HOME=/srv/ann\n');
  assert.deepEqual(read()?.variables, { SESSION_HOME: '/srv/ann' });
  const odd = '/a b/100% "o\'clock" \\ $HOME';
  put(
    join(near, 'session@.service'),
    `[Service]\nExecStart=${escaped(odd).replaceAll('$', '$$$$')} boot\nEnvironment=${escaped(`SESSION_HOME=${odd}`)}\n`,
  );
  rmSync(join(near, 'session@.service.d'), { recursive: true });
  rmSync(join(near, 'session@ann.service.d'), { recursive: true });
  rmSync(join(far, 'session@.service.d'), { recursive: true });
  assert.deepEqual([read()?.program, read()?.variables], [odd, { SESSION_HOME: odd }]);
  put(join(near, 'session@ann.service'), '');
  assert.equal(read()?.program, undefined, 'one that is masked runs nothing');
  let cases = 0;
  for (const [words, boots] of [
    ['boot', true],
    ['boot -q', true],
    ['-q --config-file /a boot --quiet', true],
    ['--config-option=quiet-boot=1 boot', true],
    ['boot status', false],
    ['boot install --quiet', false],
    ['create boot', false],
    ['--config-file boot', false],
    ['status boot', false],
  ] as const) {
    put(join(near, 'session@ann.service'), `[Service]\nUser=other\nUser=%i\nExecStart=/s ${words}\n`);
    assert.deepEqual([read()?.program, read()?.user], [boots ? '/s' : undefined, 'ann'], words);
    cases++;
  }
  t.diagnostic(`counted ${cases} lines that boot, or do not`);
});
