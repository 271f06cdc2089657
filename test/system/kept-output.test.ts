// logs: what a session has put out, whole or in part, as text that cannot harm a terminal, or as it came.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { eventually, within } from '../support/deadline.ts';
import { BIN, type Home, home } from '../support/home.ts';

const has = (h: Home, name: string, end: string) =>
  eventually(`'${name}' has put out ${JSON.stringify(end)}`, async () => (await h.ok('logs', name)).endsWith(end));

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

describe('logs', { concurrency: true }, () => {
  test('prints all of it, or the last -n lines, over restarts and a shutdown', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', 'seq 1 30; exec sleep 1000');
    await has(h, 'x', '30\n');
    assert.equal(await h.ok('logs', 'x'), numbers(1, 30));
    assert.equal(await h.ok('logs', 'x', '-n', '3'), numbers(28, 30));
    assert.equal(await h.ok('logs', '-n0', 'x'), '');
    assert.equal(await h.ok('log', '--lines=99', 'x'), numbers(1, 30));
    await h.ok('restart', 'x');
    await has(h, 'x', `${numbers(1, 30)}${numbers(1, 30)}`);
    await h.ok('shutdown');
    assert.equal(await h.ok('logs', 'x', '-n', '31'), `30\n${numbers(1, 30)}`);
    await h.fails(2, "session: -n takes a number of lines, not 'few'.", 'logs', 'x', '-n', 'few');
    await h.ok('create', '-n', 'mute', 'sleep', '1000');
    assert.equal(await h.ok('logs', 'mute'), '');
  });

  test('-f shows the last ten lines, goes on as more comes, and over a restart', async (t) => {
    const h = home(t);
    const file = h.script('more', 'seq 1 20\nwhile read line; do echo got $line; done');
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', `mkfifo -m 600 in 2>/dev/null; exec ${file} <>in`);
    await has(h, 'x', '20\n');
    const child = spawn(BIN, ['logs', '-f', 'x'], { env: h.env, cwd: h.work, stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill());
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await eventually('the last ten', () => text === numbers(11, 20));
    await h.ok('create', '-n', 'writer', '--', 'sh', '-c', 'echo hello >in; exec sleep 1000');
    await eventually('what comes then', () => text === `${numbers(11, 20)}got hello\n`);
    await h.ok('restart', 'x');
    await eventually('what comes after a restart', () => text.endsWith(`got hello\n${numbers(1, 20)}`));
    const closed = new Promise((resolve) => child.on('close', resolve));
    await h.ok('rm', '-f', 'x'); // nothing more will ever come
    await within(closed, () => 'logs -f ends when the session is removed');
  });

  test('is inert unless --raw: no escape, bell or carriage return reaches the terminal', async (t) => {
    const h = home(t);
    const put =
      'printf "\\033[31mred\\033[0m \\033]0;title\\007plain\\a\\n10%%\\r20%%\\n\\033[2Jcleared \\302\\2331mcsi\\n"; echo end; exec sleep 1000';
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', put);
    await has(h, 'x', 'end\n');
    const shown = await h.ok('logs', 'x');
    assert.match(shown, /^red plain\n10%\n20%\ncleared .*csi\nend\n$/);
    assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(shown), JSON.stringify(shown));
    const raw = await h.ok('logs', 'x', '--raw');
    assert.ok(raw.startsWith('\x1b[31mred\x1b[0m \x1b]0;title\x07plain\x07\r\n10%\r20%\r\n'), JSON.stringify(raw));
  });

  test('--since and --timestamps know the second at which a line began', async (t) => {
    const h = home(t);
    const began = Math.floor(Date.now() / 1000) * 1000;
    const file = h.script('two', 'echo early\nuntil [ -e go ]; do sleep 0.05; done\necho late\nexec sleep 1000');
    await h.ok('create', '-n', 'x', file);
    await has(h, 'x', 'early\n');
    const wanted = new Date(began + 2000 + 1000 * Math.ceil((Date.now() - began) / 1000));
    await eventually('two seconds have passed', () => Date.now() >= wanted.getTime());
    h.script('go', '');
    await has(h, 'x', 'late\n');
    const since = wanted.toISOString();
    assert.equal(await h.ok('logs', 'x', '--since', since), 'late\n');
    assert.equal(await h.ok('logs', 'x', '--since', '10m'), 'early\nlate\n');
    assert.equal(await h.ok('logs', 'x', '--since', '10m', '-n', '1'), 'late\n');
    assert.equal(await h.ok('logs', 'x', '--since', '2099-01-01'), '');
    await h.fails(
      2,
      /^session: --since takes a time such as 10m, 14:00 or .*, not 'soon'\.\n$/,
      'logs',
      'x',
      '--since',
      'soon',
    );
    const stamped = (await h.ok('logs', 'x', '--timestamps')).trimEnd().split('\n');
    assert.equal(stamped.length, 2);
    for (const line of stamped) assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (early|late)$/);
    const times = stamped.map((line) => Date.parse(line.slice(0, 19).replace(' ', 'T')));
    assert.ok((times[0] as number) >= began && (times[1] as number) >= wanted.getTime() - 999, stamped.join('\n'));
  });

  test('keeps nothing of a session that wants no log, from the next byte on', async (t) => {
    const h = home(t);
    await h.ok(
      'create',
      '-n',
      'x',
      '--set',
      'log=no',
      '--',
      'sh',
      '-c',
      'echo secret; [ -e kept ] && echo kept; : >said; exec sleep 1000',
    );
    await eventually('it has said it', async () => (await h.run(['logs', 'x'])).stderr !== '');
    const ran = await h.run(['logs', 'x']);
    assert.deepEqual([ran.code, ran.stdout, ran.stderr], [0, '', "session: 'x' keeps no output now (log=no).\n"]);
    await h.ok('set', 'x', 'log', 'yes');
    h.script('kept', '');
    await h.ok('restart', 'x');
    await has(h, 'x', 'kept\n');
    assert.equal(await h.ok('logs', 'x'), 'secret\nkept\n');
    await h.ok('stop', 'x');
    await h.ok('rm', 'x');
    await h.fails(4, "session: no session 'x'. See session ls.", 'logs', 'x');
  });

  test('begins at a whole line where the beginning of one was rotated away; raw, at the first byte', async (t) => {
    const h = home(t);
    const numbers = ['seq', '-f', 'line %.0f', '1', '60000'];
    await h.ok('create', '-n', 'x', '--set', 'log-limit=64K', '--set', 'restart=never', '--', ...numbers);
    await h.until('x', 'has ended', ({ live }) => !live);
    const whole = (await h.ok('logs', 'x')).trimEnd().split('\n');
    const raw = (await h.ok('logs', '--raw', 'x')).trimEnd().split(/\r?\n/); // the cut may lie within one
    assert.ok(whole.length > 1000 && whole.every((line) => /^line \d+$/.test(line)), whole[0]);
    assert.deepEqual(raw.slice(-whole.length), whole);
    assert.ok(raw.length - whole.length <= 1);
  });
});
