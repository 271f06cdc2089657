// Command, supervisor and keeper of different versions: newer ones take the place of older ones and the other way
// round, under sessions and people who are attached; and what cannot take their place is refused.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { scratch } from '../support/disk.ts';
import { FIXTURES, type Home, home, runProgram } from '../support/home.ts';
import { type Installation, installation } from '../support/installation.ts';
import { person, personWith } from '../support/person.ts';
import { endOfNumbers, watcher } from '../support/torture.ts';

const NUMBERS = join(FIXTURES, 'numbers.cjs');

/** Runs a verb of an installation in this home. */
const by = (h: Home, { bin }: Installation, ...args: string[]) => runProgram(bin, args, { cwd: h.work, env: h.env });

async function okBy(h: Home, which: Installation, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await by(h, which, ...args);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, args.join(' '));
  return stdout;
}

const versions = async (h: Home) => {
  const { stdout } = await h.run(['doctor', '--json']);
  const found = (JSON.parse(stdout) as { what: string; is: string; mend: string | null }[]).find(({ what }) =>
    what.startsWith('command, supervisor and keeper are one version'),
  );
  return { is: found?.is, what: found?.what.replace(/^.*\(|\)$/g, ''), mend: found?.mend };
};

/** A session that floods, one that somebody types into, and their pids. */
async function busy(t: TestContext, h: Home, watched: boolean) {
  await h.ok('create', '-n', 'flood', '--set', 'log-limit=1G', '--', 'node', NUMBERS, 'flood.count', '4000', '8');
  await h.ok('create', '-n', 'echo', '--', 'sh', '-c', 'stty -echo; echo ready; exec cat');
  const typist = person(h, ['attach', 'echo']);
  await typist.sees(/^ready$/m);
  const onlooker = watched ? await watcher(h, 'flood') : undefined;
  t.after(() => onlooker?.close());
  const before = (await h.list()).map(({ name, pid, restarts }) => ({ name, pid, restarts }));
  let line = 0;
  return {
    onlooker,
    async types() {
      typist.types(`line ${++line}\n`);
      await typist.receives(new RegExp(`line ${line}\r`));
    },
    typist,
    async isAsBefore() {
      const now = (await h.list()).map(({ name, pid, restarts }) => ({ name, pid, restarts }));
      assert.deepEqual(now, before);
    },
  };
}

test('a newer version of the same protocol takes over and an older one again, and nobody notices', async (t) => {
  const newer = installation(join(scratch(t), 'newer'), '9.8.7');
  const h = home(t);
  const { types, isAsBefore, onlooker } = await busy(t, h, true);
  const { keeper } = h.pids();
  assert.match(await okBy(h, newer, 'ls'), /flood +running/, 'it serves commands of another version');
  for (const [which, version] of [
    [newer, '9.8.7'],
    [undefined, '0.1.0'],
    [newer, '9.8.7'],
  ] as const) {
    await types();
    const said = which === undefined ? await h.ok('upgrade') : await okBy(h, which, 'upgrade');
    assert.equal(said, `Upgraded to session ${version}; 2 sessions run on.\n`);
    await types();
    await isAsBefore();
    assert.equal(h.pids().keeper, keeper);
  }
  assert.deepEqual(await versions(h), { is: 'no', what: '0.1.0, 9.8.7, 9.8.7', mend: 'session upgrade' });
  const { bytes } = await endOfNumbers(h, 'flood'); // every line of it was kept once
  await onlooker?.reaches(bytes.length);
  const shown = onlooker?.received() ?? { from: -1, bytes };
  assert.ok(shown.bytes.equals(bytes.subarray(shown.from)), 'who watched was shown each byte once');
});

test('versions of different protocols say so to each other, and upgrade goes either way', async (t) => {
  const later = installation(join(scratch(t), 'later'), '9.0.0', 2);
  const h = home(t);
  const { types, typist, isAsBefore } = await busy(t, h, false);
  const { code, stderr } = await by(h, later, 'stop', 'echo');
  assert.equal(
    stderr,
    'session: the supervisor is version 0.1.0 (protocol 1), this command is 9.0.0 (protocol 2). Use session upgrade.\n',
  );
  assert.equal(code, 1);
  await types();
  assert.equal(await okBy(h, later, 'upgrade'), 'Upgraded to session 9.0.0; 2 sessions run on.\n');
  // Whoever was attached speaks the old one: told so, and let go with the terminal as it was.
  await typist.receives(
    /session: the supervisor is version 9\.0\.0 \(protocol 2\), this command is 0\.1\.0 \(protocol 1\)/,
  );
  await typist.ended;
  await h.fails(
    1,
    /protocol 2\), this command is 0\.1\.0 \(protocol 1\)\. Install the newer version here too/,
    'stop',
    'echo',
  );
  const again = personWith(h, later.bin, [later.bin, 'attach', 'echo']);
  again.types('later\n');
  await again.receives(/later\r/);
  assert.equal(await h.ok('upgrade'), 'Upgraded to session 0.1.0; 2 sessions run on.\n', 'and back');
  await isAsBefore();
  await endOfNumbers(h, 'flood');
});

test('a keeper goes on when its package is replaced under it, and serves the newer supervisor', async (t) => {
  const place = installation(join(scratch(t), 'place'), '0.0.9');
  const h = home(t);
  await okBy(h, place, 'create', '-n', 'web', 'sleep', '1000');
  const before = await h.view('web');
  place.becomes('9.9.9');
  h.killSupervisor();
  assert.deepEqual(await versions(h), { is: 'no', what: '0.1.0, 9.9.9, 0.0.9', mend: 'session upgrade' });
  await okBy(h, place, 'create', '-n', 'more', 'sleep', '1000');
  await okBy(h, place, 'suspend', 'web');
  await okBy(h, place, 'resume', 'web');
  assert.equal(await okBy(h, place, 'upgrade'), 'Upgraded to session 9.9.9; 2 sessions run on.\n');
  assert.equal((await versions(h)).what, '0.1.0, 9.9.9, 9.9.9');
  assert.equal((await h.view('web')).pid, before.pid);
});

test('another Node takes the place of the one underneath', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  const directory = join(scratch(t), 'bin');
  mkdirSync(directory);
  const node = join(directory, 'node');
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o755);
  const { code } = await h.run(['upgrade'], { env: { PATH: `${directory}:${h.env.PATH}` } });
  assert.equal(code, 0);
  assert.equal(readlinkSync(`/proc/${h.pids().keeper}/exe`), node);
  assert.equal(readlinkSync(`/proc/${h.pids().supervisor}/exe`), node);
  assert.equal((await h.view('web')).pid, pid);
  await h.ok('upgrade'); // the copy goes with the test
});

test('what does not begin here is refused, and what runs goes on as it is', async (t) => {
  const broken = installation(join(scratch(t), 'broken'), '9.9.9');
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  const before = h.pids();
  writeFileSync(join(broken.dist, 'supervisor.cjs'), 'throw new TypeError("no more");\n');
  const thrown = await by(h, broken, 'upgrade');
  assert.match(
    thrown.stderr,
    /^session: .*supervisor\.cjs does not begin here: TypeError: no more\. What runs goes on as it is\.\n$/,
  );
  assert.equal(thrown.code, 1);
  broken.becomes('9.9.8');
  writeFileSync(join(broken.dist, 'keeper.cjs'), 'require("no-such-part");\n');
  const { code, stderr } = await by(h, broken, 'upgrade');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^session: .*keeper\.cjs does not begin here: .*Cannot find module 'no-such-part'.* What runs goes on as it is\.\n$/,
  );
  assert.deepEqual(h.pids(), before);
  assert.equal((await h.view('web')).pid, pid);
});

test('a supervisor that dies at once, again and again, is started less and less often, and served by when it is mended', async (t) => {
  const place = installation(join(scratch(t), 'place'), '0.0.9');
  const h = home(t, { expected: /no more|^\s+at / });
  await okBy(h, place, 'create', '-n', 'web', 'sleep', '1000');
  const { pid } = await h.view('web');
  writeFileSync(join(place.dist, 'supervisor.cjs'), 'throw new TypeError("no more");\n');
  h.killSupervisor();
  const deaths = () => h.diary().split('"the supervisor ended"').length - 1;
  await eventually('it has died again and again', () => deaths() >= 8);
  const ends = h
    .diary()
    .split('\n')
    .filter((line) => line.includes('"the supervisor ended"'))
    .map((line) => Date.parse((JSON.parse(line) as { time: string }).time));
  const pauses = ends.slice(1).map((end, i) => end - (ends[i] as number));
  assert.ok((pauses.at(-1) as number) >= 350, `a growing delay: ${pauses}`);
  place.becomes('0.0.10');
  assert.equal((await h.view('web')).pid, pid, 'what ran runs on');
});
