// A supervisor that talks nonsense to its keeper, of every kind, at each of its starts: the keeper holds what it held, and
// does what is said to it in between.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ToKeeper } from '../../src/keeper/wire.ts';
import { home, ROOT, runProgram } from '../support/home.ts';
import { copyBuilt } from '../support/machine.ts';
import { casesOf, mutated, mutatedBytes, seedOf, TEXTS } from '../support/mutations.ts';
import { chance } from '../support/torture.ts';

const SPAWN: ToKeeper = {
  ...{ is: 'spawn', id: 'nobody.1', file: '/bin/true', argv: ['true'], env: ['A=b'], directory: '/' },
  ...{ columns: 80, rows: 24, umask: 18, openFiles: 256, tag: 'nobody' },
};
const WORDS = [
  SPAWN,
  SPAWN,
  { is: 'ack', id: 'nobody.1' },
  { is: 'pong' },
  { is: 'upgrade', node: '/n', directory: '/d' },
];
const NONSENSE = [
  'null',
  '[]',
  '{}',
  '7',
  '"stop"',
  '{"is":null}',
  '{"is":"__proto__"}',
  '{"is":"spawn"}',
  '{"is":"ack"}',
];

/** Lines that are not ours, and none that ends the keeper in good order. */
function nonsense(seed: number, lines: number): Buffer {
  const random = chance(seed);
  const all: Buffer[] = [...NONSENSE, ...TEXTS, 'x'.repeat(1_000_000)].map((line) => Buffer.from(line));
  for (let i = 0; i < lines; i++) {
    const said = WORDS[i % WORDS.length];
    const text = Buffer.from(JSON.stringify(mutated(random, said)));
    all.push(i % 3 === 0 ? mutatedBytes(random, text) : text);
  }
  const endless = all.filter((line) => !/"is":\s*"(stop|ready)"/.test(line.toString()));
  return Buffer.concat(endless.flatMap((line) => [line, Buffer.from('\n')]));
}

/** The supervisor, with nonsense ahead of what it says. */
const AHEAD = `const fs = require('node:fs');
let left = fs.readFileSync(__dirname + '/nonsense');
while (left.length > 0) {
  try {
    left = left.subarray(fs.writeSync(3, left));
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error; // the keeper has not read so far
  }
}
require('./real.cjs');
`;

test('a keeper outlives what a supervisor of no version would say, and holds what it held', async (t) => {
  const h = home(t, { expected: /"who":"keeper"|a process without a record/ });
  const at = join(h.work, 'installed');
  const dist = join(at, 'dist');
  mkdirSync(dist, { recursive: true });
  for (const each of ['bin', 'package.json']) cpSync(join(ROOT, each), join(at, each), { recursive: true });
  copyBuilt(dist);
  symlinkSync(join(ROOT, 'node_modules'), join(at, 'node_modules'));
  for (const where of ['', 'code']) renameSync(join(dist, where, 'supervisor.cjs'), join(dist, where, 'real.cjs'));
  writeFileSync(join(dist, 'supervisor.cjs'), AHEAD);
  writeFileSync(join(dist, 'nonsense'), '');

  const by = (...args: string[]) => runProgram(join(at, 'bin/session'), args, { cwd: h.work, env: h.env });
  assert.equal((await by('create', '-n', 'web', 'sleep', '1000')).code, 0);
  const { pid } = await h.view('web');
  const { keeper } = h.pids();
  const seed = seedOf(77);
  const rounds = casesOf(5);
  for (let round = 0; round < rounds; round++) {
    writeFileSync(join(dist, 'nonsense'), nonsense(seed + round, 200));
    h.killSupervisor();
    const view = await h.view('web');
    assert.deepEqual({ pid: view.pid, state: view.state }, { pid, state: 'running' }, `seed ${seed + round}`);
    await h.ok('create', '-n', `more${round}`, 'sleep', '1000');
    assert.equal(h.pids().keeper, keeper);
  }
  t.diagnostic(
    `counted seed ${seed}: ${rounds * (200 + NONSENSE.length + TEXTS.length + 1)} lines of nonsense to a keeper`,
  );
});
