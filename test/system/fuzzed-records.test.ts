// A home whose records were made wrong in every way that chance finds: whoever begins there serves the sessions that
// are well, and those of the others that are still sessions; it sets the rest aside as it was and says so; and what
// was a session the first time is one the next time. A failure names its seed: SESSION_TEST_SEED repeats it.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readBootId } from '../../src/system/process-table.ts';
import { type Home, home } from '../support/home.ts';
import { casesOf, mutated, mutatedBytes, seedOf } from '../support/mutations.ts';
import { editRecord, recordOf } from '../support/records.ts';
import { chance } from '../support/torture.ts';

const BATCH = 60;
const TIME = '2026-11-21T08:00:00.000Z';

/** A record of each kind that there is: what a life of months leaves. */
function variant(i: number, random: () => number): object {
  const kind = Math.floor(random() * 6);
  const history = { run: 3, keeper: 'gone', pid: 4_000_000 + i, pidStart: 1, bootId: readBootId(), startedAt: TIME };
  const last = { ...history, endedAt: TIME, exit: { code: 1 }, gaveUp: kind === 1, asked: false };
  const attributes = { restart: 'always', 'restart-delay': 1000, umask: 18, 'stop-timeout': 500, log: true };
  return recordOf(`fuzz${String(i).padStart(4, '0')}`, `f${i}`, {
    desired: (['stopped', 'running', 'running', 'suspended', 'stopped', 'removed'] as const)[kind] ?? 'stopped',
    ...{ run: 3, settled: kind === 2 ? 2 : 3, attempts: 2, attemptsSince: TIME, restarts: 4, requests: ['r1', 'r2'] },
    last: (kind === 3 ? null : last) as never,
    attributes: (kind === 4 ? { schedule: '0 3 * * *', 'schedule-catch-up': true } : attributes) as never,
    ...{ scheduledUntil: TIME, directory: '/', openFiles: 256, later: { more: [1] } },
  });
}

/** No command of these is anything but a sleep, or nothing that exists. */
const isHarmless = (text: string) => !/reboot|shutdown|kill/.test(text);

const contents = (directory: string) =>
  new Map(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file))] as const));

/** What people are shown of it makes sense. */
async function looksWell(h: Home): Promise<string[]> {
  for (const args of [['ls'], ['ls', '-l'], ['status']]) {
    const { stdout, stderr } = await h.run(args);
    const senseless = /^.*(NaN|Invalid Date|undefined|\[object|\x1b|^ {4}at |could not do this| -\d+ ?[smhd]\b).*$/m;
    assert.equal(senseless.exec(stdout)?.[0], undefined, args.join(' '));
    assert.equal(/^.*(\x1b|^ {4}at |.{1000}).*$/m.exec(stderr)?.[0], undefined, args.join(' '));
  }
  return (await h.list()).map(({ name }) => name).sort();
}

async function round(
  t: TestContext,
  what: string,
  seed: number,
  make: (record: object, random: () => number) => Buffer,
) {
  const random = chance(seed);
  // What cannot be saved or spawned is the record's fault, and is told in the diary.
  const h = home(t, { expected: /a schedule that never fires|cannot be set aside/ });
  const rounds = casesOf(2);
  let kept = 0;
  for (let at = 0; at < rounds; at++) {
    const say = (fault: string) => `${what}, seed ${seed}, round ${at}: ${fault}`;
    await h.ok('create', '-n', 'good', '--set', 'stop-timeout=1s', 'sleep', '1000');
    const { id } = await h.view('good');
    // In turn after an orderly end and after a crash, when all that is due is begun again.
    if (at % 2 === 0) await h.ok('shutdown');
    else {
      const { keeper } = h.pids();
      h.killKeeper();
      await h
        .until('good', 'is down', ({ state }) => state === 'down')
        .catch(() => assert.fail(say(`keeper ${keeper}`)));
    }
    const records = join(h.path, 'records');
    for (let i = 0; i < BATCH; i++) {
      const record = variant(at * BATCH + i, random);
      const text = make(record, random);
      if (!isHarmless(text.toString('latin1'))) continue;
      writeFileSync(join(records, `${(record as { id: string }).id}.json`), text, { mode: 0o600 });
    }
    const before = contents(records);
    const began = await h.run(['start', 'good']);
    assert.equal(began.code, 0, say(began.stderr));
    const { supervisor } = h.pids();
    const names = await looksWell(h);
    kept += names.length - 1;
    const after = contents(records);
    const removed = (text: Buffer) => text.includes('"desired":"removed"');
    for (const [file, text] of before) {
      if (file === `${id}.json`) continue;
      if (after.has(file) || removed(text)) continue;
      const aside = [...after].filter(([name]) => name.startsWith(`${file}.bad`)).at(-1)?.[1];
      assert.deepEqual(aside, text, say(`${file} is set aside as it was: ${text}`));
      assert.ok(began.stderr.includes(`${file}.bad`), say(`${file} is told`));
    }
    for (const name of names.slice(0, 8)) assert.equal((await h.run(['get', '--all', name])).code, 0, say(name));
    await h.run(['boot']);
    await h.run(['start', '--', ...names]);
    await looksWell(h);
    assert.equal((await h.view('good')).state, 'running', say('the good one runs'));
    assert.equal(h.pids().supervisor, supervisor, say('it is the same supervisor'));
    h.killSupervisor();
    assert.deepEqual(await looksWell(h), names, say('the next supervisor has the same sessions'));
    await h.ok('shutdown');
    assert.deepEqual(await looksWell(h), names, say('all of them are sessions after the end'));
    const again = await h.run(['start', 'good']);
    const news = again.stderr.split('\n').filter((line) => line !== '' && !line.includes('written by a newer version'));
    assert.deepEqual(news, [], say('nothing is set aside the second time'));
    await h.run(['rm', '-f', '--', ...(await h.list()).map(({ name }) => name)]);
    await h.ok('shutdown');
    rmSync(records, { recursive: true });
    mkdirSync(records, { mode: 0o700 });
    assert.ok(statSync(records).isDirectory());
  }
  t.diagnostic(`counted seed ${seed}: ${rounds * BATCH} records ${what}, ${kept} of them still sessions`);
}

test('records with fields left out, retyped, moved and added are sessions or set aside', (t) =>
  round(t, 'changed as JSON', seedOf(201), (record, random) => Buffer.from(JSON.stringify(mutated(random, record)))));

test('records with bytes turned, cut out and doubled are sessions or set aside', (t) =>
  round(t, 'changed as bytes', seedOf(202), (record, random) =>
    mutatedBytes(random, Buffer.from(JSON.stringify(record))),
  ));

test('times that are none, in the record of a session that waits for its next try, harm nobody', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'good', 'sleep', '1000');
  await h.ok(
    'create',
    '-n',
    'odd',
    '--set',
    'restart-delay=1h',
    '--set',
    'restart-delay-max=1h',
    '--',
    'sh',
    '-c',
    'exit 1',
  );
  await h.until('odd', 'waits', ({ state }) => state === 'backing-off');
  const { pid } = await h.view('good');
  editRecord(h, 'odd', ({ last }) => Object.assign(last ?? {}, { startedAt: 'once', endedAt: 'never' }));
  h.killSupervisor();
  assert.deepEqual(await looksWell(h), ['good']);
  assert.equal((await h.view('good')).pid, pid);
  assert.match((await h.run(['ls'])).stderr, /\.json\.bad cannot be read \(last\.startedAt: no time\)/);
});
