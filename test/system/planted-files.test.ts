// Links, pipes, folders and other users' files where the program keeps its own: nothing is written through them or over
// them, nobody waits for them, and the other sessions are served.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { type Home, home } from '../support/home.ts';
import { casesOf } from '../support/mutations.ts';

const PRECIOUS = 'what nobody may touch\n'.repeat(40);

const FOLDER = 'a folder with something in it';

/** Puts something at `path` that is none of the program's; `precious` is a file that it may lead to. */
const KINDS: Record<string, (path: string, precious: string) => void> = {
  'a link to a file': (path, precious) => symlinkSync(precious, path),
  'a link to nowhere': (path, precious) => symlinkSync(`${precious}.made`, path),
  'a second name of a file': (path, precious) => linkSync(precious, path),
  'a named pipe': (path) => void execFileSync('mkfifo', [path]),
  [FOLDER]: (path) => {
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(path, 'inside'), PRECIOUS);
  },
  "another user's file": (path) => {
    writeFileSync(path, PRECIOUS, { mode: 0o600 });
    chownSync(path, 65534, 65534);
  },
};

const LOCK = "the keeper's lock";
const DIARY = 'the diary';

/** Of the session `id`. */
const PLACES: Record<string, (h: Home, id: string) => string> = {
  'the mark of the end': (h) => join(h.path, 'mark.json'),
  'the mark that is being written': (h) => join(h.path, '.mark.json.new'),
  [LOCK]: (h) => join(h.path, 'keeper.lock'),
  [DIARY]: (h) => join(h.path, 'supervisor.log'),
  'the session attached last': (h) => join(h.path, 'last-attached'),
  'the record': (h, id) => join(h.path, 'records', `${id}.json`),
  'the record that is being written': (h, id) => join(h.path, 'records', `.${id}.json.new`),
  'the folder of the output': (h, id) => join(h.path, 'logs', id),
  'the screen': (h, id) => join(h.path, 'logs', id, 'screen'),
  'the screen that is being written': (h, id) => join(h.path, 'logs', id, '.screen.new'),
  'the changes of the screen': (h, id) => join(h.path, 'logs', id, newest(h, id, /^changes\./)),
  'the newest output': (h, id) => join(h.path, 'logs', id, newest(h, id, /\.out$/)),
  'its times': (h, id) => join(h.path, 'logs', id, newest(h, id, /\.times$/)),
};

const newest = (h: Home, id: string, which: RegExp) =>
  readdirSync(join(h.path, 'logs', id))
    .filter((file) => which.test(file))
    .sort()
    .at(-1) ?? 'changes.0';

/** `places` are all taken at once, each of a session of its own. */
async function survives(t: TestContext, kind: string, places: string[]): Promise<void> {
  const expected =
    /the mark of an orderly end cannot be set|the beginning cannot be noted|a fact could not be saved|a session is not relaunched/;
  const h = home(t, { expected });
  await h.ok('create', '-n', 'good', 'sleep', '1000');
  const odd = places.map((_, i) => `odd${i}`);
  for (const each of odd)
    await h.ok('create', '-n', each, '--set', 'stop-timeout=1s', '--', 'sh', '-c', 'echo said; exec sleep 1000');
  for (const each of odd)
    await eventually('it has said it', async () => (await h.run(['logs', each])).stdout.includes('said'));
  const views = await h.list();
  await h.ok('shutdown');
  const precious = join(h.work, 'precious');
  writeFileSync(precious, PRECIOUS, { mode: 0o600 });
  const paths = places.map((place, i) => {
    const id = views.find(({ name }) => name === odd[i])?.id ?? '';
    return (PLACES[place] as (h: Home, id: string) => string)(h, id);
  });
  for (const path of paths) {
    rmSync(path, { recursive: true, force: true });
    KINDS[kind]?.(path, precious);
  }

  for (const args of [['ls'], ['status'], ['logs', 'odd0'], ['get', 'good'], ['doctor']]) {
    const { stderr } = await h.run(args);
    assert.doesNotMatch(stderr, /^ {4}at /m, args.join(' '));
  }
  if (places[0] === LOCK) {
    const { code, stderr } = await h.run(['start', 'good']);
    assert.equal(code, 1);
    assert.match(stderr, /^session: cannot start the keeper: cannot use .*keeper\.lock: .+\. Move it away\.\n$/);
    assert.equal(readFileSync(precious, 'utf8'), PRECIOUS);
    rmSync(paths[0] as string, { recursive: true });
  }
  const began = await h.run(['start', 'good']);
  assert.equal(began.code, 0, began.stderr);
  for (const words of [['start', ...odd], ...odd.map((each) => ['logs', each]), ['restart', ...odd]])
    assert.doesNotMatch((await h.run(words)).stderr, /^ {4}at |could not do this/m);
  await h.run(['attach', 'good']);
  h.killSupervisor();
  assert.equal((await h.view('good')).state, 'running');
  await h.run(['stop', ...odd]);
  await h.ok('restart', 'good');
  await h.ok('shutdown');

  assert.equal(readFileSync(precious, 'utf8'), PRECIOUS, 'what a link leads to is as it was');
  assert.equal(existsSync(`${precious}.made`), false, 'nothing was made where a link leads');
  if (kind === FOLDER && places[0] !== LOCK) {
    const inside = execFileSync('find', [h.path, '-name', 'inside'], { encoding: 'utf8' });
    assert.equal(inside.trim().split('\n').length, places.length, 'what was in the folders is there');
  }
  assert.equal((await h.run(['start', 'good'])).code, 0);
  assert.equal((await h.view('good')).state, 'running');
  paths.filter((_, i) => places[i] === DIARY).forEach((path) => void rmSync(path, { recursive: true })); // it is read at the end
}

const others = Object.keys(PLACES).filter((each) => each !== LOCK);
/** Together, which is quick; or each alone, which tells what is to blame. */
const rounds = [[LOCK], ...(casesOf(0, 1) === 1 ? others.map((place) => [place]) : [others])];

for (const kind of Object.keys(KINDS)) {
  const skip = kind.startsWith('another') ? NOT_ROOT : false;
  test(`${kind} in the place of our own is neither followed, overwritten nor waited for`, { skip }, async (t) => {
    for (const places of rounds) await t.test(places.join(', '), (t) => survives(t, kind, places));
    t.diagnostic(`counted ${rounds.flat().length} places of ${kind}`);
  });
}
