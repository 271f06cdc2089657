// Frames: whatever the pieces a stream comes in, the same frames come out, and what is no frame is refused
// as soon as that can be known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CONTROL,
  encodeBytes,
  encodeFrame,
  frameReader,
  INPUT,
  type Kind,
  LARGEST_BYTES,
  LARGEST_CONTROL,
  OUTPUT,
  REDRAW,
} from '../../src/protocol/frame.ts';

const KINDS: Kind[] = [CONTROL, OUTPUT, INPUT, REDRAW];

/** What a reader makes of `chunks`. A payload is valid only until it is taken, so it is copied. */
function read(chunks: Buffer[]): { kind: Kind; payload: Buffer }[] {
  const frames: { kind: Kind; payload: Buffer }[] = [];
  const take = frameReader((kind, payload) => frames.push({ kind, payload: Buffer.from(payload) }));
  for (const chunk of chunks) take(Buffer.from(chunk));
  return frames;
}

const frame = fc.record(
  {
    kind: fc.constantFrom(...KINDS),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);
const encode = (frames: { kind: Kind; payload: Buffer }[]) =>
  Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));

test('frames cut in two at any byte, or sent byte by byte, come out as they went in', () => {
  const frames = KINDS.map((kind, i) => ({ kind, payload: Buffer.alloc(i * 7, i) }));
  const stream = encode(frames);
  for (let cut = 0; cut <= stream.length; cut++) {
    assert.deepEqual(read([stream.subarray(0, cut), stream.subarray(cut)]), frames);
  }
  assert.deepEqual(read(Array.from(stream, (byte) => Buffer.from([byte]))), frames);
});

test('any frames in any pieces come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, marks) => {
      const stream = encode(frames);
      const cuts = [0, ...marks.map((mark) => mark % (stream.length + 1)).sort((a, b) => a - b), stream.length];
      const chunks = cuts.slice(1).map((cut, i) => stream.subarray(cuts[i], cut));
      assert.deepEqual(read(chunks), frames);
    }),
    { numRuns: 200 },
  );
});

test('the header is the kind, then the length with its greatest byte first', () => {
  assert.equal(encodeFrame(CONTROL, Buffer.from('{}')).toString('hex'), '01000000027b7d');
  assert.equal(encodeFrame(OUTPUT, Buffer.alloc(258)).toString('hex', 0, 5), '0200000102');
  assert.deepEqual([CONTROL, OUTPUT, INPUT, REDRAW], [1, 2, 3, 4]);
});

const isBadFrame = { name: 'SessionError', code: 'bad-frame' };
const header = (kind: number, length: number) => {
  const bytes = Buffer.alloc(5);
  bytes[0] = kind;
  bytes.writeUInt32BE(length, 1);
  return bytes;
};

test('the longest frame of each kind passes, one byte more is refused before any of it is kept', () => {
  for (const kind of KINDS) {
    const most = kind === CONTROL ? LARGEST_CONTROL : LARGEST_BYTES;
    assert.equal(read([header(kind, most), Buffer.alloc(most)])[0]?.payload.length, most);
    for (const length of [most + 1, 2 ** 31, 2 ** 32 - 1])
      assert.throws(() => read([header(kind, length)]), isBadFrame);
  }
});

test('an unknown kind is refused at its first byte', () => {
  for (let kind = 0; kind < 256; kind++) {
    if (!KINDS.includes(kind as Kind)) assert.throws(() => read([Buffer.from([kind])]), isBadFrame, String(kind));
  }
});

test('whole frames before a bad one are taken', () => {
  const taken: Kind[] = [];
  const take = frameReader((kind) => taken.push(kind));
  assert.throws(() => take(Buffer.concat([encodeFrame(INPUT, Buffer.from('x')), header(9, 1)])), isBadFrame);
  assert.deepEqual(taken, [INPUT]);
});

test('bytes of any length become frames that may pass, and the same bytes', () => {
  for (const length of [0, 1, LARGEST_BYTES - 1, LARGEST_BYTES, LARGEST_BYTES + 1, 3 * LARGEST_BYTES, 200_001]) {
    const bytes = Buffer.alloc(length).map((_, i) => i % 256) as Buffer;
    const frames = read([encodeBytes(OUTPUT, bytes)]);
    assert.ok(Buffer.concat(frames.map(({ payload }) => payload)).equals(bytes));
  }
});
