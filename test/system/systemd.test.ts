// systemd as PID 1: a machine of the test's own that boots, reboots, and has users' managers and strict logouts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionView } from '../../src/model/view.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { typedIn } from '../support/shown-in-docs.ts';
import { NO_SYSTEMD, type SystemdMachine, systemdMachine } from '../support/systemd-machine.ts';

const INIT = '/usr/local/lib/session/init/systemd';

async function ok(machine: SystemdMachine, user: string, line: string): Promise<string> {
  const ran = await machine.login(user, line);
  assert.deepEqual([ran.code, ran.stderr], [0, ''], `${user}: ${line}`);
  return ran.stdout;
}

async function states(machine: SystemdMachine, user: string): Promise<Record<string, string>> {
  const views = JSON.parse(await ok(machine, user, 'session ls --json')) as SessionView[];
  return Object.fromEntries(views.map(({ name, state }) => [name, state]));
}

/** Where systemd keeps the keeper of `user`. */
const unitOf = async (machine: SystemdMachine, user: string) =>
  (await machine.runs('sh', '-c', `cat /proc/$(pgrep -u ${user} -f 'keeper[.]cjs')/cgroup | tail -1`)).stdout.trim();

// Under CI nothing is skipped: where .ci/run has found that there can be no such machine, the file is empty.
if (process.env.SESSION_TEST_SYSTEMD !== '0')
  test(
    'systemd brings back the sessions of a user, of another from the system, and of the machine; and keeps them',
    {
      skip: NOT_ROOT || NO_SYSTEMD,
    },
    async (t) => {
      const machine = await systemdMachine(t);
      const users = ['ann', 'bob', 'dan'];
      for (const each of users) await machine.adds(each);
      machine.writes('/etc/cron.allow', 'root\n'); // nobody else needs it where systemd boots

      await t.test("boot install takes the user's own manager, and the system's for the machine", async () => {
        await ok(machine, 'ann', 'session create -n plain -- sleep 1000');
        const clean = 'trap "exit 0" TERM; while :; do sleep 1; done';
        await ok(machine, 'ann', `session create -n clean -- sh -c '${clean}'`);
        await ok(machine, 'ann', 'session create -n off -- sleep 1000 && session stop off');
        await ok(machine, 'ann', 'session create -n held -- sleep 1000 && session suspend held');
        const said = await ok(machine, 'ann', 'session boot install');
        assert.match(
          said,
          /^runs systemctl --user enable session\.service\nruns loginctl enable-linger ann\nInstalled/m,
        );
        const status = await ok(machine, 'ann', 'session boot status');
        assert.match(status, /^Method: systemd-user$/m);
        assert.match(status, /^ {2}yes {2}lingering is on$/m);
        assert.match(status, /The next boot brings the sessions back\.\n$/);
        assert.match(await ok(machine, 'ann', 'session boot install'), /^Installed already, by systemd-user\.\n$/);
        assert.match(await ok(machine, 'ann', 'session boot test'), /The boot works\.\n$/);
        assert.match(await ok(machine, 'ann', 'session doctor'), /^ {2}yes {2}lingering is on$/m);

        await ok(machine, 'root', 'session create -n system -- sleep 1000');
        await ok(machine, 'root', 'session boot install');
        assert.match(await ok(machine, 'root', 'session boot status'), /^Method: systemd-system$/m);
      });

      await t.test('the machine goes down and comes up: all is as it was, under the managers', async () => {
        await ok(machine, 'bob', 'session create -n b -- sleep 1000');
        await machine.runs('cp', `${INIT}/session@.service`, '/etc/systemd/system/');
        await machine.runs('systemctl', 'enable', 'session@bob');
        await machine.reboots();
        assert.match(await unitOf(machine, 'ann'), /user@\d+\.service\/app\.slice\/session\.service$/);
        assert.match(await unitOf(machine, 'bob'), /system-session\.slice\/session@bob\.service$/);
        assert.match(await unitOf(machine, 'root'), /system\.slice\/session\.service$/);
        const all = { plain: 'running', clean: 'running', off: 'stopped', held: 'held' };
        assert.deepEqual(await states(machine, 'ann'), all);
        assert.deepEqual(await states(machine, 'bob'), { b: 'running' });
        assert.deepEqual(await states(machine, 'root'), { system: 'running' });
      });

      await t.test('a unit that is stopped ends its sessions in good order, and brings them back', async () => {
        await machine.runs('systemctl', 'stop', 'session@bob');
        assert.equal((await machine.runs('pgrep', '-u', 'bob', 'sleep')).stdout, '');
        await machine.runs('systemctl', 'start', 'session@bob');
        assert.deepEqual(await states(machine, 'bob'), { b: 'running' });
      });

      await t.test(
        'a logout that ends everything ends no session of who lingers, and is told to who does not',
        async () => {
          machine.writes('/etc/systemd/logind.conf.d/strict.conf', '[Login]\nKillUserProcesses=yes\n');
          await machine.reboots();
          // What a manager began is not a login's.
          assert.deepEqual(await states(machine, 'bob'), { b: 'running' });
          await ok(machine, 'dan', 'session create -n d -- sleep 1000');
          assert.deepEqual(await states(machine, 'dan'), { d: 'down' });
          const told = await machine.login('dan', 'session boot >/dev/null; session doctor');
          assert.equal(told.code, 1);
          assert.match(told.stdout, /^ {2}NO {3}sessions outlive the logout.*Mend: loginctl enable-linger dan$/m);
          assert.match(told.stdout, /^ {2}NO {3}it outlives the login that began it/m);

          // What root begins by way of a user's login is the machine's.
          machine.writes('/etc/sudoers.d/dan', 'dan ALL=(root) NOPASSWD: ALL\n');
          await ok(machine, 'root', 'session shutdown');
          await ok(machine, 'dan', 'session -g create -n through -- sleep 1000');
          assert.equal((await states(machine, 'root')).through, 'running');
          await ok(machine, 'root', 'session rm -f through; session boot --quiet');

          await ok(machine, 'dan', 'loginctl enable-linger; session boot');
          assert.match(await unitOf(machine, 'dan'), /user@\d+\.service\/app\.slice\/run-\w+\.scope$/);
          assert.deepEqual(await states(machine, 'dan'), { d: 'running' });
          assert.match(await ok(machine, 'dan', 'session doctor'), /All is well/);
        },
      );

      await t.test('docs/boot.md shows root what happens, line by line', async () => {
        await ok(machine, 'root', 'session boot uninstall');
        const typed = typedIn('boot.md', '#');
        assert.ok(typed.length >= 5, 'the transcript was found');
        for (const { line, prints } of typed) {
          if (line === 'systemctl reboot') await machine.reboots();
          else assert.match((await machine.login('root', line)).stdout, prints, `# ${line}`);
        }
      });

      await t.test('uninstall takes all of it away, and the next boot brings nothing back', async () => {
        const { stdout, stderr } = await machine.login('ann', 'session boot uninstall');
        assert.match(stdout, /Uninstalled\.\n$/);
        assert.match(stderr, /lingering stays on.*loginctl disable-linger ann/);
        assert.equal(await ok(machine, 'ann', 'find ~ -name .config -o -name launch -o -path "*systemd*"'), '');
        await ok(machine, 'root', 'session boot uninstall');
        await machine.reboots();
        const all = { plain: 'down', clean: 'down', off: 'stopped', held: 'held' };
        assert.deepEqual(await states(machine, 'ann'), all);
        assert.deepEqual(await states(machine, 'root'), { proxy: 'down', system: 'down' });
      });
    },
  );

if (process.env.SESSION_TEST_SYSTEMD !== '0')
  test(
    'units that an administrator put there by hand count, for the machine and for users; and what they lack is told',
    { skip: NOT_ROOT || NO_SYSTEMD },
    async (t) => {
      const machine = await systemdMachine(t);
      for (const each of ['ann', 'eve']) {
        await machine.adds(each);
        await ok(machine, each, 'session create -n x -- sleep 1000');
      }
      const root = (line: string) => ok(machine, 'root', line);
      const quietly = async (line: string) => assert.equal((await machine.login('root', line)).code, 0, line);
      /** What status, doctor and test make of it; `lines` are of status. */
      async function works(user: string, method: RegExp, ...lines: RegExp[]): Promise<void> {
        const status = await ok(machine, user, 'session boot status');
        for (const each of [method, ...lines]) assert.match(status, each);
        assert.match(status, /^ {2}yes {2}it runs \/usr\/local\/bin\/session, which is there$/m);
        assert.match(status, /^The next boot brings the sessions back\.$/m);
        assert.match(
          await ok(machine, user, 'session boot test'),
          /^ {2}yes {2}\/usr\/local\/bin\/session boots[\s\S]*The boot works\.$/m,
        );
        assert.match((await machine.login(user, 'session doctor')).stdout, /^ {2}yes {2}the next boot brings/m);
      }
      async function lacks(user: string, line: RegExp, env = ''): Promise<void> {
        const { code, stdout } = await machine.login(user, `${env} session boot status`);
        assert.match(stdout, line);
        assert.deepEqual(
          [code, stdout.trimEnd().split('\n').at(-1)],
          [1, 'The next boot does not bring the sessions back.'],
        );
      }
      const isNoFault = async (user: string) =>
        assert.match((await machine.login(user, 'session doctor')).stdout, /^ {2}note {1,2}sessions do not return/m);

      await t.test("the system's unit, which an install leaves as it is and an uninstall takes away", async () => {
        await root('session create -n system -- sleep 1000');
        await root(`cp ${INIT}/session.service /etc/systemd/system/ && systemctl daemon-reload`);
        await lacks('root', /^ {2}NO {3}it is enabled\. Mend: session boot install --method systemd-system$/m);
        await quietly('systemctl enable session');
        await works(
          'root',
          /^Method: systemd-system$/m,
          /^ {2}yes {2}the unit \S+ is there\n {2}yes {2}it is enabled$/m,
        );
        assert.equal(await root('session boot install'), 'Installed already, by systemd-system.\n');
        await root('mkdir /etc/systemd/system/session.service.d');
        machine.writes('/etc/systemd/system/session.service.d/a.conf', '[Service]\nExecStart=\nExecStart=/gone boot\n');
        await lacks('root', /^ {2}NO {3}it runs \/gone, which is there\. Mend: put session there; or write into it/m);
        await root('rm -r /etc/systemd/system/session.service.d');
      });

      await t.test('session@USER, for whom it is enabled', async () => {
        await root(`cp ${INIT}/session@.service /etc/systemd/system/ && systemctl daemon-reload`);
        await quietly('systemctl enable session@ann');
        await works('ann', /^Method: session@ann\.service, put there by the administrator$/m);
        await lacks('eve', /^ {2}NO {3}it is enabled\. Mend: as root: systemctl enable session@eve$/m);
        await isNoFault('eve');
        const elsewhere = 'SESSION_HOME=/home/ann/elsewhere';
        await ok(machine, 'ann', `${elsewhere} session create -n y -- sleep 1000`);
        const told =
          /Mend: session boot install; or as root: systemctl edit session@ann, with \[Service\] and Environment=/;
        await lacks('ann', told, elsewhere);
        const beside = '/etc/systemd/system/session@ann.service.d/home.conf';
        machine.writes(beside, `[Service]\nEnvironment=${elsewhere}\n`);
        assert.match(await ok(machine, 'ann', `${elsewhere} session boot status`), /^The next boot brings/m);
        await root(`rm ${beside}`);
        const both = await machine.login('ann', 'session boot install; session boot uninstall');
        assert.match(
          both.stderr,
          /session@ann\.service, put there by the administrator, boots them already; that both/,
        );
        assert.match(both.stderr, /session@ann\.service, put there by the administrator, stays, and boots them\.$/m);
        await quietly('loginctl disable-linger ann');
        await works('ann', /^Method: session@ann\.service,/m);
      });

      await t.test("the unit of all users' own managers, for those who linger", async () => {
        await root('rm /etc/systemd/system/session@.service.d -rf; mkdir -p /etc/systemd/user');
        await root(`cp ${INIT}/user/session.service /etc/systemd/user/`);
        await quietly('systemctl --global enable session');
        await lacks('eve', /^ {2}NO {3}lingering is on\. Mend: loginctl enable-linger eve$/m);
        await isNoFault('eve');
        await quietly('loginctl enable-linger eve');
        const method = /^Method: session\.service of users' own managers, put there by the administrator$/m;
        await works('eve', method, /^ {2}yes {2}lingering is on$/m);
        const own = await machine.login('eve', 'session boot install; session boot status; session boot uninstall');
        assert.match(
          own.stdout,
          /^Installed, by systemd-user\.[\s\S]*^Method: systemd-user$[\s\S]*^The next boot brings/m,
        );
        assert.match(
          own.stderr,
          /managers, put there by the administrator, boots them already; that both do is harmless\.$/m,
        );
        assert.match(own.stderr, /managers, put there by the administrator, stays, and boots them\.$/m);
        await works('eve', method);
        await quietly('systemctl --global disable session');
        await lacks('eve', /^ {2}NO {3}it is enabled\. Mend: as root: systemctl --global enable session$/m);
        await quietly('systemctl --global enable session');
        await lacks(
          'eve',
          /^ {2}NO {3}it finds the sessions of .*Mend: session boot install$/m,
          'SESSION_HOME=/home/eve/y',
        );
      });

      await t.test('the boot brings back what they said', async () => {
        await machine.reboots();
        assert.match(await unitOf(machine, 'ann'), /session@ann\.service$/);
        assert.match(await unitOf(machine, 'eve'), /user@\d+\.service\/app\.slice\/session\.service$/);
        assert.match(await unitOf(machine, 'root'), /system\.slice\/session\.service$/);
        assert.deepEqual(await states(machine, 'ann'), { x: 'running' });
        assert.deepEqual(await states(machine, 'eve'), { x: 'running' });
        assert.deepEqual(await states(machine, 'root'), { system: 'running' });
        const by = '/etc/systemd/system/session.service';
        assert.match(
          (await machine.login('root', 'session boot uninstall')).stderr,
          /session\.service, put there by hand, stays; to take it away: systemctl disable session\.service; rm \S+; systemctl daemon-reload\.$/m,
        );
        await works('root', /^Method: systemd-system$/m);
        await quietly(`systemctl disable session.service; rm ${by}; systemctl daemon-reload`);
        assert.match((await machine.login('root', 'session boot status')).stdout, /^Nothing is installed/);
      });

      await t.test('session-users, which systemd runs too, is no way where a logout ends everything', async () => {
        await quietly(
          'systemctl disable session@ann; systemctl --global disable session; rm /etc/systemd/user/session.service',
        );
        await root('rm /etc/systemd/system/session@.service');
        await quietly(`cp ${INIT}/../session-users /etc/init.d/ && update-rc.d session-users defaults`);
        await works('ann', /^Method: \/etc\/init\.d\/session-users,/m);
        machine.writes('/etc/systemd/logind.conf.d/strict.conf', '[Login]\nKillUserProcesses=yes\n');
        await lacks('ann', /^ {2}NO {3}what it begins lasts \(KillUserProcesses\)\. Mend: take the units instead: /m);
      });
    },
  );
