// `ls` and `status` into a pipe, answered by the launcher without a Node from what the supervisor has left: the same words
// that Node says, never older than the last thing that happened, and nothing that is not known to hold.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { BIN, type Home, home, type Ran, runProgram } from '../support/home.ts';
import { person } from '../support/person.ts';
import { isLiving } from '../support/processes.ts';

const fileOf = (h: Home) => join(h.path, 'run/listing');

/** Where no Node is to be found: what comes is the launcher's own. */
const alone = (h: Home, ...args: string[]): Promise<Ran> =>
  runProgram(BIN, args, { env: { ...h.env, PATH: '/nonexistent', HOME: '/nonexistent' }, cwd: h.work });

/** An option that changes nothing here, and that only Node understands. */
const byNode = (h: Home, ...args: string[]) => h.run([...args, '--no-color']);

/** A list, so that it is posted. */
async function post(h: Home): Promise<void> {
  await byNode(h, 'ls');
  assert.ok(existsSync(fileOf(h)), 'what was answered is posted');
}

const isBelieved = async (h: Home, env: Record<string, string> = {}) => {
  const { code } = await runProgram(BIN, ['ls'], { env: { ...h.env, PATH: '/nonexistent', ...env }, cwd: h.work });
  return code === 0;
};

/** Sessions in every state that lasts. */
async function family(h: Home): Promise<void> {
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('create', '-n', 'a-much-longer-name', '-s', 'printf', '%s\\n', 'a\tb', '');
  await h.ok('create', '-n', 'nap', 'sleep', '1000');
  await h.ok('suspend', 'nap');
  await h.ok('create', '-n', 'idle', 'sleep', '1000');
  await h.ok('stop', 'idle');
  await h.ok('create', '-n', 'broken', '--set', 'restart-limit=1', 'sh', '-c', 'exit 3');
  await h.until('broken', 'has failed', (view) => view.state === 'failed');
}

describe('what the launcher answers', { concurrency: true }, () => {
  test('are the words and the exit status of Node, in every state that lasts', async (t) => {
    const h = home(t);
    await family(h);
    const someone = person(h, ['attach', 'web']);
    await h.until('web', 'has a client', (view) => view.clients === 1);
    await post(h);
    let asked = 0;
    for (const args of [
      ['ls'],
      ['ps'],
      ['list'],
      ['status'],
      ...(await h.list()).map(({ name }) => ['status', name]),
    ]) {
      // A second may have gone by between the two.
      await eventually(`${args.join(' ')} is the same`, async () => {
        const [its, nodes] = [await alone(h, ...args), await byNode(h, ...args)];
        assert.equal(its.stderr, '');
        return its.stdout === nodes.stdout && its.code === nodes.code;
      });
      asked++;
    }
    t.diagnostic(`${asked} answers compared`);
    assert.equal(asked, 9);
    someone.types('\x1c');
    await someone.ended;
  });

  test('is said by the same words after the hours and days that pass', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await post(h);
    const text = readFileSync(fileOf(h), 'latin1');
    const [, base] = /\t(\d+)\t0/.exec(text) as unknown as [string, string];
    const shown: string[] = [];
    for (const seconds of [59, 60, 3599, 3600, 86_399, 86_400, 86_400 * 999]) {
      const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
      writeFileSync(fileOf(h), text.replace(`\t${base}\t`, `\t${Math.floor(100 * (uptime - seconds))}\t`));
      const { stdout } = await alone(h, 'ls');
      shown.push(stdout.split('\n')[1]?.trim().split(/ +/)[3] ?? '');
    }
    assert.deepEqual(shown.slice(1), ['1m', '59m', '1h', '23h', '1d', '999d']);
    assert.match(shown[0] as string, /^(59s|1m)$/);
  });

  test('holds what has just happened, whatever that was', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    const shows = async (what: RegExp) => {
      const { stdout } = await h.run(['ls']);
      assert.match(stdout, what);
      await post(h);
    };
    const deeds: [string[], RegExp][] = [
      [['create', '-n', 'new', 'sleep', '1000'], /^new +running/m],
      [['suspend', 'web'], /^web +suspended/m],
      [['resume', 'web'], /^web +running/m],
      [['stop', 'web'], /^web +stopped/m],
      [['start', 'web'], /^web +running/m],
      [['rename', 'web', 'www'], /^www +running/m],
      [['set', 'www', 'command', '/usr/bin/yes'], /^www .*\/usr\/bin\/yes$/m],
      [['create', '-s', '-n', 'later', 'true'], /^later +suspended \(not begun\)/m],
      [['rm', '-f', 'new'], /COMMAND\nlater [^\n]*\nwww [^\n]*\n$/],
    ];
    await post(h);
    for (const [deed, what] of deeds) {
      await h.ok(...deed);
      await shows(what);
    }
    const { pid } = await h.view('www');
    process.kill(pid as number, 'SIGKILL');
    await eventually('its end is shown', async () => !(await h.run(['ls'])).stdout.includes(`  ${pid}  `));
    t.diagnostic(`${deeds.length + 1} changes seen at once`);
  });

  test('is not believed behind a change, though the disk keeps it', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await post(h);
    const text = readFileSync(fileOf(h), 'latin1');
    for (let round = 0; round < 3; round++) {
      assert.equal(await isBelieved(h), true);
      await h.ok('stop', 'web');
      await h.ok('start', 'web');
      writeFileSync(fileOf(h), text, { mode: 0o600 });
      assert.equal(await isBelieved(h), false, 'it is back, and of before');
      unlinkSync(fileOf(h));
      await post(h);
      assert.notEqual(readFileSync(fileOf(h), 'latin1').split('\n')[0], text.split('\n')[0]);
    }
  });

  test('says nothing of a process that has ended, though the supervisor hangs', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', '--set', 'restart-delay=0s', 'sleep', '1000');
    const { pid } = await h.view('web');
    await post(h);
    process.kill(h.pids().supervisor, 'SIGSTOP');
    process.kill(pid as number, 'SIGKILL');
    await eventually('it is withdrawn', () => !existsSync(fileOf(h)));
    assert.doesNotMatch((await h.run(['ls'])).stdout, new RegExp(` ${pid} `));
  });

  test('is gone with the supervisor that left it, and with the keeper', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await post(h);
    const supervisor = h.killSupervisor();
    await eventually('it has died', () => !isLiving(supervisor));
    await eventually('it is withdrawn', () => !existsSync(fileOf(h)));
    await post(h);
    await h.ok('upgrade');
    assert.equal(existsSync(fileOf(h)), false);
    await post(h);
    await h.ok('shutdown');
    assert.equal(existsSync(fileOf(h)), false);
  });

  test('is not believed of another keeper, boot, home or owner', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await post(h);
    assert.equal(await isBelieved(h), true);
    const text = readFileSync(fileOf(h), 'latin1');
    const [form, pid, start, boot, ...by] = (text.split('\n')[0] as string).split('\t') as [
      string,
      string,
      string,
      string,
    ];
    const others = [
      [2, pid, start, boot],
      [form, process.pid, start, boot],
      [form, 4_190_000, start, boot],
      [form, pid, Number(start) - 1, boot],
      [form, pid, start, boot.replace(/^./, (digit) => (digit === 'a' ? 'b' : 'a'))],
    ];
    for (const head of others) {
      writeFileSync(fileOf(h), text.replace(/^.*/, [...head, ...by].join('\t')));
      assert.equal(await isBelieved(h), false, `${head}`);
    }
    for (const torn of [text.slice(0, 20), text.slice(0, text.indexOf('NAME')), '', '\n\n\n']) {
      writeFileSync(fileOf(h), torn);
      assert.equal(await isBelieved(h), false, JSON.stringify(torn));
    }
    writeFileSync(fileOf(h), text);
    assert.equal(await isBelieved(h), true);
    cpSync(h.path, join(h.work, 'copy'), { recursive: true, filter: (from) => !from.endsWith('socket') });
    assert.equal(await isBelieved(h, { SESSION_HOME: join(h.work, 'copy') }), false);
    assert.equal(await isBelieved(h, { SESSION_HOME: `${h.path}/../h` }), false, 'only Node knows where that leads');
    renameSync(join(h.path, 'run/socket'), join(h.path, 'run/other'));
    assert.equal(await isBelieved(h), false, 'the socket is gone');
    renameSync(join(h.path, 'run/other'), join(h.path, 'run/socket'));
    t.diagnostic(`${others.length + 7} refused`);
  });

  test("is Node's where colours, options, patterns or unknown names are asked for", async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await post(h);
    for (const args of [
      ['ls', '-l'],
      ['ls', '--json'],
      ['ls', '-q'],
      ['status', 'w*'],
      ['status', 'nobody'],
      ['status', ''],
      ['status', '-h'],
    ])
      assert.equal((await alone(h, ...args)).code, 1, args.join(' '));
    assert.equal(await isBelieved(h, { FORCE_COLOR: '1' }), false);
    await h.fails(4, /^session: no session 'nobody'/, 'status', 'nobody');
    const onTerminal = person(h, ['ls'], { NO_COLOR: '', FORCE_COLOR: '1' });
    await onTerminal.ended;
    assert.match(onTerminal.received(), /\x1b\[/);
  });

  test("is Node's where a record cannot be read, which whoever asks is told", async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await h.ok('shutdown');
    writeFileSync(join(h.path, 'records/broken.json'), '{', { mode: 0o600 });
    await h.run(['boot']);
    for (let i = 0; i < 2; i++) assert.match((await h.run(['ls'])).stderr, /broken\.json\.bad cannot be read/);
  });

  test("is Node's while anything passes, has its times, or there is too much of it", async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', 'sleep', '1000');
    await h.ok('create', '-n', 'flaps', '--set', 'restart-delay=1h', 'sh', '-c', 'exit 1');
    await h.until('flaps', 'waits', (view) => view.state === 'backing-off');
    await byNode(h, 'ls');
    assert.equal(existsSync(fileOf(h)), false);
    await h.ok('rm', '-f', 'flaps');
    await post(h);
    await h.ok('set', 'web', 'schedule', '0 3 * * *');
    await byNode(h, 'ls');
    assert.equal(existsSync(fileOf(h)), false);
  });
});
