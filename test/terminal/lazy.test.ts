// A screen that parses as late and as little as it can is always that of an emulator that parses everything.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EVERY, FLOODS, flood, LOCAL, LOGS } from '../support/floods.ts';
import { ScreenLife } from '../support/screen-life.ts';
import { type Chance, chance } from '../support/stream-words.ts';
import { UNFINISHED, wildStream } from '../support/wild-streams.ts';

const LIVES = process.env.SESSION_TEST_LONG === '1' ? 30_000 : 600;
/** Once different, and beyond those that are always tried. */
const FOUND = [2003, 7414, 21535];
const RECORDED = join('test', 'fixtures', 'recorded');
const recordings = readdirSync(RECORDED).map((file) => readFileSync(join(RECORDED, file)));

const sizeBy = (c: Chance) => ({ columns: c.of([20, 20, 33, 80]), rows: c.of([5, 5, 8, 24]) });

function streamBy(c: Chance, columns: number, rows: number, isLocal: boolean): Buffer {
  if (isLocal) {
    const wraps = c.once(4) ? Buffer.from('\x1b[?45h') : Buffer.alloc(0);
    return Buffer.concat([
      wraps,
      flood(c, c.of(EVERY), columns, rows, c.of([500, 3000, 12_000])),
      wraps,
      Buffer.from('\b\b\bx'),
    ]);
  }
  const dice = c.from(0, 9);
  if (dice < 5) return wildStream(c.from(1, 1e9), columns, rows, 60);
  if (dice < 6) return c.of(recordings);
  return flood(c, c.of(FLOODS), columns, rows, c.of([500, 3000, 12_000]));
}

/** The bytes of it in pieces, as reads bring them: also single ones, for a while. */
function* pieces(c: Chance, bytes: Buffer): Generator<Buffer> {
  const most = bytes.length > 4000 ? c.of([300, 2000, 9000]) : c.of([1, 3, 20, 200, 9000]);
  for (let at = 0; at < bytes.length; ) {
    const length = c.once(4) ? 1 : c.from(1, most);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

function happen(c: Chance, life: ScreenLife): void {
  switch (c.from(0, 9)) {
    case 0:
    case 1:
      return life.pass(100);
    case 2:
      return life.pass(200);
    case 3:
    case 4:
      return life.pass(30_000);
    case 5:
      return life.resize(sizeBy(c));
    case 6:
      return life.look();
    case 7:
      return c.once(3) ? life.beginRun() : undefined;
    case 8:
      return life.isDoomed ? undefined : life.keep();
    default:
      return life.isDoomed ? life.die() : undefined;
  }
}

function live(seed: number, isLocal = false): ScreenLife {
  const c = chance(seed);
  const size = sizeBy(c);
  const scrollback = c.of([0, 10, 10, 1000]);
  const life = new ScreenLife(size, { scrollback, most: c.of([2, 4, 16, 64]) * 1024, isLightKept: c.once(2) });
  const answersAlways = c.once(2);
  const often = c.of([5, 50, 1000]);
  for (let parts = c.from(1, 4); parts > 0; parts--) {
    for (const piece of pieces(c, streamBy(c, size.columns, size.rows, isLocal))) {
      life.feed(piece, answersAlways || c.once(2));
      if (c.once(often)) happen(c, life);
    }
    happen(c, life);
  }
  life.feed(c.of(UNFINISHED), true);
  life.check(() => `seed ${seed}`);
  if (answersAlways) assert.deepEqual(life.answered, life.wanted, `answers of seed ${seed}`);
  return life;
}

test('whatever happens to a lazy screen, it is that of a full parse', (t) => {
  let [skips, putAways] = [0, 0];
  for (const seed of FOUND) live(seed);
  for (let seed = 1; seed <= LIVES / 3; seed++) live(seed, true);
  for (let seed = 1; seed <= LIVES; seed++) {
    const life = live(seed);
    skips += life.skips;
    putAways += life.putAways;
  }
  t.diagnostic(`counted ${LIVES} lives of a screen, ${skips} skips, ${putAways} put away: 0 different`);
  assert.ok(skips > LIVES / 10 && putAways > LIVES / 10);
});

test('most of a flood is not parsed, and its screen is that of a full parse', (t) => {
  const seen: string[] = [];
  for (const kind of [...LOGS, ...LOCAL]) {
    for (const [columns, rows, scrollback, most] of [
      [5, 20, 0, 4],
      [20, 5, 10, 4],
      [80, 24, 1000, 256],
    ] as const) {
      const bytes = flood(chance(rows), kind, columns, rows, most * 8 * 1024);
      const life = new ScreenLife({ columns, rows }, { scrollback, most: most * 1024, isLightKept: false });
      for (let at = 0; at < bytes.length; at += 1000) life.feed(bytes.subarray(at, at + 1000), true);
      const what = `${kind} ${columns}x${rows} with ${scrollback} lines above`;
      life.check(() => what);
      const skipped = Math.round(100 * (1 - life.parsed / bytes.length));
      seen.push(`${kind} ${skipped} %`);
      assert.ok(skipped > 50, `${what}: ${skipped} % left out`);
    }
  }
  t.diagnostic(`counted what was left out: ${seen.join(', ')}`);
});

test('a flood from the top of a screen leaves nothing of what was there, however few lines are left of it', () => {
  const size = { columns: 20, rows: 5 };
  for (const scrollback of [0, 10]) {
    for (let few = 1; few < 2 * size.rows + scrollback + 3; few++) {
      const life = new ScreenLife(size, { scrollback, most: 2048, isLightKept: false });
      life.feed(Buffer.from(`${'stale stale stale\r\n'.repeat(9)}\x1b[H`), true);
      life.look();
      const lines = Array.from({ length: 400 }, (_, at) => `${at}\r\n`).join('');
      life.feed(Buffer.from(`${'long'.repeat(100)}\r\n${lines.slice(0, 2048 - 402 - 3 * few)}`), true);
      life.feed(Buffer.from('0\r\n'.repeat(few)), true);
      life.feed(Buffer.from('the last line'), true);
      life.check(() => `${few} lines at last, ${scrollback} lines above`);
      assert.equal(life.skips, 1);
    }
  }
});

test('a backspace that goes up where a row was wrapped into does so behind a flood, too', () => {
  const life = new ScreenLife({ columns: 5, rows: 2 }, { scrollback: 0, most: 64, isLightKept: false });
  life.feed(Buffer.from('\x1b[?45hwwwwwwww'), true);
  life.look();
  life.feed(Buffer.from(`x\r\n\bw${'\n'.repeat(50)}`), true);
  life.feed(Buffer.from('\n'.repeat(50)), true);
  life.check(() => 'reverse wraparound');
});
