// The configuration: where it comes from, what is refused, and that it does what it says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { testUser } from '../support/account.ts';
import { eventually, within } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { type Home, home } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';
import { person } from '../support/person.ts';

const write = (h: Home, text: string, path = join(h.path, 'config.toml')) => {
  mkdirSync(h.path, { recursive: true, mode: 0o700 });
  writeFileSync(path, text);
  return path;
};

describe('configuration', { concurrency: true }, () => {
  test('each setting is shown with where it comes from, one place over the other', async (t) => {
    const h = home(t);
    const shown = async (...args: string[]) =>
      JSON.parse(await h.ok('config', '--json', ...args)) as { key: string; value: string; origin: string }[];
    const of = (list: Awaited<ReturnType<typeof shown>>, key: string) => {
      const found = list.find((each) => each.key === key);
      return `${found?.value} ${found?.origin}`;
    };
    const standing = await shown();
    assert.deepEqual(
      standing.map((each) => `${each.key} ${each.value} ${each.origin}`),
      ['detach-key ctrl-\\ default', 'boot-wait 5m default', 'log-level info default', 'hostname  default'],
    );
    const own = write(h, "detach-key = 'ctrl-a d'\nboot-wait = 90\n\n[defaults]\nscrollback = 500\nlog = false\n");
    const variable = write(h, "boot-wait = '2m'\n", join(h.work, 'variable.toml'));
    const named = write(h, "log-level = 'warn'\n", join(h.work, 'named.toml'));
    h.env.SESSION_CONFIG_FILE = variable;
    const all = await shown(
      '--config-file',
      named,
      '--config-option',
      'hostname=here',
      '--config-option=log-level=debug',
    );
    assert.equal(of(all, 'detach-key'), `ctrl-a d ${own}`);
    assert.equal(of(all, 'boot-wait'), `2m SESSION_CONFIG_FILE (${variable})`);
    assert.equal(of(all, 'log-level'), 'debug --config-option');
    assert.equal(of(all, 'hostname'), 'here --config-option');
    assert.equal(of(all, 'defaults.scrollback'), `500 ${own}`);
    assert.equal(of(all, 'defaults.log'), `no ${own}`);
    assert.equal(await h.ok('--config-file', named, 'config', 'log-level'), 'warn\n');
    assert.match(await h.ok('config'), /^boot-wait = '2m' +# SESSION_CONFIG_FILE/m);
  });

  test('what is wrong is told with its place and the nearest right one, and nothing is done', async (t) => {
    const h = home(t);
    const refuses = async (text: string, line: RegExp, code = 2) => {
      const path = write(h, text);
      await h.fails(code, line, 'config');
      await h.fails(code, line, 'create', '-n', 'x', 'cat');
      assert.equal((await h.run(['ls'])).code, 0, `${path}: what needs no configuration works`);
    };
    await refuses('detach-kye = "ctrl-a"\n', /config\.toml: no setting 'detach-kye'\. Did you mean 'detach-key'\?$/m);
    await refuses('scrollback = 5\n', /no setting 'scrollback'\. Did you mean 'defaults\.scrollback'\?$/m);
    await refuses(
      '[defaults]\nscrolback = 5\n',
      /no setting 'defaults\.scrolback'\. Did you mean 'defaults\.scrollback'\?$/m,
    );
    await refuses(
      '[defaults]\nrestart = "often"\n',
      /config\.toml: 'often' is no value for 'restart'\. It takes always, on-failure/,
    );
    await refuses(
      '[defaults]\nschedule = "61 * * * *"\n',
      /config\.toml: '61 \* \* \* \*' is no value for 'schedule': '61' is no minute \(0-59\)\. It takes five or six fields/,
    );
    await refuses('[defaults]\nschedule = "0 0 30 2 *"\n', /is no value for 'schedule': it never fires\. It takes/);
    await refuses('boot-wait = "soon"\n', /'soon' is no value for 'boot-wait'\. It takes a duration/);
    await refuses('boot-wait = \n', /config\.toml, line 1: .*\. A line is like: detach-key = 'ctrl-a d'$/m, 1);
    write(h, '');
    await h.fails(
      1,
      /cannot read --config-file \/nowhere: no such file or directory\.$/m,
      'ls',
      '--config-file',
      '/nowhere',
    );
    await h.fails(2, /^session: --config-option takes NAME=VALUE, not 'x'\./, 'ls', '--config-option', 'x');
    await h.fails(
      2,
      /^session: --config-option: no setting 'boot-wiat'\. Did you mean 'boot-wait'\?$/m,
      '--config-option',
      'boot-wiat=5',
      'ls',
    );
    assert.deepEqual(await h.list(), []);
  });

  test('what lies in its place and is no file is waited for by nobody', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    execFileSync('mkfifo', [join(h.path, 'config.toml')]);
    const line = `session: cannot read ${h.path}/config.toml: it is not a file.`;
    await h.fails(1, line, 'create', 'sleep', '1000');
    await h.fails(1, line, 'config');
    assert.equal((await h.view('web')).state, 'running');
  });

  test("a user or group is the system's sessions' alone", { skip: NOT_ROOT || UNTOUCHED }, async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const path = join(user.home, '.config/session/config.toml');
    mkdirSync(dirname(path), { recursive: true });
    for (const key of ['user', 'group']) {
      writeFileSync(path, `[defaults]\n${key} = "bob"\n`);
      const line = `session: ${path}: only root's sessions can have a '${key}'.`;
      const hint = "It belongs into the system's configuration: /etc/session/config.toml";
      for (const words of [['config'], ['create', 'cat']]) {
        const { code, stderr } = await user.runs([session, ...words]);
        assert.deepEqual([code, stderr], [2, `${line} ${hint}\n`]);
      }
    }
    const h = home(t);
    write(h, '[defaults]\nuser = "root"\nschedule = "@daily"\nschedule-zone = "UTC"\n');
    assert.equal(await h.ok('config', 'defaults.user'), 'root\n', "in root's it is allowed");
    assert.match(await h.ok('create', '-n', 'x', 'cat'), /its next run is/);
  });

  test("the detach key is the configured one, is told, and the standing one is the program's then", async (t) => {
    const h = home(t);
    write(h, "detach-key = 'ctrl-a d'\n");
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', 'stty -isig -icanon -echo; echo there; exec cat -v');
    const who = person(h, ['attach', 'x']);
    await who.sees(/there/);
    assert.match(who.received(), /Attached to session 'x'\. Detach: Ctrl-a d/);
    who.types('\x1c');
    await who.sees(/\^\\/);
    who.types('\x01e');
    await who.sees(/\^Ae/);
    who.types('\x01d');
    assert.deepEqual(await within(who.ended, () => 'it leaves'), { code: 0 });
    const other = person(h, ['attach', 'x', '--config-option', 'detach-key=ctrl-b']);
    await other.sees(/there/);
    other.types('\x02');
    assert.deepEqual(await within(other.ended, () => 'it leaves'), { code: 0 });
  });

  test('new sessions begin with the configured defaults, and those named at create are over them', async (t) => {
    const h = home(t);
    write(h, "[defaults]\nscrollback = 500\nstop-timeout = '3s'\n");
    await h.ok('create', '-n', 'x', '--set', 'stop-timeout=4s', 'cat');
    assert.equal(await h.ok('get', 'x', 'scrollback'), '500\n');
    assert.equal(await h.ok('get', 'x', 'stop-timeout'), '4s\n');
    write(h, '');
    assert.equal(await h.ok('get', 'x', 'scrollback'), '500\n', 'it is its own now');
  });

  test('the supervisor reads its settings anew at SIGHUP, refuses them whole where one is wrong, and a new one reads them too', async (t) => {
    const h = home(t, { expected: /configuration refused/ });
    await h.ok('create', '-n', 'x', 'cat');
    const { supervisor } = h.pids();
    const tells = (times: number) => h.diary().split('configuration read').length - 1 >= times || undefined;
    write(h, "log-level = 'debug'\n");
    process.kill(supervisor, 'SIGHUP');
    await eventually('it has read it', () => tells(2));
    await h.ok('create', '-n', 'shown', '--set', 'restart-steady=50ms', 'cat');
    await eventually('a line of debugging', () => h.diary().includes('"what":"timer"') || undefined);
    write(h, "log-level = 'info'\nboot-wiat = 5\n");
    process.kill(supervisor, 'SIGHUP');
    await eventually('it refuses', () => /configuration refused.*boot-wiat.*Did you mean/.test(h.diary()) || undefined);
    const before = h.diary().split('"what":"timer"').length;
    await h.ok('restart', 'shown');
    await eventually('it debugs on', () => h.diary().split('"what":"timer"').length > before || undefined);
    h.killSupervisor();
    await h.ok('restart', 'shown');
    assert.equal(h.diary().split('configuration refused').length - 1, 2, 'the new one refuses it, too, and serves');
  });
});
