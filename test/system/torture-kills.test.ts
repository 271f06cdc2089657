// The supervisor is killed at random moments, also while it starts: nothing that people care for may notice.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { FIXTURES, type Home, home } from '../support/home.ts';
import { type Person, person } from '../support/person.ts';
import { chance, endOfNumbers, type Killer, kept, killer, linkTo, pause, watcher } from '../support/torture.ts';

const KILLS = 26;
const NUMBERS = join(FIXTURES, 'numbers.cjs');

for (const seed of [1, 2, 3, 4]) {
  test(`nothing is lost when the supervisor is killed ${KILLS} times, seed ${seed}`, (t) => round(t, seed));
}

async function round(t: TestContext, seed: number): Promise<void> {
  const h = home(t);
  const random = chance(seed);
  const typed = join(h.work, 'typed');
  await h.ok('create', '-n', 'typed', '--', 'sh', '-c', `stty -echo; echo ready; exec tee ${typed}`);
  // The fixtures are started by name: a Node in PATH, as the launcher finds it.
  await h.ok('create', '-n', 'flood', '--set', 'log-limit=1G', '--', 'node', NUMBERS, 'flood.count', '4000', '8');
  await h.ok('create', '-n', 'shown', '--set', 'log-limit=1G', '--', 'node', NUMBERS, 'shown.count', '60', '10');
  const idle = ['idle1', 'idle2', 'idle3'];
  for (const name of idle) await h.ok('create', '-n', name, 'sleep', '1000');
  const dying = ['dying1', 'dying2', 'dying3'];
  for (const name of dying) await createDying(h, name, random);
  const mortal = await createMortals(h, random, 24);

  const typist = person(h, ['attach', 'typed']);
  await typist.sees(/ready/);
  const watchers = [await watcher(h, 'shown'), await watcher(h, 'shown'), await watcher(h, 'flood')];
  const onlooker = person(h, ['attach', 'shown']);
  await onlooker.receives(/0{20}\d{10}/);
  const before = await h.list();
  const { keeper } = h.pids();

  const kills = killer(h, random, KILLS);
  const [lines, calls] = await Promise.all([typeWhile(kills, typist, typed), callWhile(kills, h), kills.over]);

  const after = await h.list();
  assert.equal(h.pids().keeper, keeper);
  for (const name of ['typed', 'flood', 'shown', ...idle]) {
    const [was, is] = [before, after].map((list) => list.find((each) => each.name === name));
    assert.deepEqual([is?.pid, is?.startedAt, is?.restarts], [was?.pid, was?.startedAt, 0], `${name} runs on`);
  }

  const doubts = await countDoubts(typist, typed, lines);
  assert.ok(doubts.length <= kills.kills, `more than a chunk a kill: ${doubts.join('; ')}`);

  const flooded = await endOfNumbers(h, 'flood');
  const shown = await endOfNumbers(h, 'shown');
  for (const [i, each] of watchers.entries()) {
    const output = i === 2 ? flooded : shown;
    await each.reaches(output.bytes.length);
    const { from, bytes } = each.received();
    // A flood may be too much for a client, who is then shown the newest; what it is shown is never torn.
    if (i < 2) assert.equal(each.jumps, 0, 'a watcher of what can be followed is shown all of it');
    assert.ok(bytes.equals(output.bytes.subarray(from)), 'a watcher was shown each byte once');
    each.close();
  }
  await onlooker.receives(new RegExp(`${String(shown.lines).padStart(30, '0')}\r\n`));
  assertShownOnce(onlooker, shown.lines);

  const ends = await endsOfMortals(h, mortal);
  const restarts = await assertRestarts(h, dying);
  t.diagnostic(
    `counted seed ${seed}: ${kills.kills} kills (${kills.early} of a beginner), ${calls} commands, ${lines} lines typed, ` +
      `${doubts.length} chunks in doubt${doubts.map((each) => ` [${each}]`).join('')}, ` +
      `${Math.round(flooded.bytes.length / 2 ** 20)} MB of flood, ${watchers[2]?.jumps} redraws of it, ${ends} ends, ${restarts} restarts`,
  );
}

/** Types numbered lines as fast as they are taken. Answers how many. */
async function typeWhile(kills: Killer, typist: Person, file: string): Promise<number> {
  const MOST_UNDERWAY = 1500; // what the person's own terminal surely takes at once
  let over = false;
  kills.over.finally(() => {
    over = true;
  });
  let line = 0;
  let doubtful = 0;
  let taken = 0;
  let since = Date.now();
  while (!over) {
    const now = existsSync(file) ? statSync(file).size : 0;
    if (now !== taken) since = Date.now();
    taken = now;
    if (Date.now() - since > 2000) doubtful = line * 8 - taken; // what was lost never arrives
    if (line * 8 - taken - doubtful < MOST_UNDERWAY) typist.types(`${String(++line).padStart(7, '0')}\n`);
    await pause(1);
  }
  return line;
}

/** Where the lines that arrived are not those that were typed, each once and in order. */
async function countDoubts(typist: Person, file: string, lines: number): Promise<string[]> {
  typist.types('last\n');
  await typist.receives(/last\r\n/);
  const arrived = await eventually('the last line', () => {
    const text = readFileSync(file, 'latin1');
    return text.endsWith('last\n') ? text.split('\n').slice(0, -2) : undefined;
  });
  assert.equal(
    typist
      .received()
      .replace(/^[\s\S]*?ready[\s\S]*?(?=0000001)/, '')
      .replaceAll('\r\n', '\n'),
    readFileSync(file, 'latin1'),
    'the typist is shown what arrived, byte for byte',
  );
  const doubts: string[] = [];
  let expected = 1;
  for (const each of arrived) {
    const number = Number(each);
    if (number === expected) expected++;
    else {
      doubts.push(`${each} for ${expected}`);
      if (each.length === 7 && number > 0) expected = number + 1;
    }
  }
  if (expected !== lines + 1) doubts.push(`last for ${expected}`);
  return doubts;
}

/** Commands one after the other, each of which must succeed. Answers how many. */
async function callWhile(kills: Killer, h: Home): Promise<number> {
  let over = false;
  kills.over.finally(() => {
    over = true;
  });
  const commands = [
    ['ls', '--json'],
    ['status', 'idle1'],
    ['set', 'idle2', 'description', 'a note'],
    ['logs', '-n', '1', 'shown'],
    ['suspend', 'idle3'],
    ['resume', 'idle3'],
  ];
  let calls = 0;
  while (!over) await h.ok(...(commands[calls++ % commands.length] as string[]));
  return calls;
}

/**
 * A terminal shows ours and theirs: the numbered lines among it follow each other. One that was too slow, as on a busy
 * machine, is drawn anew with the newest; nothing is missing but there, and nothing comes twice.
 */
function assertShownOnce(onlooker: Person, last: number): void {
  const [, ...live] = onlooker.received().split(/(?:\x18\x1b\[\?2026h[\s\S]*?)?\x1b\[\?2026l/); // between redraws
  let newest = 0;
  for (const each of live) {
    const numbers = [...each.matchAll(/^(0{20}\d{10})\r$/gm)].map((match) => Number(match[1]));
    const first = numbers[0] ?? newest + 1;
    assert.ok(first > newest, `line ${first} is shown again behind ${newest}`);
    for (const [i, number] of numbers.entries()) assert.equal(number, first + i, 'each line is shown once');
    newest = numbers.at(-1) ?? newest;
  }
  assert.ok(newest === last || live.length > 1, 'the last one, too');
}

/** A session that notes each start and ends soon after with its start's number as status. */
async function createDying(h: Home, name: string, random: () => number): Promise<void> {
  const naps = Array.from({ length: 7 }, () => (random() * 0.3).toFixed(3));
  const cases = naps.map((nap, i) => `${i}) sleep ${nap};;`).join(' ');
  const script = h.script(
    name,
    `echo $$ >>${name}.starts; n=$(wc -l <${name}.starts)\ncase $((n % 7)) in ${cases} esac\nexit $((n % 100 + 1))`,
  );
  const set = ['restart=always', 'restart-delay=30ms', 'restart-delay-max=30ms', 'restart-limit=0'];
  await h.ok('create', '-n', name, ...set.flatMap((each) => ['--set', each]), script);
}

/** Every end of it was noticed once: as many restarts as starts but one, and the newest with its own status. */
async function assertRestarts(h: Home, names: string[]): Promise<number> {
  let sum = 0;
  for (const name of names) {
    await h.ok('set', name, 'restart', 'never');
    const { restarts, exit } = await h.until(name, 'has ended for good', ({ state }) => state === 'stopped');
    const starts = readFileSync(join(h.work, `${name}.starts`), 'latin1').split('\n').length - 1;
    assert.deepEqual({ restarts, exit }, { restarts: starts - 1, exit: { code: (starts % 100) + 1 } }, name);
    sum += restarts;
  }
  return sum;
}

/** Sessions that end once, at some moment of the round, each with a status of its own. */
async function createMortals(h: Home, random: () => number, count: number): Promise<string[]> {
  const link = await linkTo(h);
  const names = Array.from({ length: count }, (_, i) => `mortal${i}`);
  for (const [i, name] of names.entries()) {
    const command = ['sh', '-c', `sleep ${(2 + random() * 6).toFixed(3)}; echo said ${i}; exit ${i + 1}`];
    const set: [string, string][] = [['restart', 'never']];
    await link.request('create', {
      name,
      command,
      from: h.work,
      environment: h.env,
      ownEnvironment: {},
      umask: 0o22,
      set,
      suspended: false,
    });
  }
  link.close();
  return names;
}

async function endsOfMortals(h: Home, names: string[]): Promise<number> {
  for (const [i, name] of names.entries()) {
    const view = await h.until(name, 'has ended', ({ live }) => !live);
    assert.deepEqual(view.exit, { code: i + 1 }, `the status of ${name}`);
    assert.equal(kept(h, view.id).bytes.toString(), `said ${i}\r\n`);
  }
  return names.length;
}
