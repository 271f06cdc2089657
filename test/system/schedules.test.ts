// Sessions by the clock, with real time passing: begun, not begun twice, restarted, stopped, made up for, and shown.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { editRecord } from '../support/records.ts';

const SECONDLY = '* * * * * *';
const YEARLY = '0 3 1 1 *';

const linesOf = (h: Home, file: string) =>
  existsSync(join(h.work, file)) ? readFileSync(join(h.work, file), 'utf8').split('\n').length - 1 : 0;

const hasLines = (h: Home, file: string, count: number) =>
  eventually(`${count} lines of ${file}`, () => linesOf(h, file) >= count || undefined);

describe('a schedule', { concurrency: true }, () => {
  test('runs a command at its times and not at once, and its end is no failure', async (t) => {
    const h = home(t);
    const made = await h.ok(
      'create',
      '-n',
      'job',
      '--set',
      `schedule=${YEARLY}`,
      '--',
      'sh',
      '-c',
      'echo ran >>runs; exit 3',
    );
    assert.match(made, /^Session 'job' created; its next run is \w{3} \d{4}-01-01 03:00\.\n$/);
    assert.match(await h.ok('ls'), /^NAME .* NEXT +COMMAND\njob +stopped .*-01-01 03:00 /);
    assert.equal((await h.run(['status', 'job'])).code, 3);
    assert.match(
      (await h.run(['status', 'job'])).stdout,
      /^Session 'job' is stopped\. Next by schedule: \w{3} \d{4}-01-01 03:00\.\n$/,
    );
    assert.equal(linesOf(h, 'runs'), 0);
    await h.ok('set', 'job', 'schedule', SECONDLY);
    await hasLines(h, 'runs', 3);
    await h.ok('set', 'job', 'schedule', YEARLY);
    const ended = await h.until('job', 'has ended', (each) => each.state === 'stopped');
    assert.deepEqual([ended.exit, ended.restarts, ended.attempts], [{ code: 3 }, 0, 0]);
    assert.match(
      (await h.run(['status', 'job'])).stdout,
      /^Session 'job' has ended \(exit status 3, .* ago\)\. Next by schedule: /,
    );
    const { nextRun } = await h.view('job');
    assert.match(nextRun ?? '', /^\d{4}-(01-01|12-31)T/);
    await h.ok('unset', 'job', 'schedule');
    assert.equal((await h.view('job')).nextRun, null);
  });

  test('what ran to its end is not run again by a boot, and is as it should be at once; a held one is left to its user', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'done', '--set', `schedule=${YEARLY}`, '--', 'sh', '-c', 'echo ran >>runs');
    await h.ok('start', 'done');
    await h.until('done', 'has ended', (each) => each.state === 'stopped' && each.exit !== null);
    assert.equal((await h.run(['status'])).code, 0);
    await h.ok('shutdown');
    assert.equal(await h.ok('boot'), '');
    assert.equal(linesOf(h, 'runs'), 1);
    await h.ok('create', '-n', 'held', '-s', '--set', `schedule=${SECONDLY}`, '--', 'sh', '-c', 'echo ran >>held');
    await eventually('times came', () => h.diary().split('it is its time').length > 2 || undefined);
    assert.equal(linesOf(h, 'held'), 0);
  });

  test('does not begin a run that still goes on once more, and a stop ends that run alone', async (t) => {
    const h = home(t);
    await h.ok(
      'create',
      '-n',
      'long',
      '--set',
      `schedule=${SECONDLY}`,
      '--',
      'sh',
      '-c',
      'echo ran >>runs; exec sleep 1000',
    );
    await hasLines(h, 'runs', 1);
    const { pid } = await h.view('long');
    await eventually('other times came', () => h.diary().split('it is its time').length > 4 || undefined);
    assert.equal((await h.view('long')).pid, pid);
    assert.equal(linesOf(h, 'runs'), 1);
    await h.ok('stop', 'long');
    await hasLines(h, 'runs', 2);
  });

  test('restarts what runs, and leaves what was stopped', async (t) => {
    const h = home(t);
    const args = ['--set', `schedule=${SECONDLY}`, '--set', 'schedule-action=restart'];
    assert.equal(
      await h.ok('create', '-n', 'web', ...args, '--', 'sh', '-c', 'echo ran >>runs; exec sleep 1000'),
      "Session 'web' started\n",
    );
    await hasLines(h, 'runs', 3);
    await h.ok('stop', 'web');
    const runs = linesOf(h, 'runs');
    const times = h.diary().split('it is its time').length;
    await eventually('other times came', () => h.diary().split('it is its time').length > times + 2 || undefined);
    assert.equal(linesOf(h, 'runs'), runs);
    assert.equal((await h.view('web')).state, 'stopped');
  });

  test('starts what is stopped, and stops what runs', async (t) => {
    const h = home(t);
    const at = (action: string) => [
      '--set',
      `schedule=${SECONDLY}`,
      '--set',
      `schedule-action=${action}`,
      '--',
      'sleep',
      '1000',
    ];
    await h.ok('create', '-n', 'off', ...at('stop'));
    await h.ok('create', '-n', 'on', ...at('start'));
    await h.until('off', 'is stopped', (each) => each.state === 'stopped' && each.desired === 'stopped');
    await h.until('on', 'runs', (each) => each.state === 'running');
    await h.ok('suspend', 'on');
    await h.until('on', 'runs again', (each) => each.state === 'running');
  });

  test('that never fires, or is none, is refused when set, and nothing changes', async (t) => {
    const h = home(t);
    const refuses = (why: RegExp, ...args: string[]) => h.fails(2, why, ...args);
    await refuses(
      /^session: '0 0 30 2 \*' is no schedule: it never fires\. One is like/,
      'create',
      '-n',
      'x',
      '--set',
      'schedule=0 0 30 2 *',
      'cat',
    );
    assert.deepEqual(await h.list(), []);
    await h.ok('create', '-n', 'x', '--set', 'schedule=@daily', 'cat');
    await refuses(/is no schedule: session boot does that already/, 'set', 'x', 'schedule', '@reboot');
    await refuses(/'daily' is no value for 'schedule'\. It takes five or six fields/, 'set', 'x', 'schedule', 'daily');
    await refuses(
      /'Mars\/Crater' is no value for 'schedule-zone'\. It takes a time zone/,
      'set',
      'x',
      'schedule-zone',
      'Mars/Crater',
    );
    assert.equal(await h.ok('get', 'x', 'schedule'), '@daily\n');
    await h.ok('set', 'x', 'schedule-zone', 'Pacific/Auckland');
    const { nextRun } = await h.view('x');
    const there = new Date(nextRun as string).toLocaleTimeString('sv', { timeZone: 'Pacific/Auckland' });
    assert.equal(there, '00:00:00');
    assert.equal((await h.view('x')).scheduleZone, 'Pacific/Auckland');
    const shown = await h.run(['status', 'x'], { env: { TZ: 'Pacific/Honolulu' } });
    const here = new Date(nextRun as string).toLocaleString('sv', { timeZone: 'Pacific/Honolulu' }).slice(0, 16);
    assert.match(
      shown.stdout,
      new RegExp(` Next by schedule: ... ${here} \\(... .{10} 00:00 in Pacific/Auckland\\)\\.$`, 'm'),
    );
    const own = await h.run(['status', 'x'], { env: { TZ: 'Pacific/Auckland' } });
    assert.match(own.stdout, / Next by schedule: ... .{10} 00:00\.$/m, 'whose zone it is sees it once');
    await h.ok('shutdown');
    assert.equal((await h.view('x')).scheduleZone, 'Pacific/Auckland', 'also with nobody there');
  });

  test('makes up once for what was missed while nobody was there, where it is to; and is kept by boot', async (t) => {
    const h = home(t);
    const minute = (new Date().getUTCMinutes() + 30) % 60; // none is due while the test runs
    const job = (file: string, catchUp: string) => [
      '--set',
      `schedule=${minute} * * * *`,
      '--set',
      'schedule-zone=UTC',
      '--set',
      `schedule-catch-up=${catchUp}`,
      '--',
      'sh',
      '-c',
      `echo ran >>${file}`,
    ];
    await h.ok('create', '-n', 'made', ...job('made', 'yes'));
    await h.ok('create', '-n', 'left', ...job('left', 'no'));
    await h.ok('shutdown');
    const told = await h.run(['status', 'left']);
    assert.equal(told.stdout, "Session 'left' is stopped. Nothing supervises its schedule. See session boot.\n");
    for (const name of ['made', 'left']) {
      editRecord(h, name, (record) => {
        record.scheduledUntil = new Date(Date.now() - 5 * 3_600_000).toISOString();
      });
    }
    assert.equal(await h.ok('boot'), '');
    await hasLines(h, 'made', 1);
    await h.until('made', 'has ended', (each) => each.state === 'stopped');
    assert.equal(linesOf(h, 'made'), 1);
    assert.equal(linesOf(h, 'left'), 0);
    assert.ok((await h.view('left')).nextRun !== null);
    h.killSupervisor();
    await h.until('made', 'is still kept', (each) => each.nextRun !== null);
    assert.equal(linesOf(h, 'made'), 1, 'and not made up for again');
  });
});
