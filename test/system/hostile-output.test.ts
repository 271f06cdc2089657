// A program that asks and never listens, or says that it is enormous: the supervisor stays as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, within } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { memoryOf } from '../support/processes.ts';
import { attached } from '../support/speaker.ts';

const MB = 1024 * 1024;

test('answers that the program does not read wait within a bound', async (t) => {
  const h = home(t);
  const asks = `stty raw -echo; printf 'begun\\r\\n'; i=0; while [ $i -lt 40 ]; do printf '%.0s\\033[6n' $(seq 20000); i=$((i + 1)); done; printf 'asked\\r\\n'; exec sleep 1000`;
  await h.ok('create', '-n', 'x', '--', 'sh', '-c', asks);
  await eventually('it has begun', async () => (await h.ok('logs', 'x')).includes('begun'));
  const { supervisor } = h.pids();
  const before = memoryOf(supervisor);
  await eventually(
    'it has asked 800,000 times',
    async () => (await h.ok('logs', 'x', '-n', '1')).includes('asked'),
    60_000,
  );
  assert.equal(h.pids().supervisor, supervisor);
  const grown = memoryOf(supervisor) - before;
  assert.ok(grown < 100 * MB, `${Math.round(grown / MB)} MB more`);
});

/** Each of them takes long on a large screen. */
const SLOW = ['\\033c', '\\033#8', '\\033[9 @', '\\033[99T', '\\033[999L', '\\033[2J', '\\033[?2J'];

test('a program whose output is slow to parse waits, and nobody else: not who comes to look, nor a new supervisor', async (t) => {
  const h = home(t);
  const rounds = SLOW.map((each) => `yes '' | head -n 12000 | sed "s/.*/$(printf '${each}')/" | tr -d '\\n'`);
  const slow = h.script('slow', `stty raw -echo\n${rounds.join('\n')}\nprintf '\\r\\nall is said'\nexec sleep 1000`);
  await h.ok('create', '-n', 'echoes', 'cat');
  const one = await attached(h, 'echoes');
  const { supervisor } = h.pids();
  await h.ok('create', '-n', 'x', '--set', 'size-policy=300x100', slow);
  const isSaid = async () => (await h.ok('logs', 'x', '-n', '1')).includes('all is said');
  let looks = 0;
  for (let isKilled = false; !(await isSaid()); looks++) {
    one.types(`key ${looks}\r`);
    await one.sees(new RegExp(`key ${looks}\\s+key ${looks}$`));
    const who = await attached(h, 'x');
    who.types('\x1c');
    await within(who.ended, () => 'who looked leaves');
    if (looks === 0) assert.equal(h.pids().supervisor, supervisor);
    if (!isKilled) h.killSupervisor();
    isKilled = true;
  }
  const { supervisor: second } = h.pids();
  const who = await attached(h, 'x');
  await who.sees(/all is said/);
  assert.equal(h.pids().supervisor, second);
  t.diagnostic(`looked ${looks} times while it said them`);
  assert.ok(looks > 1, 'it took long enough');
});
