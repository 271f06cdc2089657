// What boot status says where it cannot see everything, or where what looks right will not boot: as an ordinary user,
// in a copy of /etc that nobody else sees.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type TestUser, testUser } from '../support/account.ts';
import { inCopy, SYSTEM_V, shows } from '../support/copy-of-etc.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

const loginOf = (user: TestUser) =>
  `runuser -u ${user.name} -- env -i HOME=${user.home} LOGNAME=${user.name} PATH=/usr/bin:/bin`;

describe('boot status', { skip: NOT_ROOT || UNTOUCHED }, () => {
  test('of session-users: a home that is not there, settings that print or are hidden, runlevels, a hidden script', (t) => {
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    const { said } = inCopy(
      t,
      SYSTEM_V,
      `${shows(loginOf(user))}
status() { shows "${session} boot status"; }
(cp ${init}/session-users /etc/init.d/ && update-rc.d session-users defaults) 2>/dev/null
echo "echo hello; SESSION=${session}; echo there" >/etc/default/session
echo 1; status
echo 2; chmod 600 /etc/default/session; status; chmod 644 /etc/default/session
echo 3; echo id:2:initdefault: >/etc/inittab; update-rc.d session-users disable 2 2>/dev/null; status
echo 4; update-rc.d session-users enable 2 2>/dev/null; status
echo 5; update-rc.d session-users disable 2 2>/dev/null; : >/etc/inittab; status
echo 6; rm /etc/rc[2-5].d/*session-users; ln -s ../init.d/session-users /etc/rc4.d/S02session-users; status
echo 7; chmod 600 /etc/init.d/session-users; status; shows "${session} doctor | grep 'next boot'"
`,
    );
    const parts = said.split(/^\d\n/m);
    const WORKS = /^The next boot brings the sessions back\.\n= 0$/m;
    assert.match(parts[1] ?? '', WORKS);
    assert.ok(parts[1]?.includes(`  yes  it runs ${session}, which is there\n`), parts[1]);
    assert.match(parts[1] ?? '', /^ {2}yes {2}\S+\/session is not there yet: the first create makes it$/m);
    assert.match(
      parts[2] ?? '',
      /^ {2}note \/etc\/default\/session cannot be seen from here, and may change this$/m,
      said,
    );
    assert.match(
      parts[3] ?? '',
      /^ {2}NO {3}it is in a runlevel\. Mend: as root: update-rc\.d session-users enable 2\n[\s\S]*= 1$/m,
    );
    for (const at of [4, 5, 6]) assert.match(parts[at] ?? '', WORKS, `${at}: ${parts[at]}`);
    assert.match(parts[7] ?? '', /^ {2}note \/etc\/init\.d\/session-users cannot be seen from here/m);
    assert.match(
      parts[7] ?? '',
      /^ {2}NO {3}it runs session\. Mend: what it runs cannot be seen from here; as root: chmod a\+r \/etc\/init\.d\/session-users$/m,
    );
    assert.match(parts[7] ?? '', /^ {2}NO {3}the next boot brings/m, 'it is in a runlevel');
  });

  test('of units: as whom it runs, and directories beside it that may not be read, which end no command', (t) => {
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    const { said } = inCopy(
      t,
      'mount -t tmpfs none /run && mkdir -p /run/systemd/system || exit 77',
      `${shows(loginOf(user))}
unit=/etc/systemd/system/session@.service
as() { sed "s,^User=.*,$1,; s,/usr/local/bin/session boot,${session} boot," ${init}/systemd/session@.service >$unit; }
for each in User=%i User= User=nobody User=${user.uid}; do as $each; echo "- $each"; shows "${session} boot status"; done
as User=%i; sed -i 's/boot --quiet/boot status/' $unit; echo "- verb"; shows "${session} boot status"
as User=%i; chmod 600 $unit; echo "- hidden"; shows "${session} boot status"; chmod 644 $unit
mkdir -p -m 700 $unit.d /etc/systemd/user /etc/systemd/user/session.service.d /etc/systemd/logind.conf.d
chmod 755 /etc/systemd/user; chmod 700 /etc/systemd/logind.conf.d; cp ${init}/systemd/user/session.service /etc/systemd/user/
for each in "boot status" "boot install --method crontab" "boot uninstall" doctor; do echo "- $each"; shows "${session} $each"; done
`,
    );
    const part = (name: string) => said.split(/^- /m).find((each) => each.startsWith(`${name}\n`)) ?? '';
    for (const fine of ['User=%i', `User=${user.uid}`]) assert.doesNotMatch(part(fine), /it runs as/, fine);
    for (const wrong of ['User=', 'User=nobody'])
      assert.match(
        part(wrong),
        new RegExp(
          `^  NO   it runs as ${user.name}\\. Mend: as root: systemctl edit session@${user.name}, with \\[Service\\] and User=%i$`,
          'm',
        ),
        said,
      );
    assert.match(part('verb'), /^ {2}NO {3}it runs session\. Mend: as root: let it say ExecStart=/m);
    assert.match(part('hidden'), /^ {2}note \/etc\/systemd\/system\/session@\.service cannot be seen from here/m);
    assert.match(part('hidden'), /^ {2}NO {3}it runs session\. Mend: what it runs cannot be seen from here;/m);
    assert.match(
      part('boot status'),
      /^ {2}note \/etc\/systemd\/user\/session\.service\.d cannot be seen from here, and may change this$/m,
    );
    assert.match(part('boot install --method crontab'), /^Installed, by crontab\./m);
    assert.match(part('boot uninstall'), /^Uninstalled\./m);
    assert.match(part('doctor'), /^All is well\.$/m);
    for (const each of ['boot status', 'boot install --method crontab', 'boot uninstall', 'doctor'])
      assert.doesNotMatch(part(each), /EACCES|internal|bug/i, each);
  });

  test('waits ten seconds for what it looks at, says so, and leaves nothing of it', (t) => {
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    const program = join(user.home, 'hangs');
    writeFileSync(program, '#!/bin/sh\nsleep 1000\n');
    chmodSync(program, 0o755);
    const { said } = inCopy(
      t,
      SYSTEM_V,
      `${shows(loginOf(user))}
(cp ${init}/session-users /etc/init.d/ && update-rc.d session-users defaults) 2>/dev/null
echo 'sleep 1000' >/etc/default/session
shows "${session} boot status"
echo SESSION=${program} >/etc/default/session
shows "${session} boot status"
`,
    );
    assert.match(said, /^ {2}NO {3}what it asks for answers\. Mend: \/etc\/default\/session took longer than 10 s$/m);
    assert.ok(
      said.includes(`  NO   that finds Node, with nothing set. Mend: ${program} --version took longer than 10 s\n`),
      said,
    );
    assert.deepEqual(user.processes(), []);
  });

  test('what the administrator has set up keeps the first create silent, and what is broken is told', async (t) => {
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    const { said } = inCopy(
      t,
      SYSTEM_V,
      `${shows(loginOf(user))}
first() { echo "- $1"; shows "script -qec '${session} create -n y sleep 1000' /dev/null"; shows "${session} shutdown -q"; rm -r ${user.home}/.local; }
first nothing
(cp ${init}/session-users /etc/init.d/ && update-rc.d session-users defaults) 2>/dev/null
echo SESSION=${session} >/etc/default/session
first works
echo SESSION=/gone >/etc/default/session
first broken
`,
    );
    const part = (name: string) => said.split(/^- /m).find((each) => each.startsWith(`${name}\n`)) ?? '';
    assert.match(part('nothing'), /after a reboot sessions come back if that is set up: session boot install/, said);
    assert.doesNotMatch(part('works'), /reboot/);
    assert.match(part('broken'), /after a reboot they would not come back as it is: session boot status/);
    for (const each of ['nothing', 'works', 'broken']) assert.match(part(each), /Session 'y' started/);
  });
});

describe('session-users', { skip: NOT_ROOT || UNTOUCHED }, () => {
  test("shows a user's bytes inert, and goes on where nothing can be put down", async (t) => {
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    await user.runs([session, 'create', '-n', 'x', '--', 'sleep', '1000']);
    const profile = join(user.home, '.profile');
    writeFileSync(profile, 'printf "\\033]0;owned\\007 \\233 \\302\\233 a\\rb\\n"; printf "\\033c" >&2\n');
    const { said } = inCopy(
      t,
      '',
      `${shows('')}
echo ${user.name} >/etc/only; echo "SESSION=${session}; USERS_LIST=/etc/only" >/etc/default/session
grep "^${user.name}:" /etc/passwd >/etc/p; grep ^root: /etc/passwd >>/etc/p; cp /etc/p /etc/passwd
echo 1; shows "sh ${init}/session-users start"
for each in /tmp /run; do
  mount --bind $each $each && mount -o remount,ro,bind $each || echo "cannot mount $each"
  echo 2; shows "sh ${init}/session-users status"
done
`,
    );
    const [, shown = '', noTmp = '', nowhere = ''] = said.split(/^\d\n/m);
    assert.doesNotMatch(said, /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]/);
    assert.ok(shown.includes(`${user.name}: ^[]0;owned^G `), said);
    assert.ok(shown.includes(`${user.name}: ^[c`), said);
    assert.match(noTmp, new RegExp(`^${user.name}: Session 'x' is running[\\s\\S]*^= 0$`, 'm'), said);
    assert.match(nowhere, /^= 0$/m, said);
  });
});
