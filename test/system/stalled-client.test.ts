// A client that is stopped while its session floods: the command and the others do not notice, and it catches up.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { memoryOf, mostMemoryOf } from '../support/processes.ts';
import { aboveIn, becomesSame, shownBy } from '../support/shown.ts';
import { attached } from '../support/speaker.ts';

const MB = 1024 * 1024;

test('a client that does not follow slows nobody, costs little, and goes on with the screen as it is, scrollback included', async (t) => {
  const h = home(t);
  const line = '\x1b[1;32mcoloured\x1b[0m words, \x1b[48;5;99mmany of them\x1b[0m, each time the same';
  const flood = h.script(
    'flood',
    `stty raw -echo
for round in 1 2; do
read go
from=$(date +%s%N)
yes '${line}' | head -c 50000000
seq -f '%.0f: ${line}' 3000 | sed 's/$/\\r/'
echo $((($(date +%s%N) - from) / 1000000)) >new; mv new took.$round
printf 'end of %s' $round
done
exec sleep 1000`,
  );
  await h.ok('create', '-n', 'x', flood);
  const one = await attached(h);
  const { supervisor } = h.pids();
  const before = memoryOf(supervisor);
  const took = (round: number) =>
    existsSync(join(h.work, `took.${round}`))
      ? Number(readFileSync(join(h.work, `took.${round}`), 'utf8').trim())
      : undefined;
  one.types('\n');
  const alone = await eventually('the first flood is over', () => took(1));
  await one.sees(/end of 1$/);
  const stalled = await attached(h);
  await becomesSame(
    () => shownBy(stalled.terminal),
    () => shownBy(one.terminal),
    'both are there',
  );
  process.kill(stalled.pid, 'SIGSTOP');
  one.types('\n');
  let most = memoryOf(supervisor) - before;
  const together = await eventually('the second flood is over', () => {
    most = Math.max(most, memoryOf(supervisor) - before);
    return took(2);
  });
  const at = Date.now();
  await one.sees(/end of 2$/);
  const late = Date.now() - at;
  most = Math.max(most, memoryOf(supervisor) - before);
  assert.ok(together < 3 * alone + 1000, `${alone} ms alone, ${together} ms with one who stalled`);
  assert.ok(late < 10_000, `the other saw the end ${late} ms later`);
  assert.ok(most < 64 * MB, `${Math.round(most / MB)} MB more than before`);
  process.kill(stalled.pid, 'SIGCONT');
  await stalled.sees(/end of 2$/);
  const fresh = await attached(h, 'x', ['-r']);
  await becomesSame(
    () => shownBy(stalled.terminal),
    () => shownBy(fresh.terminal),
    'the screen',
  );
  const above = aboveIn(fresh.terminal).slice(-1000);
  assert.ok(above.length >= 900 && above.some((row) => row.startsWith('2500: ')), `${above.length} lines above`);
  await becomesSame(
    () => aboveIn(stalled.terminal).slice(-1000),
    () => above,
    'the scrollback',
  );
  await becomesSame(
    () => aboveIn(one.terminal).slice(-1000),
    () => above,
    'the scrollback of the other',
  );
  assert.equal(h.pids().supervisor, supervisor);
});

test('a flood in which every cell has colours of its own costs no more than is said', async (t) => {
  const h = home(t);
  const line = (i: number) =>
    `${Array.from({ length: 79 }, (_, j) => `\x1b[38;2;${i % 256};${j};3;48;2;4;5;${j}m#`).join('')}\n`;
  writeFileSync(join(h.work, 'lines'), Array.from({ length: 2000 }, (_, i) => line(i)).join(''));
  const rounds = 'for round in 1 2 3; do read go; cat lines lines lines; echo "end of $round"; done';
  await h.ok('create', '-n', 'x', '--', 'sh', '-c', `${rounds}; exec sleep 1000`);
  const one = await attached(h);
  const { supervisor } = h.pids();
  const before = memoryOf(supervisor);
  const grown: number[] = [];
  for (let round = 1; round <= 3; round++) {
    one.types('\n');
    await one.sees(new RegExp(`end of ${round}`));
    grown.push(Math.round((mostMemoryOf(supervisor) - before) / MB));
  }
  t.diagnostic(`counted ${grown.join(', ')} MB more at most, after each flood of 20 MB`);
  assert.ok((grown[2] as number) < 192, `${grown} MB`);
});
