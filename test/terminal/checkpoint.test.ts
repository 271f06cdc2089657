// The form in which a screen is kept: what was written is read again, and what is torn is not believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, pack, unpack } from '../../src/terminal/checkpoint.ts';
import { writeSnapshot } from '../../src/terminal/snapshot.ts';
import { newTracked } from '../../src/terminal/tracked.ts';
import { chance } from '../support/stream-words.ts';
import { wildStream } from '../support/wild-streams.ts';

function checkpointOf(seed: number): Checkpoint & { text: string } {
  const size = { columns: 30, rows: 8 };
  const tracked = newTracked(size, 100, () => {});
  tracked.parse(wildStream(seed, size.columns, size.rows));
  const text = writeSnapshot(tracked, 'nothing', Number.POSITIVE_INFINITY);
  const inside = chance(seed).of(['nothing', 'escape', 'csi', 'osc', 'dcs', 'string'] as const);
  return { offset: seed * 1e9, size, scrolled: seed, inside, unfinished: '\x1b[3\xe2', packed: pack(text), text };
}

test('a checkpoint that was kept is read again as it was', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { text, ...checkpoint } = checkpointOf(seed);
    const decoded = decodeCheckpoint(encodeCheckpoint(checkpoint));
    assert.deepEqual(decoded, checkpoint);
    assert.equal(unpack(decoded as Checkpoint).toString(), text);
  }
});

test('a checkpoint torn at any byte is none', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { text: _, ...checkpoint } = checkpointOf(seed);
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(decodeCheckpoint(bytes.subarray(0, length)), undefined, `${length} of ${bytes.length} bytes`);
    }
  }
});

test('a checkpoint with a byte changed in what is packed is none', () => {
  const { text: _, ...checkpoint } = checkpointOf(3);
  const bytes = encodeCheckpoint(checkpoint);
  for (let at = bytes.indexOf(10) + 1; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] as number) ^ 0x10;
    const decoded = decodeCheckpoint(changed);
    // A bit of the header that says how hard it was packed changes nothing.
    if (decoded !== undefined) assert.deepEqual(unpack(decoded), unpack(checkpoint), `byte ${at}`);
  }
});

test('a checkpoint of another version, or with impossible numbers, is none', () => {
  const { text: _, packed, ...rest } = checkpointOf(1);
  const written = (head: object) => Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), packed]);
  assert.ok(decodeCheckpoint(written({ version: 1, ...rest })));
  for (const head of [
    { version: 0, ...rest },
    { version: 2, ...rest },
    { ...rest },
    { version: 1, ...rest, offset: -1 },
    { version: 1, ...rest, offset: 1.5 },
    { version: 1, ...rest, scrolled: '7' },
    { version: 1, ...rest, unfinished: 7 },
    { version: 1, ...rest, size: { columns: 80 } },
    { version: 1, ...rest, size: undefined },
    { version: 1, ...rest, size: { columns: 0, rows: 0 } },
    { version: 1, ...rest, inside: 'a whale' },
  ]) {
    assert.equal(decodeCheckpoint(written(head)), undefined, JSON.stringify(head));
  }
  assert.equal(decodeCheckpoint(Buffer.alloc(0)), undefined);
  assert.equal(decodeCheckpoint(Buffer.from('\n\n\n')), undefined);
});
