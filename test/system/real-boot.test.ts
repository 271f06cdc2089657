// A machine that goes down and comes up, as far as one user can: init's TERM and KILL to everything, then the real cron,
// or the init scripts as root.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { SessionView } from '../../src/model/view.ts';
import { type TestUser, testUser } from '../support/account.ts';
import { eventually } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { globalScope } from '../support/global-scope.ts';
import { ROOT } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';
import { typedIn } from '../support/shown-in-docs.ts';

const skip = NOT_ROOT || UNTOUCHED;

/** Debian's package, unpacked: it would take the place of the other inits. */
const OPENRC = process.env.OPENRC_ROOT;

const listOf = async (user: TestUser, session: string) =>
  JSON.parse((await user.runs([session, 'ls', '--json'])).stdout) as SessionView[];

const stateOf = async (user: TestUser, session: string) =>
  Object.fromEntries((await listOf(user, session)).map(({ name, state }) => [name, state]));

const keeperOf = (user: TestUser) =>
  JSON.parse(readFileSync(join(user.home, '.local/state/session/keeper.lock'), 'utf8')).pid as number;

function signal(pids: number[], what: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, what);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** As init does it: TERM to all at once, a while, KILL to who is left. */
async function goesDown(user: TestUser): Promise<void> {
  signal(user.processes(), 'SIGTERM');
  // The deaf one, what it waits for, and keeper and supervisor, which wait for it: the KILL comes before theirs.
  await eventually('those that listen have ended', () => user.processes().length <= 4 || undefined);
  signal(user.processes(), 'SIGKILL');
  await eventually('all have ended', () => user.processes().length === 0 || undefined);
}

/** The real cron, with no crontab but the users', which runs what is for @reboot. Gone after the test. */
function cron(t: TestContext): void {
  rmSync('/run/crond.reboot', { force: true });
  const hide = 'mount -t tmpfs none /etc/cron.d && mount --bind /dev/null /etc/crontab && exec cron -f';
  const daemon = spawn('unshare', ['-m', 'sh', '-c', hide], { stdio: 'ignore' });
  t.after(async () => {
    daemon.kill('SIGTERM');
    await eventually('cron has left', () => daemon.exitCode !== null || daemon.signalCode !== null || undefined);
    for (const each of ['/run/crond.reboot', '/run/crond.pid']) rmSync(each, { force: true });
  });
}

describe('after a reboot', { skip }, () => {
  test('cron brings back what ran, clean ends at the going down included, and a login finds its supervisor', async (t) => {
    const session = readableCopy(t);
    const user = testUser(t);
    const create = async (name: string, ...args: string[]) => {
      const made = await user.runs([session, 'create', '-n', name, ...args]);
      assert.deepEqual([made.code, made.stderr], [0, ''], name);
    };
    await create('plain', 'sleep', '1000');
    await create('clean', '--', 'sh', '-c', 'trap "exit 0" TERM; echo ready; while :; do sleep 1; done');
    await create('deaf', '--', 'sh', '-c', 'trap "" TERM HUP; while :; do sleep 1; done');
    await create('frozen', 'sleep', '1000');
    await create('off', 'sleep', '1000');
    await create('unbegun', '-s', 'sleep', '1000');
    await user.runs([session, 'suspend', 'frozen']);
    await user.runs([session, 'stop', 'off']);
    assert.equal((await user.runs([session, 'boot', 'install'])).code, 0);
    await goesDown(user);
    assert.deepEqual(await stateOf(user, session), {
      clean: 'down',
      deaf: 'down',
      frozen: 'held',
      off: 'stopped',
      plain: 'down',
      unbegun: 'held',
    });
    assert.deepEqual(user.processes(), [], 'looking starts nothing');

    cron(t);
    const is = async () => {
      const states = await stateOf(user, session);
      return ['plain', 'clean', 'deaf'].every((name) => states[name] === 'running') ? states : undefined;
    };
    assert.deepEqual(await eventually('cron has booted', is), {
      clean: 'running',
      deaf: 'running',
      frozen: 'held',
      off: 'stopped',
      plain: 'running',
      unbegun: 'held',
    });
    const keeper = keeperOf(user);
    const pids = (await listOf(user, session)).map(({ pid }) => pid);
    assert.equal((await user.runs([session, 'boot'])).stdout, '', 'twice in a row is harmless');
    assert.deepEqual(
      (await listOf(user, session)).map(({ pid }) => pid),
      pids,
    );
    await create('later', 'sleep', '1000');
    assert.equal(keeperOf(user), keeper, 'the supervisor that a login finds is the one that boot started');
    const status = await user.runs([session, 'boot', 'status']);
    assert.deepEqual([status.code, status.stdout.split('\n').at(-2)], [0, 'The next boot brings the sessions back.']);
    await user.runs([session, 'boot', 'uninstall']);
  });
});

test('docs/boot.md shows a user what happens, line by line', { skip }, async (t) => {
  const session = readableCopy(t);
  const user = testUser(t);
  cron(t);
  await eventually('cron is there', () => existsSync('/run/crond.pid') || undefined);
  const typed = typedIn('boot.md', '$', (text) => text.replaceAll('/home/ann', user.home));
  assert.ok(typed.length >= 6, 'the transcript was found');
  for (const { line, prints } of typed) {
    const PATH = `${dirname(session)}:/usr/bin:/bin`;
    const { stdout, stderr } = await user.runs(['env', `PATH=${PATH}`, 'sh', '-c', line]);
    assert.match(`${stdout}${stderr}`, prints, `$ ${line}`);
  }
  await user.runs([session, 'shutdown']);
});

/** Runs a script of init/ as root, with the given users (and root) and no others on the machine. */
function initScript(t: TestContext, name: string, users: TestUser[], env: Record<string, string>) {
  const directory = mkdtempSync('/tmp/s-');
  chmodSync(directory, 0o755);
  t.after(() => rmSync(directory, { recursive: true }));
  const passwd = readFileSync('/etc/passwd', 'utf8').split('\n');
  const ours = passwd.filter((line) =>
    ['root', ...users.map((each) => each.name)].includes(line.split(':')[0] as string),
  );
  writeFileSync(join(directory, 'passwd'), `${ours.join('\n')}\n`);
  return (action: string, more: Record<string, string> = {}) => {
    const words = ['-m', 'sh', '-c', 'mount --bind "$0" /etc/passwd && exec "$@"', join(directory, 'passwd')];
    const ran = spawnSync('unshare', [...words, join(ROOT, 'init', name), action], {
      encoding: 'utf8',
      cwd: '/',
      timeout: 60_000,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env, ...more },
    });
    return { code: ran.status, said: `${ran.stdout}${ran.stderr}` };
  };
}

describe('the init scripts', { skip }, () => {
  test('session-users boots and ends the sessions of every user at the same time, and one failure stops nobody else', async (t) => {
    const session = readableCopy(t);
    const [one, two, elsewhere, none] = [testUser(t), testUser(t), testUser(t), testUser(t)];
    const list = join(one.home, 'list');
    writeFileSync(list, `# those whose sessions lie elsewhere\n${elsewhere.name}  # such as this one\n`);
    writeFileSync(join(elsewhere.home, '.profile'), 'export XDG_STATE_HOME=$HOME/state FROM_PROFILE=yes\n');
    const away = { env: { XDG_STATE_HOME: join(elsewhere.home, 'state') } };
    for (const each of [one, two])
      await each.runs([session, 'create', '-n', 'x', '--', 'sh', '-c', 'touch began; exec sleep 1000']);
    await elsewhere.runs([session, 'create', '-n', 'x', '--', 'sh', '-c', 'touch began; exec sleep 1000'], away);
    for (const each of [one, two]) await each.runs([session, 'shutdown']);
    await elsewhere.runs([session, 'shutdown'], away);
    for (const each of [one, two, elsewhere]) rmSync(join(each.home, 'began'), { force: true });
    // Each waits for the other: one after the other they would never come up.
    chmodSync(one.home, 0o755);
    chmodSync(two.home, 0o755);
    const waitsFor = (file: string) =>
      `for i in $(seq 200); do [ -e ${file} ] && break; sleep 0.1; done; [ -e ${file} ] && touch ~/met\ntouch ~/here\n`;
    writeFileSync(join(one.home, '.profile'), `touch ~/here\n${waitsFor(join(two.home, 'here'))}`);
    writeFileSync(join(two.home, '.profile'), `touch ~/here\n${waitsFor(join(one.home, 'here'))}`);

    const script = initScript(t, 'session-users', [one, two, elsewhere, none], { SESSION: session, USERS_LIST: list });
    assert.deepEqual(script('start'), { code: 0, said: '' });
    for (const each of [one, two]) {
      assert.equal((await stateOf(each, session)).x, 'running', each.name);
      assert.ok(existsSync(join(each.home, 'met')), 'at the same time');
    }
    const there = await elsewhere.runs([session, 'ls', '--json'], away);
    assert.equal(JSON.parse(there.stdout)[0].state, 'running');
    const { pid } = JSON.parse(there.stdout)[0] as SessionView;
    assert.deepEqual(none.processes(), [], 'who has no sessions gets no supervisor');
    const environment = readFileSync(`/proc/${keeperPid(elsewhere)}/environ`, 'utf8');
    assert.match(environment, /(^|\0)FROM_PROFILE=yes\0/, 'as a login');
    assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), new RegExp(`^Groups:\\s+${elsewhere.uid} $`, 'm'));

    assert.deepEqual(script('start'), { code: 0, said: '' }, 'twice is harmless');
    const status = script('status');
    assert.equal(status.code, 0);
    for (const each of [one, two])
      assert.match(status.said, new RegExp(`^${each.name}: Session 'x' is running, PID \\d+\\.$`, 'm'));
    assert.deepEqual(script('stop'), { code: 0, said: '' });
    assert.deepEqual(script('stop'), { code: 0, said: '' });
    for (const each of [one, two, elsewhere])
      await eventually('it is down', () => each.processes().length === 0 || undefined);
    assert.equal((await stateOf(one, session)).x, 'down', 'the wish stays');
    assert.equal(script('status').code, 3);

    chmodSync(join(two.home, '.local/state/session'), 0o755);
    writeFileSync(list, `${elsewhere.name}\nnobody-such\n-x\n`);
    const failing = script('start');
    assert.equal(failing.code, 1);
    assert.match(failing.said, new RegExp(`session-users: start failed for ${two.name}$`, 'm'));
    assert.match(failing.said, new RegExp(`^${two.name}: session: .*open to others`, 'm'), 'errors have the name, too');
    assert.doesNotMatch(failing.said, /^session: /m);
    for (const each of ['nobody-such', '-x'])
      assert.match(failing.said, new RegExp(`^session-users: there is no user ${each}$`, 'm'));
    assert.equal((await stateOf(one, session)).x, 'running');
    chmodSync(join(two.home, '.local/state/session'), 0o700);
    writeFileSync(list, `${elsewhere.name}\n`);
    assert.equal(script('restart').code, 0);
    assert.equal((await stateOf(two, session)).x, 'running');
    assert.equal(script('stop').code, 0);
  });

  test("session-global boots and ends the system's sessions, with LSB's exit statuses", async (t) => {
    await globalScope(t);
    const session = readableCopy(t);
    const root = (...args: string[]) =>
      execFileSync(session, args, { encoding: 'utf8', env: { PATH: process.env.PATH } });
    root('create', '-n', 'x', 'sleep', '1000');
    root('create', '-n', 'off', 'sleep', '1000');
    root('stop', 'off');
    const script = initScript(t, 'session-global', [], { SESSION: session, SESSION_HOME: '/tmp/nowhere' });
    assert.equal(script('status').code, 0);
    assert.deepEqual(script('stop'), { code: 0, said: '' });
    assert.equal(script('status').code, 3);
    const states = () =>
      (JSON.parse(root('ls', '--json')) as SessionView[]).map(({ name, state }) => `${name} ${state}`);
    assert.deepEqual(states(), ['off stopped', 'x down']);
    assert.deepEqual(script('start'), { code: 0, said: '' });
    assert.deepEqual(states(), ['off stopped', 'x running']);
    assert.deepEqual(script('start'), { code: 0, said: '' });
    assert.equal(script('restart').code, 0);
    assert.deepEqual(states(), ['off stopped', 'x running']);
    for (const name of ['session-global', 'session-users']) {
      const each = initScript(t, name, [], { SESSION: session });
      assert.deepEqual([each('reload').code, each('').code], [2, 2]);
      assert.match(each('').said, /^Usage: .* \{start\|stop\|restart\|force-reload\|status\}\n$/);
      assert.equal(each('start', { SESSION: '/nowhere' }).code, 5);
      assert.equal(each('status', { SESSION: '/nowhere' }).code, 4);
    }
    assert.equal(script('stop').code, 0);
  });

  test(
    "OpenRC's script boots and ends the system's sessions, run by the real openrc-run",
    { skip: OPENRC === undefined && 'OPENRC_ROOT is not set' },
    async (t) => {
      await globalScope(t);
      const session = readableCopy(t);
      const root = (...args: string[]) =>
        execFileSync(session, args, { encoding: 'utf8', env: { PATH: process.env.PATH } });
      root('create', '-n', 'x', 'sleep', '1000');
      root('shutdown');
      const stage = mkdtempSync('/tmp/s-');
      t.after(() => rmSync(stage, { recursive: true }));
      const script = `
for d in sbin bin lib; do [ ! -d "${OPENRC}/$d" ] || { mkdir -p usr; cp -a "${OPENRC}/$d" usr/; }; done
cp -a "${OPENRC}/usr/." usr/
mkdir -p etc/init.d etc/conf.d
cp "${ROOT}/init/openrc/session-global" etc/init.d/ && chmod +x etc/init.d/session-global
echo "session=${session}" >etc/conf.d/session-global
mount -t overlay overlay -o lowerdir=$PWD/usr:/usr /usr && mount -t overlay overlay -o lowerdir=$PWD/etc:/etc /etc || exit 77
for d in started starting stopping inactive wasinactive failed options exclusive scheduled tmp daemons; do mkdir -p run/$d; done
echo default >run/softlevel
mkdir -p /run/openrc && mount --bind run /run/openrc || exit 77
for action in start status start stop status; do
  /etc/init.d/session-global --nodeps $action >>said 2>&1
  echo "$action $?"
done
`;
      const ran = spawnSync('unshare', ['-m', 'sh', '-c', script], { cwd: stage, encoding: 'utf8', timeout: 60_000 });
      t.after(() => {
        if (existsSync('/run/openrc') && readdirSync('/run/openrc').length === 0) rmdirSync('/run/openrc'); // seen empty from here
      });
      if (ran.status === 77) return t.diagnostic('no overlay can be mounted here: OpenRC was not run');
      assert.equal(
        ran.stdout,
        'start 0\nstatus 0\nstart 0\nstop 0\nstatus 3\n',
        ran.stderr + readFileSync(join(stage, 'said'), 'utf8'),
      );
      assert.match(root('ls'), /^x +down /m, 'the wish stays');
    },
  );

  test('System V: installed once by the real update-rc.d, found again, and undone whole, what an administrator set kept', async (t) => {
    await globalScope(t);
    const session = readableCopy(t);
    const etc = mkdtempSync('/tmp/s-');
    t.after(() => rmSync(etc, { recursive: true }));
    const script = `
cp -a /etc/. "${etc}" && mount --bind "${etc}" /etc || exit 77
touch /etc/inittab; echo STOP_LIMIT=300 >/etc/default/session
links() { ls /etc/rc?.d | grep -c session-global; }
"${session}" boot install -q; echo "install $? $(links)"
"${session}" boot install
"${session}" boot status | sed -n '1p;$p'; echo "status $?"
"${session}" boot uninstall -q; echo "uninstall $? $(links)"
ls /etc/init.d | grep session; cat /etc/default/session
`;
    const ran = spawnSync('unshare', ['-m', 'sh', '-c', script], {
      encoding: 'utf8',
      cwd: '/',
      timeout: 60_000,
      env: { PATH: process.env.PATH },
    });
    assert.equal(
      ran.stdout,
      'install 0 7\nInstalled already, by sysvinit.\nMethod: sysvinit\nThe next boot brings the sessions back.\nstatus 0\nuninstall 0 0\nSTOP_LIMIT=300\n',
      ran.stderr,
    );
  });

  test('have headers that insserv orders by: the global one first up and last down', (t) => {
    const directory = mkdtempSync('/tmp/s-');
    t.after(() => rmSync(directory, { recursive: true }));
    execFileSync('mkdir', [
      '-p',
      ...['init.d', 'rc0.d', 'rc1.d', 'rc2.d', 'rc3.d', 'rc4.d', 'rc5.d', 'rc6.d', 'rcS.d'].map((each) =>
        join(directory, each),
      ),
    ]);
    for (const name of ['session-global', 'session-users'])
      execFileSync('cp', [join(ROOT, 'init', name), join(directory, 'init.d')]);
    execFileSync('insserv', ['-p', join(directory, 'init.d'), 'session-global', 'session-users'], { stdio: 'pipe' });
    const links = (level: string) => readdirSync(join(directory, level)).sort();
    for (const level of ['rc2.d', 'rc3.d', 'rc5.d'])
      assert.deepEqual(links(level), ['S01session-global', 'S02session-users']);
    for (const level of ['rc0.d', 'rc6.d']) assert.deepEqual(links(level), ['K01session-users', 'K02session-global']);
  });
});

/** The keeper of a user whose home is not at its usual place. */
const keeperPid = (user: TestUser) =>
  JSON.parse(readFileSync(join(user.home, 'state/session/keeper.lock'), 'utf8')).pid as number;
