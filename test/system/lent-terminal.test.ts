// A terminal that its client lends to the supervisor: who reads it and writes to it, and that no byte is lost or shown
// twice when the supervisor dies with it.
import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { LEDGER_SIZE, type Ledger, readLedger } from '../../src/protocol/ledger.ts';
import { SLOT_SIZE } from '../../src/system/shared-memory.ts';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { person } from '../support/person.ts';
import { chance, pause, supervisorNow } from '../support/torture.ts';

const KILLS = process.env.SESSION_TEST_LONG === '1' ? 400 : 30;

/** The ledgers that a process holds. */
function ledgersOf(pid: number): Ledger[] {
  const found: Ledger[] = [];
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${name}`;
    try {
      if (!readlinkSync(path).startsWith('/memfd:session')) continue;
      const fd = openSync(path, 'r');
      const memory = Buffer.alloc(LEDGER_SIZE);
      if (fstatSync(fd).size === SLOT_SIZE && readSync(fd, memory, 0, LEDGER_SIZE, 0) === LEDGER_SIZE)
        found.push(readLedger(memory));
      closeSync(fd);
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

const holds = (pid: number, terminal: string) =>
  readdirSync(`/proc/${pid}/fd`).some((name) => readlinkSync(`/proc/${pid}/fd/${name}`) === terminal);

/** Types until the supervisor itself has shown something; answers its pid. */
async function typeUntilLent(h: Home, type: () => void): Promise<number> {
  const { keeper } = h.pids();
  let before: { pid: number; shownTo: number } | undefined;
  return eventually('the supervisor has the terminal', async () => {
    type();
    await pause(2);
    const pid = supervisorNow(keeper);
    const shownTo = pid === undefined ? undefined : ledgersOf(pid).find(({ loan }) => loan > 0)?.shownTo;
    if (pid === undefined || shownTo === undefined) return undefined;
    if (before?.pid === pid && shownTo > before.shownTo) return pid;
    before = { pid, shownTo };
    return undefined;
  });
}

/** Somebody attached to a `cat`. */
async function attached(t: TestContext) {
  const h = home(t);
  await h.ok('create', '-n', 'shell', '--', 'sh', '-c', 'echo up; exec cat');
  const someone = person(h, ['attach', 'shell']);
  await someone.sees(/up/);
  return { h, someone };
}

describe('a lent terminal', { concurrency: true }, () => {
  test(`shows each byte once, though the supervisor is killed ${KILLS} times while it has it`, async (t) => {
    const h = home(t);
    const file = join(h.work, 'typed');
    await h.ok('create', '-n', 'typed', '--', 'sh', '-c', `stty raw -echo; printf 'ready\\n'; exec tee ${file}`);
    const typist = person(h, ['attach', 'typed']);
    await typist.sees(/ready/);
    const start = typist.bytes().length;
    const random = chance(7);
    let next = 0;
    const type = () => {
      let piece = '';
      for (let i = 0; i <= random() * 3; i++) piece += `${String(next++).padStart(5, '0')},`;
      typist.types(piece);
    };
    for (let kills = 0; kills < KILLS; kills++) {
      const pid = await typeUntilLent(h, type);
      const until = performance.now() + random() * 20;
      while (performance.now() < until) {
        type();
        if (random() < 0.5) await pause(random() * 2);
      }
      process.kill(pid, 'SIGKILL');
      type();
    }
    await typeUntilLent(h, type);
    typist.types('end');
    await typist.receives(/end/);
    const given = readFileSync(file);
    const shown = typist.bytes().subarray(start);
    assert.ok(shown.equals(given), 'what the program put out is on the terminal, each byte once');
    // A write to the program that a kill cut short counts as done: a piece may be missing then, none comes twice.
    const numbers = given.toString('latin1').split(',').slice(0, -1).map(Number);
    for (const [i, each] of numbers.entries())
      if (i > 0) assert.ok(each > (numbers[i - 1] as number), `${each} in order`);
    const pieces = numbers.filter((each, i) => i > 0 && each !== (numbers[i - 1] as number) + 1).length;
    assert.ok(pieces <= KILLS, `${pieces} gaps`);
    t.diagnostic(`counted ${KILLS} kills, ${next} numbers typed, ${next - numbers.length} in doubt`);
  });

  test('is the supervisor’s while something is typed, and its client’s again a second later and when it leaves', async (t) => {
    const { h, someone } = await attached(t);
    const terminal = readlinkSync(`/proc/${someone.pid}/fd/0`);
    const supervisor = await typeUntilLent(h, () => someone.types('x'));
    assert.ok(holds(supervisor, terminal));
    await pause(2500); // what is not typed cannot be waited for
    const [idle] = ledgersOf(supervisor);
    someone.types('framed');
    await someone.sees(/framed/);
    const [now] = ledgersOf(supervisor);
    const isByClient = now?.loan !== idle?.loan || now?.shownTo === idle?.shownTo;
    assert.ok(isByClient, 'the first keys behind a pause went by way of the client');
    await typeUntilLent(h, () => someone.types('y'));
    someone.types('\x1c');
    assert.deepEqual(await someone.ended, { code: 0 });
    assert.equal(holds(supervisor, terminal), false);
    assert.deepEqual(ledgersOf(supervisor), []);
  });

  test('can be left though the supervisor hangs with it', async (t) => {
    const { h, someone } = await attached(t);
    const supervisor = await typeUntilLent(h, () => someone.types('x'));
    process.kill(supervisor, 'SIGSTOP');
    someone.types('\x1c');
    assert.deepEqual(await someone.ended, { code: 0 });
  });

  test('is not read while its client is stopped: the keys are for the shell', async (t) => {
    const { h, someone } = await attached(t);
    await typeUntilLent(h, () => someone.types('x'));
    process.kill(someone.pid, 'SIGSTOP');
    await pause(200); // as long as it takes a person to type the first key
    someone.types('to the shell');
    await pause(300); // what is not read cannot be waited for
    assert.doesNotMatch(await h.ok('logs', 'shell'), /to the shell/);
    process.kill(someone.pid, 'SIGCONT');
    await someone.sees(/to the shell/);
  });

  test('goes back to its client with what a full-screen program did to it', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'shell', '--', 'sh', '-c', 'stty raw -echo; echo up; exec cat');
    const someone = person(h, ['attach', 'shell']);
    await someone.sees(/up/);
    await typeUntilLent(h, () => someone.types('x'));
    // Cut in two, so that neither half is a switch.
    someone.types('\x1b[?10');
    await pause(50);
    someone.types('49h');
    await eventually('the other screen', () => someone.terminal.buffer.active.type === 'alternate');
    await typeUntilLent(h, () => someone.types('z'));
    process.kill(someone.pid, 'SIGTERM');
    await someone.ended;
    assert.equal(someone.terminal.buffer.active.type, 'normal');
  });
});
