// A power cut at every moment of a life: what verbs do to the disk is written down, and played back to each point, with
// what was not synced lost or half there. Whatever was acknowledged is found again, and no record is torn.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { SessionView } from '../../src/model/view.ts';
import { loadRecords } from '../../src/store/record-store.ts';
import { preload } from '../support/crash-points.ts';
import { scratch } from '../support/disk.ts';
import { type Home, home } from '../support/home.ts';
import { casesOf } from '../support/mutations.ts';
import { Disk, type Luck, type Traced } from '../support/power-cut.ts';
import { chance } from '../support/torture.ts';

const LUCKS = casesOf(4, 40);
/** After each so-manyeth cut a machine comes up with what is left. */
const BOOTS = casesOf(60, 30);

const LIFE = [
  ['create', '-n', 'web', 'sleep', '1000'],
  ['create', '-s', '-n', 'held', 'sleep', '1000'],
  ['create', '-n', 'old', 'sleep', '1000'],
  ['set', 'web', 'description', 'what is said of it'],
  ['suspend', 'web'],
  ['resume', 'web'],
  ['stop', 'old'],
  ['rename', 'web', 'www'],
  ['restart', 'www'],
  ['rm', 'old'],
  ['shutdown'],
  ['boot', '-q'],
  ['create', '-n', 'late', 'sleep', '1000'],
  ['rm', '-f', 'www'],
  ['upgrade'],
  ['shutdown'],
];

test('whatever was acknowledged is found again after a power cut at any moment, and nothing is torn', async (t) => {
  const h = home(t);
  const trace = await lived(h);
  const random = chance(21);
  const most: Luck = (all) => all;
  const none: Luck = () => 0;
  let cuts = 0;
  let boots = 0;
  const at = scratch(t);
  const disk = new Disk(h.path);
  /** What was saved since the last acknowledgement, newest last. */
  let since: Map<string, string>[] = [new Map()];
  for (const [i, event] of trace.entries()) {
    disk.apply(event);
    const records = saved((path) => disk.read(join(h.path, path)));
    since = event.is === 'acknowledged' ? [records] : [...since, records];
    const lucks = [
      most,
      none,
      ...Array.from({ length: LUCKS }, () => (all: number) => Math.floor(random() * (all + 1))),
    ];
    for (const luck of lucks) {
      const target = join(at, `${cuts++}`);
      mkdirSync(target, { mode: 0o700 });
      disk.cut(target, luck);
      const where = `cut behind ${i}, ${JSON.stringify(event).slice(0, 120)}`;
      const left = join(target, basename(h.path));
      assertFound(left, since, where);
      if (cuts % BOOTS === 0 && existsSync(left)) boots += await comesUp(h, left, where);
      rmSync(target, { recursive: true });
    }
  }
  assert.ok(trace.filter(({ is }) => is === 'acknowledged').length >= LIFE.length, 'the verbs were acknowledged');
  t.diagnostic(
    `counted ${cuts} power cuts at ${trace.length} moments, 0 records lost, 0 torn; ${boots} boots with what was left`,
  );
});

/** Runs the life and answers what it did to the disk. */
async function lived(h: Home): Promise<Traced[]> {
  const file = join(h.work, 'trace');
  preload(h, 'file-trace.cjs');
  h.env.SESSION_TEST_TRACE = file;
  for (const verb of LIFE) assert.equal((await h.run(verb)).code, 0, verb.join(' '));
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Traced);
}

/** The records, and the mark that tells a crash from an orderly end. */
function saved(read: (path: string) => Map<string, string>): Map<string, string> {
  const mark = read('.').get('mark.json');
  const records = [...read('records')].filter(([name]) => /^[a-z0-9]+\.json$/.test(name));
  return new Map(mark === undefined ? records : [...records, ['mark.json', mark]]);
}

/** What should run there runs, what was stopped stays stopped, and work goes on. */
async function comesUp(h: Home, path: string, where: string): Promise<number> {
  const by = (...args: string[]) => h.run(args, { env: { SESSION_HOME: path, NODE_OPTIONS: '' } });
  const { records } = loadRecords(join(path, 'records'));
  const wished = records.filter(({ desired }) => desired !== 'removed').map(({ name, desired }) => [name, desired]);
  assert.equal((await by('boot', '-q')).code, 0, where);
  const views = JSON.parse((await by('ls', '--json')).stdout) as SessionView[];
  assert.deepEqual(
    Object.fromEntries(views.map(({ name, desired }) => [name, desired])),
    Object.fromEntries(wished),
    where,
  );
  for (const { name, desired, pid } of views) assert.equal(pid !== null, desired === 'running', `${where}: ${name}`);
  assert.equal((await by('create', '-n', 'more', 'sleep', '1000')).code, 0, where);
  assert.equal((await by('shutdown')).code, 0, where);
  return 1;
}

/** Each is one of those that were there since the last acknowledgement; none is missing that was always there. */
function assertFound(path: string, since: Map<string, string>[], where: string): void {
  const found = saved((directory) => filesIn(join(path, directory)));
  const { bad } = loadRecords(join(path, 'records'));
  assert.deepEqual(bad, [], where);
  for (const file of new Set([...found.keys(), ...since.flatMap((each) => [...each.keys()])])) {
    const text = found.get(file);
    assert.ok(
      since.some((each) => each.get(file) === text),
      `${where}: ${file} is ${text === undefined ? 'lost' : 'one that was replaced before'}`,
    );
  }
}

function filesIn(directory: string): Map<string, string> {
  const files = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
  return new Map(
    files.filter((each) => each.isFile()).map(({ name }) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}
