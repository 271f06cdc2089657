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
        assert.equal(
          await ok(machine, 'ann', 'find ~/.config ~/.local/state/session -name launch -o -path "*systemd*"'),
          '',
        );
        await ok(machine, 'root', 'session boot uninstall');
        await machine.reboots();
        const all = { plain: 'down', clean: 'down', off: 'stopped', held: 'held' };
        assert.deepEqual(await states(machine, 'ann'), all);
        assert.deepEqual(await states(machine, 'root'), { proxy: 'down', system: 'down' });
      });
    },
  );
