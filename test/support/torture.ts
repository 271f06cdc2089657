// What the torture tests share: chance that can be repeated, a killer of supervisors, numbered output and
// those who watch it over the client's own link.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf } from '../../src/base/paths.ts';
import { type Link, openLink } from '../../src/client/link.ts';
import { typedBytes } from '../../src/client/typed.ts';
import { OUTPUT } from '../../src/protocol/frame.ts';
import type { Left, ToClient } from '../../src/protocol/messages.ts';
import { endOf, listSegments, readRange } from '../../src/store/segments.ts';
import { readProcess } from '../../src/system/process-table.ts';
import { eventually, within } from './deadline.ts';
import { commandOf, type Home } from './home.ts';

/** Numbers in [0, 1), always the same from one seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The supervisor of this moment, if there is one; looks at the keeper's children only. */
export function supervisorNow(keeper: number): number | undefined {
  const children = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'latin1').trim();
  return children
    .split(' ')
    .map(Number)
    .find((pid) => pid > 1 && readProcess(pid)?.state !== 'Z' && commandOf(pid).includes('supervisor.cjs'));
}

export interface Killer {
  readonly kills: number;
  /** Kills of one that had not begun to serve. */
  readonly early: number;
  /** Resolves after its last kill. */
  over: Promise<void>;
}

/** Kills the supervisor `count` times at moments that `random` chooses, some the moment the next appears. */
export function killer(h: Home, random: () => number, count: number, longest = 250): Killer {
  const self = { kills: 0, early: 0, over: Promise.resolve() };
  const { keeper } = h.pids();
  let last = 0;
  const kill = async () => {
    const pid = await eventually('a supervisor to kill', () => {
      const now = supervisorNow(keeper);
      return now === last ? undefined : now;
    });
    last = pid;
    return pid;
  };
  const run = async () => {
    while (self.kills < count) {
      // The keeper waits longer and longer with the next where several in a row never served, so one may.
      const link = await linkTo(h);
      await link.request('ping', {});
      link.close();
      await pause(100 + random() * longest);
      process.kill(await kill(), 'SIGKILL');
      self.kills++;
      for (let again = 0; again < 2 && random() < 0.4 && self.kills < count; again++) {
        const pid = await kill();
        await pause(random() * 60);
        process.kill(pid, 'SIGKILL');
        self.kills++;
        self.early++;
      }
    }
  };
  self.over = run();
  self.over.catch(() => {}); // told to whoever waits for it
  return self;
}

/** A link as the command line has it, to the supervisor that is there. */
export async function linkTo(h: Home): Promise<Link> {
  const link = await openLink({ place: placeOf({ SESSION_HOME: h.path }, 1, () => 'host') });
  assert.ok(link, 'a supervisor is there');
  return link;
}

export interface Watcher {
  /** All that came since the first redraw, and where in the output it began. */
  received(): { from: number; bytes: Buffer };
  /** Redraws after the first: places where it was not shown every byte. */
  readonly jumps: number;
  readonly left: Left | undefined;
  /** Waits until it was shown the output up to there. */
  reaches(offset: number): Promise<void>;
  /** Types `bytes`, as often as it takes. */
  type(bytes: Buffer): void;
  close(): void;
}

/** Somebody attached, over the client's own link, who counts bytes in both directions as client/attach.ts does. */
export async function watcher(h: Home, session: string): Promise<Watcher> {
  const client = randomInt(1, 2 ** 47);
  const size = { columns: 80, rows: 24 };
  const typed = typedBytes();
  let joined = false;
  const pieces: Buffer[] = [];
  let begin: number | undefined;
  let offset: number | undefined;
  let redraws = 0;
  let left: Left | undefined;
  let wake = () => {};
  const place = placeOf({ SESSION_HOME: h.path }, 1, () => 'host');
  const stream = {
    bytes(kind: number, bytes: Buffer) {
      if (kind !== OUTPUT) return;
      pieces.push(Buffer.from(bytes));
      if (offset !== undefined) offset += bytes.length;
      wake();
    },
    message(message: ToClient) {
      if (!('is' in message)) return;
      if (message.is === 'left') left = message;
      if (message.is === 'taken') typed.taken(message.upTo);
      if (message.is !== 'redrawn') return;
      redraws++;
      pieces.length = 0;
      begin = offset = message.from;
    },
    closed() {
      joined = false;
      if (left === undefined) void attach();
    },
  };
  const link = await openLink({ place, stream });
  assert.ok(link);
  const attach = () => {
    const acknowledged = typed.acknowledged;
    const request = { session, size, readOnly: false, client, from: offset, acknowledged };
    return link.request('attach', request, ({ taken }) => {
      for (const bytes of typed.resume(taken)) link.type(bytes);
      joined = true;
    });
  };
  await attach();
  await eventually('the first redraw', () => redraws > 0);
  return {
    received: () => ({ from: begin as number, bytes: Buffer.concat(pieces) }),
    get jumps() {
      return redraws - 1;
    },
    get left() {
      return left;
    },
    reaches(wanted) {
      const there = new Promise<void>((resolve) => {
        wake = () => (offset as number) >= wanted && resolve();
        wake();
      });
      return within(there, () => `a watcher of '${session}' to be shown ${wanted} bytes, not only ${offset}`);
    },
    type(bytes) {
      for (const each of typed.add(bytes)) if (joined) link.type(each);
    },
    close() {
      left ??= { reason: 'detached' };
      link.close();
    },
  };
}

/** The kept output of a session: where it begins among all bytes ever put out, and every byte from there. */
export function kept(h: Home, id: string): { from: number; bytes: Buffer; end: number } {
  const directory = `${h.path}/logs/${id}`;
  const segments = listSegments(directory);
  const end = endOf(segments);
  const from = segments[0]?.start ?? 0;
  const pieces: Buffer[] = [];
  let at = from;
  for (const { offset, bytes } of readRange(directory, from, end)) {
    assert.equal(offset, at, 'kept output has no gap');
    pieces.push(bytes);
    at += bytes.length;
  }
  return { from, bytes: Buffer.concat(pieces), end };
}

/** One line of numbered output, as a terminal shows it. */
export const LINE = 32;

/** `bytes` are whole numbered lines from `first` on, none missing, none twice. Answers how many. */
export function assertNumbered(bytes: Buffer, first: number, whose: string): number {
  assert.equal(bytes.length % LINE, 0, `${whose}: whole lines`);
  const lines = bytes.length / LINE;
  for (let i = 0; i < lines; i++) {
    const at = i * LINE;
    const line = bytes.toString('latin1', at, at + LINE);
    if (Number(line) !== first + i || !line.endsWith('\r\n'))
      assert.fail(
        `${whose}: line ${first + i} reads ${JSON.stringify(bytes.toString('latin1', at - LINE, at + 2 * LINE))}`,
      );
  }
  return lines;
}

/** Tells the numbers to end, and waits until all of them are kept. Answers how many there were. */
export async function finishNumbers(h: Home, name: string): Promise<number> {
  const { id, pid } = await h.view(name);
  process.kill(pid as number, 'SIGUSR1');
  const file = join(h.work, `${name}.count`);
  const count = await eventually(`the end of ${name}`, () =>
    existsSync(file) ? Number(readFileSync(file, 'latin1')) : undefined,
  );
  // Not: until whole lines are kept. What a terminal hands over in one read often ends with one.
  await eventually(`all of ${name} kept`, () => endOf(listSegments(join(h.path, 'logs', id))) >= count * LINE);
  assert.equal(kept(h, id).end, count * LINE);
  return count;
}

/** The same where nothing was thrown away: answers the kept output, too. */
export async function endOfNumbers(h: Home, name: string): Promise<{ lines: number; bytes: Buffer }> {
  const lines = await finishNumbers(h, name);
  const { from, bytes } = kept(h, (await h.view(name)).id);
  assert.equal(from, 0);
  assert.equal(assertNumbered(bytes, 1, name), lines);
  return { lines, bytes };
}

/** Every living process of a session, by the mark in its environment. */
export function processesOf(id: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 1) || readProcess(pid)?.state === 'Z') return false;
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`SESSION_ID=${id}`);
      } catch {
        return false; // gone
      }
    });
}
