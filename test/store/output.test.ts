// Kept output, against a model that simply remembers every byte: whatever is appended, limited and reopened,
// what is kept is the newest bytes, at their right offsets, within the limit.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Output } from '../../src/store/output.ts';
import { listSegments, readRange, readTimes } from '../../src/store/segments.ts';
import { scratch } from '../support/disk.ts';

const KB = 1024;
const MB = 1024 * KB;
/** The largest piece that a terminal gives, and the least limit that may be set. */
const PIECE = 63 * KB;
const LEAST = 64 * KB;

/** Bytes whose every stretch tells where it is from. */
const ALL = Buffer.alloc(4 * MB);
for (let at = 0; at + 4 <= ALL.length; at += 4) ALL.writeUInt32BE(at, at);

const sizeOf = (directory: string) =>
  readdirSync(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);

/** What is kept on disk, which must be one stretch without a gap: where it begins, and its bytes. */
function keptIn(directory: string, end: number): { from: number; bytes: Buffer } {
  const pieces = [...readRange(directory, 0, end)];
  let next = pieces[0]?.offset ?? end;
  for (const { offset, bytes } of pieces) {
    assert.equal(offset, next, 'no byte is missing between two segments');
    next += bytes.length;
  }
  assert.equal(next, end, 'the newest byte is kept');
  return { from: pieces[0]?.offset ?? end, bytes: Buffer.concat(pieces.map(({ bytes }) => bytes)) };
}

const isSame = (bytes: Buffer, from: number) => bytes.equals(ALL.subarray(from, from + bytes.length));

type Step =
  | { do: 'append'; length: number; later: number }
  | { do: 'many'; count: number; length: number; later: number }
  | { do: 'limit'; limit: number }
  | { do: 'reopen' }
  | { do: 'keep' };

const append: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('append' as const),
  length: fc.integer({ min: 1, max: PIECE }),
  later: fc.integer({ min: 0, max: 3000 }),
});
const many: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('many' as const),
  count: fc.integer({ min: 1, max: 60 }),
  length: fc.constantFrom(1, 100, 4095, 8192, PIECE),
  later: fc.constantFrom(0, 999, 1000, 5000),
});
const limit: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('limit' as const),
  limit: fc.integer({ min: LEAST, max: 4 * LEAST }),
});
const steps = (...others: fc.Arbitrary<Step>[]) =>
  fc.array(fc.oneof(append, append, many, ...others), { maxLength: 30, size: 'max' });

/** A directory for one round of a property. */
function round(t: TestContext): (use: (directory: string) => void) => void {
  const base = scratch(t);
  return (use) => {
    const directory = mkdtempSync(join(base, 'o'));
    try {
      use(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

test('what is kept is the newest bytes at their offsets, all files within the limit, whatever comes', (t) => {
  const within = round(t);
  fc.assert(
    fc.property(steps(limit, fc.constant({ do: 'reopen' })), (all) =>
      within((directory) => {
        let limit = LEAST;
        let now = 1_700_000_000_000;
        let end = 0;
        let kept = 0;
        let limited = 0;
        let output = new Output(directory, limit, true);
        const append = (length: number, later: number) => {
          if (end + length > ALL.length) return;
          now += later;
          output.append(ALL.subarray(end, end + length), now);
          end += length;
          assert.equal(output.end, end);
          assert.ok(sizeOf(directory) <= limit, `${sizeOf(directory)} bytes on disk, ${limit} allowed`);
        };
        for (const step of all) {
          if (step.do === 'append') append(step.length, step.later);
          if (step.do === 'many') for (let i = 0; i < step.count; i++) append(step.length, step.later);
          if (step.do === 'limit') {
            output.configure(step.limit, true);
            limit = Math.max(limit, step.limit); // it holds with the next byte
            append(1, 0);
            limit = step.limit;
            limited = end; // a segment of a greater limit goes whole
            assert.ok(sizeOf(directory) <= limit, 'the next byte brings a smaller limit into force');
          }
          if (step.do === 'reopen') {
            output.close();
            output = new Output(directory, limit, true);
            assert.equal(output.end, end, 'reopened, it knows where it was');
          }
          const { from, bytes } = keptIn(directory, end);
          assert.ok(isSame(bytes, from), 'each byte is at its offset');
          assert.ok(from >= kept, 'what is gone does not come back');
          kept = from;
          assert.ok(
            from === 0 || bytes.length >= Math.min(LEAST / 4, end - limited),
            `only ${bytes.length} of ${limit} bytes are kept`,
          );
        }
        output.close();
      }),
    ),
    { numRuns: 60 },
  );
});

test('pieces as large as the limit itself leave more than half of it kept', (t) => {
  const directory = scratch(t);
  for (const length of [PIECE, 40_000, PIECE / 3, 8193, 8192]) {
    const output = new Output(join(directory, `${length}`), LEAST, true);
    for (let end = length; end <= 20 * LEAST; end += length) {
      output.append(ALL.subarray(end - length, end), 1_700_000_000_000 + end);
      const { from, bytes } = keptIn(join(directory, `${length}`), end);
      assert.ok(isSame(bytes, from));
      assert.ok(bytes.length >= Math.min(end, LEAST / 2), `only ${bytes.length} bytes behind ${end} are kept`);
      assert.ok(sizeOf(join(directory, `${length}`)) <= LEAST);
    }
    output.close();
  }
});

test('since and tail answer the newest bytes from where they really begin, kept on disk or not', (t) => {
  const within = round(t);
  const asked = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(steps(fc.constant({ do: 'keep' })), asked, (all, fractions) =>
      within((directory) => {
        let kept = true;
        let end = 0;
        let sinceChange = 0;
        const output = new Output(directory, LEAST, kept);
        for (const step of all) {
          if (step.do === 'reopen' || step.do === 'limit') continue;
          if (step.do === 'keep') {
            sinceChange = end;
            kept = !kept;
            output.configure(LEAST, kept);
            continue;
          }
          const length = Math.min(step.do === 'many' ? step.length * step.count : step.length, ALL.length - end);
          for (let at = 0; at < length; at += PIECE) {
            output.append(ALL.subarray(end + at, end + Math.min(length, at + PIECE)), 1_700_000_000_000);
          }
          end += length;
          for (const fraction of fractions) {
            const wanted = Math.floor(fraction * end);
            const { from, bytes } = output.since(wanted);
            assert.ok(
              from >= wanted && from + bytes.length === end,
              `since(${wanted}) of ${end} is ${from}+${bytes.length}`,
            );
            assert.ok(isSame(bytes, from), `since(${wanted}) of ${end} has other bytes than came`);
            const sure = Math.min(end - sinceChange, kept ? LEAST / 4 : LEAST);
            if (wanted >= end - sure) assert.equal(from, wanted, 'the newest bytes are always there');
            const tail = output.tail(1 + Math.floor(fraction * LEAST));
            assert.ok(isSame(tail.bytes, end - tail.bytes.length));
            assert.equal(tail.whole, tail.bytes.length === end, 'whole means: from the very first byte');
          }
        }
        output.close();
      }),
    ),
    { numRuns: 60 },
  );
});

test('a rotation forgets whole segments and loses no byte between those that stay', (t) => {
  const directory = join(scratch(t), 'logs');
  const output = new Output(directory, LEAST, true);
  const firsts = new Set<number>();
  for (let end = 0; end < MB; end += 1000) {
    output.append(ALL.subarray(end, end + 1000), 1_700_000_000_000 + end);
    for (const segment of listSegments(directory)) firsts.add(segment.start);
    const { from, bytes } = keptIn(directory, end + 1000);
    assert.ok(isSame(bytes, from));
    assert.ok(bytes.length >= Math.min(end + 1000, LEAST / 2), `${bytes.length} bytes are kept of ${end + 1000}`);
  }
  assert.ok(firsts.size > 30, `${firsts.size} segments came`);
  assert.ok(listSegments(directory).length <= 8);
});

test('the times say when each stretch came, and go with their segment', (t) => {
  const directory = join(scratch(t), 'logs');
  let output = new Output(directory, LEAST, true);
  const second = 1_700_000_000;
  for (let i = 0; i < 100; i++) {
    if (i === 50) {
      output.close();
      output = new Output(directory, LEAST, true);
    }
    output.append(ALL.subarray(i * 5000, i * 5000 + 5000), (second + Math.floor(i / 2)) * 1000 + 17);
  }
  const from = listSegments(directory)[0]?.start as number;
  const times = readTimes(directory);
  assert.ok(times.length >= 5);
  assert.ok((times[0]?.offset as number) <= from, 'the oldest byte that is kept has its time');
  for (const { offset, time } of times) assert.equal(time, (second + Math.floor(offset / 5000 / 2)) * 1000);
});

test('a session that keeps no log leaves nothing on disk', (t) => {
  const directory = join(scratch(t), 'logs');
  const output = new Output(directory, LEAST, false);
  output.append(ALL.subarray(0, PIECE), 0);
  assert.throws(() => readdirSync(directory), { code: 'ENOENT' });
  assert.deepEqual(output.tail(100), { bytes: ALL.subarray(PIECE - 100, PIECE), whole: false });
});

test('what is removed is gone, and the offsets go on', (t) => {
  const directory = join(scratch(t), 'logs');
  const output = new Output(directory, LEAST, true);
  output.append(ALL.subarray(0, 5000), 0);
  output.remove();
  assert.throws(() => readdirSync(directory), { code: 'ENOENT' });
  assert.equal(output.end, 5000);
  output.close();
});
