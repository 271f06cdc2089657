// What root does not run, read or take away on another's word, when it looks at what boots. In a copy of /etc that
// nobody else sees.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { testUser } from '../support/account.ts';
import { inCopy, SYSTEM_V, shows } from '../support/copy-of-etc.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { globalScope } from '../support/global-scope.ts';
import { runProgram } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';

describe('as root', { skip: NOT_ROOT || UNTOUCHED }, () => {
  test('a program or a setting that somebody else can change is not run to look at it, and is told', async (t) => {
    await globalScope(t);
    const session = readableCopy(t);
    const init = session.replace(/bin\/session$/, 'init');
    const user = testUser(t);
    const ran = join(user.home, 'ran');
    const program = join(user.home, 'session');
    writeFileSync(program, `#!/bin/sh\nid -u >>${ran}\necho 0.1.0\n`);
    chownSync(program, user.uid, user.uid);
    chmodSync(program, 0o755);
    const { said } = inCopy(
      t,
      SYSTEM_V,
      `${shows('')}
cp ${init}/session-global /etc/init.d/ && update-rc.d session-global defaults
all() { for each in status test; do shows "${session} boot $each"; done; shows "${session} doctor | grep 'next boot'"; }
echo SESSION=${program} >/etc/default/session
echo 1; all
echo 2; echo "id -u >>${ran}; SESSION=${session}" >/etc/default/session; chown ${user.uid} /etc/default/session; all
echo 3; chown 0 /etc/default/session; chmod g+w,o+w /etc/default/session; shows "${session} boot status | grep NO"
`,
    );
    const [, theirs = '', settings = '', open = ''] = said.split(/^\d\n/m);
    assert.ok(!existsSync(ran), 'it was run');
    const why = `${program} belongs to uid ${user.uid}, not to root`;
    assert.ok(
      theirs.includes(`  NO   nobody but root can change ${program}, which it runs. Mend: ${why}; write`),
      said,
    );
    assert.ok(theirs.includes(`session: root would run ${program}, but ${why}. See session boot status.\n= 1\n`), said);
    assert.match(theirs, /^ {2}NO {3}the next boot brings/m);
    assert.ok(
      settings.includes(
        `  NO   nobody but root can change /etc/default/session, which tells what to run. Mend: /etc/default/session belongs to uid ${user.uid}, not to root\n`,
      ),
      said,
    );
    assert.match(settings, /^ {2}NO {3}it runs session\. Mend: what it runs cannot be seen from here; write/m);
    assert.match(settings, /^session: what the boot runs cannot be found\. See session boot status\.\n= 1$/m);
    assert.match(open, /Mend: \/etc\/default\/session can be written by everybody\n/);
  });

  test("an uninstall takes nothing away from another's home, and no directory that no install makes", async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const empty = mkdtempSync('/tmp/s-');
    t.after(() => rmSync(empty, { recursive: true, force: true }));
    const uninstall = (home: string) =>
      runProgram(session, ['boot', 'uninstall'], { cwd: '/', env: { PATH: '/usr/bin:/bin', SESSION_HOME: home } });
    const theirs = join(user.home, '.local/state/session');
    await user.runs(['mkdir', '-p', '-m', '700', theirs]);
    writeFileSync(join(theirs, 'made-for-boot'), JSON.stringify([empty]));
    const refused = await uninstall(theirs);
    assert.deepEqual([refused.code, existsSync(empty)], [1, true]);
    assert.match(refused.stderr, /^session: \S+ belongs to another user \(uid \d+, not 0\)\./);

    const own = mkdtempSync('/tmp/s-');
    t.after(() => rmSync(own, { recursive: true, force: true }));
    let cases = 0;
    for (const noted of [
      [empty],
      [own, empty],
      [own, 1],
      { length: 1, 0: own },
      own,
      [`${own}/../${empty.slice(5)}`],
    ]) {
      mkdirSync(own, { recursive: true, mode: 0o700 });
      writeFileSync(join(own, 'made-for-boot'), JSON.stringify(noted));
      assert.equal((await uninstall(own)).code, 0);
      assert.deepEqual([existsSync(empty), existsSync(own)], [true, true], JSON.stringify(noted));
      cases++;
    }
    writeFileSync(join(own, 'made-for-boot'), JSON.stringify([own]));
    assert.equal((await uninstall(own)).code, 0);
    assert.ok(!existsSync(own), 'its own home it does take away');
    t.diagnostic(`counted ${cases} notes that no install wrote`);
  });
});
