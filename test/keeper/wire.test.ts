// The keeper's wire: whatever comes among its lines, and however they are cut, every line that is one is taken once and
// in order. The keeper outlives a supervisor that talks nonsense; an acknowledgement behind it must not be lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, lineReader, type ToKeeper } from '../../src/keeper/wire.ts';
import { casesOf, mutated, mutatedBytes, seedOf, TEXTS } from '../support/mutations.ts';
import { chance } from '../support/torture.ts';

const spawn: ToKeeper = {
  ...{ is: 'spawn', id: 'abcdef.1', file: '/bin/sh', argv: ['sh'], env: ['A=ü\n漢', 'B='], directory: '/' },
  ...{ columns: 80, rows: 24, umask: 18, openFiles: 256, tag: 'abcdef' },
};
const VALID: ToKeeper[] = [
  spawn,
  { is: 'ack', id: 'abcdef.1' },
  { is: 'pong' },
  { is: 'ready' },
  { is: 'stop' },
  { is: 'upgrade', node: '/n', directory: '/d' },
];

/** Feeds `chunks`; answers what was taken and how often it was told that something is wrong. */
function feed(chunks: Buffer[], take: (message: unknown) => void = () => {}) {
  const taken: unknown[] = [];
  let faults = 0;
  const read = lineReader((message) => {
    taken.push(message);
    take(message);
  });
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    try {
      read(own);
    } catch {
      faults++;
    }
    own.fill(0xff); // a chunk is valid only until it is read
  }
  return { taken, faults };
}

test('lines cut at any byte come out as they went in', () => {
  const stream = Buffer.from(VALID.map(encode).join(''));
  for (let cut = 0; cut <= stream.length; cut++) {
    assert.deepEqual(feed([stream.subarray(0, cut), stream.subarray(cut)]), { taken: VALID, faults: 0 });
  }
  assert.deepEqual(feed(Array.from(stream, (byte) => Buffer.of(byte))).taken, VALID);
});

test('half a line is not taken, however long it is', () => {
  const half = Buffer.from(encode(spawn)).subarray(0, -1);
  assert.deepEqual(feed([Buffer.from(encode({ is: 'ready' })), half]).taken, [{ is: 'ready' }]);
  assert.deepEqual(feed(Array.from({ length: 500 }, () => Buffer.alloc(65536, 'x'))), { taken: [], faults: 0 });
});

test('a line that is nonsense, or cannot be done, costs none of the others in its chunk', () => {
  const lines = (bad: string) => Buffer.from(`${encode({ is: 'ready' })}${bad}\n${encode({ is: 'ack', id: 'x' })}`);
  for (const bad of ['', '{', '}', '[1', 'null x', '\xff\xfe', '\0', '"', '{"is":', 'NaN'])
    assert.deepEqual(feed([lines(bad)]), { taken: [{ is: 'ready' }, { is: 'ack', id: 'x' }], faults: 1 }, bad);
  const refused = feed([lines('{"is":"spawn"}')], (message) => {
    if ((message as ToKeeper).is === 'spawn') throw new Error('cannot be done');
  });
  assert.deepEqual(refused.taken, [{ is: 'ready' }, { is: 'spawn' }, { is: 'ack', id: 'x' }]);
  assert.equal(refused.faults, 1);
});

test('among lines changed by chance, those that are whole are taken once and in order', (t) => {
  const seed = seedOf(301);
  const random = chance(seed);
  const cases = casesOf(3000, 100_000);
  for (let i = 0; i < cases; i++) {
    const lines: Buffer[] = [];
    const wanted: unknown[] = [];
    for (let length = Math.floor(random() * 8); length > 0; length--) {
      const valid = VALID[Math.floor(random() * VALID.length)] as ToKeeper;
      const kind = random();
      let line: Buffer = Buffer.from(encode(valid));
      if (kind < 0.2) line = Buffer.from(`${JSON.stringify(mutated(random, valid))}\n`);
      else if (kind < 0.4)
        line = Buffer.from(`${mutatedBytes(random, line).toString('latin1').replaceAll('\n', '')}\n`, 'latin1');
      else if (kind < 0.5)
        line = Buffer.from(`${(TEXTS[Math.floor(random() * TEXTS.length)] ?? '').replaceAll('\n', ' ')}\n`);
      lines.push(line);
      try {
        wanted.push(JSON.parse(line.toString('utf8')));
      } catch {
        // It is none.
      }
    }
    const stream = Buffer.concat(lines);
    const cuts = Array.from({ length: Math.floor(random() * 6) }, () => Math.floor(random() * stream.length));
    const marks = [0, ...cuts.sort((a, b) => a - b), stream.length];
    const chunks = marks.slice(1).map((mark, j) => stream.subarray(marks[j], mark));
    assert.deepEqual(
      feed(chunks).taken,
      wanted,
      `seed ${seed}, case ${i}: ${JSON.stringify(stream.toString('latin1'))}`,
    );
  }
  t.diagnostic(`counted seed ${seed}: ${cases} streams of lines`);
});
