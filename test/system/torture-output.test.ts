// Output under pressure: quick exits, rotation, kills of the supervisor and clients that stand still. Not one
// byte may be missing or doubled in what is kept or shown.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { BIN, FIXTURES, home } from '../support/home.ts';
import { person } from '../support/person.ts';
import {
  assertNumbered,
  chance,
  finishNumbers,
  kept,
  killer,
  LINE,
  linkTo,
  pause,
  watcher,
} from '../support/torture.ts';

const NUMBERS = join(FIXTURES, 'numbers.cjs');

test('fifty sessions that put out up to 3 MB and end at once are kept to the last byte, also under kills', async (t) => {
  const h = home(t);
  const seed = 31;
  const random = chance(seed);
  await h.ok('create', '-n', 'other', 'sleep', '1000');
  const link = await linkTo(h);
  const lines = Array.from({ length: 50 }, () => Math.floor((100_000 + random() * 2_900_000) / LINE));
  const kills = killer(h, random, 6, 300);
  const created = lines.map((count, i) =>
    link.request('create', {
      name: `n${i}`,
      command: ['seq', '-f', '%030.0f', '1', String(count)],
      from: h.work,
      environment: h.env,
      ownEnvironment: {},
      umask: 0o22,
      set: [],
      suspended: false,
    }),
  );
  await Promise.all([...created, kills.over]);
  link.close();
  let sum = 0;
  for (const [i, count] of lines.entries()) {
    const { id, exit } = await h.until(`n${i}`, 'has ended', ({ live }) => !live);
    assert.deepEqual(exit, { code: 0 });
    const output = kept(h, id);
    assert.equal(output.from, 0);
    assert.equal(assertNumbered(output.bytes, 1, `n${i}`), count);
    sum += output.end;
  }
  t.diagnostic(`counted seed ${seed}: ${kills.kills} kills, ${Math.round(sum / 2 ** 20)} MB of 50 quick exits`);
});

test('what rotation leaves is an exact end of the output, and logs -f shows each line once, also under kills', async (t) => {
  const h = home(t);
  const seed = 32;
  const limits = { '64K': 64, '300K': 300, '1M': 1024 };
  for (const limit of Object.keys(limits)) {
    await h.ok(
      'create',
      '-n',
      limit,
      '--set',
      `log-limit=${limit}`,
      '--',
      'node',
      NUMBERS,
      `${limit}.count`,
      '200',
      '10',
    );
  }
  const followed = await h.view('1M');
  const follower = spawn(BIN, ['logs', '-f', '1M'], { cwd: h.work, env: h.env, stdio: ['ignore', 'pipe', 'inherit'] });
  let shown = '';
  follower.stdout.setEncoding('latin1').on('data', (text: string) => {
    shown += text;
  });
  const watching = await watcher(h, '1M');
  await eventually('rotation', () => kept(h, followed.id).from > 0);
  const kills = killer(h, chance(seed), 14, 200);
  await kills.over;
  let rotated = 0;
  for (const [limit, kilobytes] of Object.entries(limits)) {
    const count = await finishNumbers(h, limit);
    const { from, bytes, end } = kept(h, (await h.view(limit)).id);
    assert.ok(bytes.length <= kilobytes * 1024, `${limit}: no more than the limit, not ${bytes.length}`);
    assert.ok(bytes.length >= kilobytes * 512, `${limit}: most of the limit, not ${bytes.length}`);
    const torn = (LINE - (from % LINE)) % LINE;
    const first = (from + torn) / LINE + 1;
    assert.equal(assertNumbered(bytes.subarray(torn), first, limit), count - first + 1);
    assert.equal(`${String(first - 1).padStart(30, '0')}\r\n`.slice(LINE - torn), bytes.toString('latin1', 0, torn));
    rotated += end - bytes.length;
    if (limit !== '1M') continue;
    await watching.reaches(end);
    assert.equal(watching.jumps, 0);
    const { from: since, bytes: seen } = watching.received();
    assert.equal(since + seen.length, end);
    assert.ok(seen.subarray(from - since).equals(bytes));
    await eventually('the last line shown by logs -f', () => shown.endsWith(`${String(count).padStart(30, '0')}\n`));
    const numbers = shown.trimEnd().split('\n').map(Number);
    const oldest = numbers[0] as number;
    for (const [i, number] of numbers.entries()) assert.equal(number, oldest + i, 'logs -f shows each line once');
  }
  watching.close();
  follower.kill();
  t.diagnostic(`counted seed ${seed}: ${kills.kills} kills, ${Math.round(rotated / 2 ** 20)} MB rotated away`);
});

test('a client that stands still under a flood holds up nobody, and catches up when it moves', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'flood', '--set', 'log-limit=1G', '--', 'node', NUMBERS, 'flood.count', '2000', '10');
  const still = person(h, ['attach', 'flood']);
  const other = await watcher(h, 'flood');
  await still.receives(/0{20}\d{10}/);
  process.kill(still.pid, 'SIGSTOP');
  const { id } = await h.view('flood');
  const mark = kept(h, id).end;
  // More than the sockets and the supervisor would ever hold for it.
  await other.reaches(mark + 8 * 2 ** 20);
  await h.ok('status', 'flood');
  process.kill(still.pid, 'SIGCONT');
  const count = await finishNumbers(h, 'flood');
  await still.receives(new RegExp(`${String(count).padStart(30, '0')}\r\n`));
  await other.reaches(count * LINE);
  const { from, bytes } = other.received();
  assert.equal(other.jumps, 0, 'the other was shown all of it');
  assert.ok(bytes.equals(kept(h, id).bytes.subarray(from)));
  other.close();
  still.types('\x1c');
  assert.deepEqual(await still.ended, { code: 0 });
});

test('a program that does not read what is typed holds up nobody, and then gets all of it, also under kills', async (t) => {
  const h = home(t);
  const seed = 33;
  const random = chance(seed);
  await h.ok('create', '-n', 'other', '--', 'sh', '-c', 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.05; done');
  await h.ok(
    'create',
    '-n',
    'deaf',
    '--',
    'sh',
    '-c',
    'stty raw -echo; echo ready; until [ -e go ]; do sleep 0.05; done; exec cat >got',
  );
  const { id } = await h.view('deaf');
  const typist = await watcher(h, 'deaf');
  await eventually('the session is ready', () => kept(h, id).bytes.includes('ready'));
  const lines = Array.from({ length: 32 * 1024 }, (_, i) => `${String(i).padStart(7, '0')}\n`);
  typist.type(Buffer.from(lines.join('')));
  await h.ok('status', 'other');
  const ticks = async () => kept(h, (await h.view('other')).id).end;
  const now = await ticks();
  await eventually('the other goes on', async () => (await ticks()) > now + 20);
  const kills = killer(h, random, 8, 100);
  await pause(random() * 500);
  await h.ok('create', '-n', 'go', '--', 'touch', 'go');
  await kills.over;
  typist.type(Buffer.from('last\n'));
  const got = await eventually('the last line', () => {
    const text = existsSync(join(h.work, 'got')) ? readFileSync(join(h.work, 'got'), 'latin1') : '';
    return text.endsWith('last\n') ? text.split('\n').slice(0, -2) : undefined;
  });
  const times = new Map<string, number>();
  for (const line of got) times.set(line, (times.get(line) ?? 0) + 1);
  const doubtful = lines.filter((line) => times.get(line.trimEnd()) !== 1).length;
  // A kill leaves the piece being written in doubt: a kilobyte at the most.
  assert.ok(doubtful <= kills.kills * (1024 / 8 + 2), `${doubtful} lines lost or doubled by ${kills.kills} kills`);
  typist.close();
  t.diagnostic(
    `counted seed ${seed}: ${lines.length} lines typed ahead, ${doubtful} in doubt after ${kills.kills} kills`,
  );
});
