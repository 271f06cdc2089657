// A home that is not as it should be: open to others, another's, with torn or hostile files, with a long path,
// swept away while in use. Refused with the mend named, or everything that is well works on.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountPoint, NOT_ROOT } from '../support/disk.ts';
import { home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { recordOf } from '../support/records.ts';

test('a home or run directory that is open to others is refused with its mend, by reader and writer', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'web', 'sleep', '1000');
  await h.ok('shutdown');
  for (const mode of [0o755, 0o750, 0o701, 0o777]) {
    chmodSync(h.path, mode);
    const line = `session: ${h.path} is open to others (mode 0${mode.toString(8)}). Mend: chmod 700 ${h.path}`;
    await h.fails(1, line, 'ls');
    await h.fails(1, line, 'start', 'web');
    await h.fails(1, line, 'create', '-n', 'more', 'sleep', '1000');
  }
  chmodSync(h.path, 0o700);
  const run = join(h.path, 'run');
  chmodSync(run, 0o755);
  await h.fails(1, `session: ${run} is open to others (mode 0755). Mend: chmod 700 ${run}`, 'start', 'web');
  chmodSync(run, 0o700);
  await h.ok('start', 'web');
});

test("another's home is refused, and one that is no directory", { skip: NOT_ROOT }, async (t) => {
  const h = home(t);
  mkdirSync(h.path, { mode: 0o700 });
  chownSync(h.path, 65534, 65534);
  const owner = `session: ${h.path} belongs to another user (uid 65534, not 0). Run as that user, or set SESSION_HOME.`;
  await h.fails(1, owner, 'ls');
  await h.fails(1, owner, 'create', 'sleep', '1000');
  assert.deepEqual(readdirSync(h.path), []);
  rmSync(h.path, { recursive: true });
  writeFileSync(h.path, '');
  await h.fails(1, /^session: .* is not a directory\. /, 'create', 'sleep', '1000');
  rmSync(h.path);
  mkdirSync(join(h.work, 'elsewhere'), { mode: 0o700 });
  symlinkSync(join(h.work, 'elsewhere'), h.path);
  await h.fails(1, /^session: .* is not a directory\. /, 'create', 'sleep', '1000');
  assert.deepEqual(readdirSync(join(h.work, 'elsewhere')), []);
});

test(
  "a way on which somebody else could put another directory in its place is refused, a way of one's own is not",
  { skip: NOT_ROOT },
  async (t) => {
    const h = home(t);
    const way = join(h.work, 'way');
    const inner = join(way, 'inner');
    mkdirSync(inner, { recursive: true, mode: 0o755 });
    h.env.SESSION_HOME = join(inner, 'h');
    await h.ok('ls', '-q'); // nothing is there yet
    await h.ok('create', '-n', 'x', '-s', 'cat');
    await h.ok('shutdown');
    const refuses = async (line: string) => {
      await h.fails(1, line, 'ls');
      await h.fails(1, line, 'resume', 'x');
    };
    chmodSync(way, 0o777);
    await refuses(
      `session: ${way}, on the way to it, can be changed by others (mode 777). Mend: chmod go-w ${way}; or set SESSION_HOME.`,
    );
    chmodSync(way, 0o1777);
    assert.match(await h.ok('ls'), /^x /m, 'as /tmp: only its owner replaces what is in it');
    chmodSync(way, 0o775);
    assert.match(await h.ok('ls'), /^x /m, "one's own group");
    chownSync(way, 0, 65534);
    await refuses(
      `session: ${way}, on the way to it, can be changed by others (mode 775). Mend: chmod go-w ${way}; or set SESSION_HOME.`,
    );
    chmodSync(way, 0o755);
    chownSync(way, 65533, 0);
    await refuses(
      `session: ${way}, on the way to it, belongs to another user (uid 65533). Set SESSION_HOME to a place that is yours.`,
    );
    chownSync(way, 0, 0);
    const link = join(h.work, 'link');
    symlinkSync(way, link);
    h.env.SESSION_HOME = join(link, 'inner', 'h');
    assert.match(await h.ok('ls'), /^x /m);
    lchownSync(link, 65533, 0);
    await refuses(
      `session: ${link}, on the way to it, belongs to another user (uid 65533). Set SESSION_HOME to a place that is yours.`,
    );
    lchownSync(link, 0, 0);
    chmodSync(way, 0o757); // where the link leads
    await refuses(
      `session: ${way}, on the way to it, can be changed by others (mode 757). Mend: chmod go-w ${way}; or set SESSION_HOME.`,
    );
  },
);

test('torn and hostile records are set aside under another name and told; the other sessions work', async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'good', 'sleep', '1000');
  await h.ok('create', '-n', 'torn', 'sleep', '1000');
  const { id } = await h.view('torn');
  await h.ok('shutdown');
  const records = join(h.path, 'records');
  truncateSync(join(records, `${id}.json`), 100);
  const torn = readFileSync(join(records, `${id}.json`), 'utf8');
  const hostile: Record<string, string> = {
    'aaaaaa.json': '',
    'bbbbbb.json': `{"__proto__":${JSON.stringify(recordOf('bbbbbb', 'proto'))}}`,
    'cccccc.json': JSON.stringify(recordOf('dddddd', 'other')),
    'eeeeee.json': JSON.stringify(recordOf('eeeeee', 'good', { createdAt: '2099-01-01T00:00:00.000Z' })),
    'ffffff.json': '['.repeat(100_000),
  };
  for (const [file, text] of Object.entries(hostile)) writeFileSync(join(records, file), text);
  mkdirSync(join(records, 'gggggg.json'));
  symlinkSync('/etc/passwd', join(records, 'hhhhhh.json'));
  writeFileSync(join(records, 'huge00.json'), '{');
  truncateSync(join(records, 'huge00.json'), 100 * 1024 ** 2);
  const newer = JSON.stringify({ schema: 2, id: 'newer0', name: 'newer' });
  writeFileSync(join(records, 'newer0.json'), newer);
  writeFileSync(join(records, `${id}.json.bad`), 'set aside before');

  const offline = await h.run(['ls', '--json']);
  assert.deepEqual(
    JSON.parse(offline.stdout).map((each: { name: string }) => each.name),
    ['good'],
  );
  assert.equal(offline.stderr.trim().split('\n').length, 11, 'each bad file has its line, and the one of before');

  const started = await h.run(['start', 'good']);
  assert.equal(started.code, 0, started.stderr);
  const told = started.stderr.trim().split('\n');
  assert.equal(told.length, 10, started.stderr);
  for (const line of told) assert.match(line, /^session: \S+ cannot be read \(.+\)\. The other sessions are well\.$/);

  assert.equal((await h.view('good')).state, 'running');
  for (const [file, text] of Object.entries(hostile))
    assert.equal(readFileSync(join(records, `${file}.bad`), 'utf8'), text);
  assert.equal(readFileSync(join(records, `${id}.json.bad`), 'utf8'), 'set aside before', 'not overwritten');
  assert.equal(readFileSync(join(records, `${id}.json.bad2`), 'utf8'), torn);
  assert.equal(readFileSync(join(records, 'newer0.json'), 'utf8'), newer, 'a newer version will read it');
  assert.deepEqual(
    readdirSync(records)
      .filter((file) => file.endsWith('.json'))
      .sort(),
    [`${(await h.view('good')).id}.json`, 'newer0.json'].sort(),
  );
  assert.ok(existsSync('/etc/passwd'));
  await h.ok('create', '-n', 'torn', 'sleep', '1000');
});

test('a home whose path is longer than a socket address works', async (t) => {
  const base = mountPoint();
  const h = home(t, { path: join(base, 'd'.repeat(100), 'e'.repeat(100), 'h') });
  t.after(() => rmSync(base, { recursive: true }));
  await h.ok('create', '-n', 'shell', 'sh');
  const someone = person(h, ['attach', 'shell']);
  await someone.receives(/Detach/);
  h.killSupervisor();
  someone.types('echo long$((40+2))\n');
  await someone.sees(/^long42/m);
  await h.ok('stop', 'shell');
  assert.equal(existsSync(join(h.path, 'run', 'socket')), true);
  await h.ok('shutdown');
  assert.equal(existsSync(join(h.path, 'run', 'socket')), false);
});
