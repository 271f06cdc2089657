// Kept output on a disk that fails: what cannot be written is a gap, never a wrong byte or a wrong offset, and
// keeping goes on by itself when there is room.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Output } from '../../src/store/output.ts';
import { listSegments, readRange } from '../../src/store/segments.ts';
import { NOT_ROOT, scratch, smallDisk } from '../support/disk.ts';
import { FIXTURES } from '../support/home.ts';

const LIMIT = 1024 * 1024;
const ALL = Buffer.alloc(2 * LIMIT);
for (let at = 0; at + 4 <= ALL.length; at += 4) ALL.writeUInt32BE(at, at);

/** Appends the next bytes of ALL; a second passes each time. */
function appender(output: Output) {
  let now = 1_700_000_000_000;
  return (length: number, later = 1000) => {
    now += later;
    output.append(ALL.subarray(output.end, output.end + length), now);
  };
}

const isSame = (bytes: Buffer, from: number) => bytes.equals(ALL.subarray(from, from + bytes.length));

test('a full disk makes a gap; what came before and what comes after is at its offset', { skip: NOT_ROOT }, (t) => {
  const disk = smallDisk(t, 512);
  const directory = join(disk.path, 'logs');
  const output = new Output(directory, LIMIT, true);
  const append = appender(output);
  append(10_000);
  for (let round = 0; round < 3; round++) {
    const before = output.end;
    disk.fill();
    for (let i = 0; i < 20; i++) append(3000, 100);
    const { from, bytes } = output.since(output.end - 3000);
    assert.equal(from, output.end - 3000, 'a client that comes back now is given what it missed');
    assert.ok(isSame(bytes, from));
    disk.free();
    const resumed = output.end;
    append(5000, 1001);
    append(5000, 0);
    for (const piece of readRange(directory, 0, output.end)) {
      assert.ok(isSame(piece.bytes, piece.offset), `the bytes at ${piece.offset} are those that came there`);
      const written = piece.offset + piece.bytes.length;
      assert.ok(written <= before + 9000 || piece.offset >= resumed || round > 0, 'the gap is where the disk was full');
    }
    assert.deepEqual(output.since(resumed), { from: resumed, bytes: ALL.subarray(resumed, output.end) });
    assert.equal(output.since(0).from, resumed, 'what lies behind a gap is not passed off as what lies before it');
  }
  output.close();
  assert.equal(new Output(directory, LIMIT, true).end, output.end);
});

test('bytes of an earlier gap are not given for those of a later one', (t) => {
  const directory = join(scratch(t), 'logs');
  const output = new Output(directory, LIMIT, true);
  const append = appender(output);
  const breakDisk = () => {
    output.configure(LIMIT + output.end, true); // the next byte opens the newest file anew
    rmSync(directory, { recursive: true, force: true });
    writeFileSync(directory, 'in the way');
  };
  append(1000);
  for (let round = 0; round < 3; round++) {
    breakDisk();
    append(1000);
    rmSync(directory);
    mkdirSync(directory);
    append(1000);
    breakDisk();
    append(500);
    const { from, bytes } = output.since(0);
    assert.ok(isSame(bytes, from), `the bytes from ${from} on are those that came there`);
    assert.equal(from + bytes.length, output.end);
    rmSync(directory);
    append(1000);
  }
  output.close();
});

test('what the disk has and what memory has are joined while the disk is full', { skip: NOT_ROOT }, (t) => {
  const disk = smallDisk(t, 256);
  const output = new Output(join(disk.path, 'logs'), LIMIT, true);
  const append = appender(output);
  for (let i = 0; i < 5; i++) append(10_000);
  disk.fill();
  for (let i = 0; i < 5; i++) append(1000, 10);
  const { from, bytes } = output.since(0);
  assert.equal(from, 0, 'a redraw is still made of the whole output');
  assert.ok(isSame(bytes, 0) && bytes.length === output.end);
  output.close();
});

test('a directory that is swept away is made again, and keeping goes on in it', (t) => {
  const directory = join(scratch(t), 'logs');
  const output = new Output(directory, LIMIT, true);
  const append = appender(output);
  append(1000);
  rmSync(directory, { recursive: true });
  for (let i = 0; i < 400; i++) append(1000);
  assert.ok(existsSync(directory));
  for (const { offset, bytes } of readRange(directory, 0, output.end)) assert.ok(isSame(bytes, offset));
  assert.equal(output.end, 401_000);
  output.close();
});

test('files of other names among the kept output are neither read nor removed', (t) => {
  const directory = join(scratch(t), 'logs');
  mkdirSync(directory, { mode: 0o700 });
  for (const name of ['note', '12.out', '00000000000000001.out', 'x.times']) writeFileSync(join(directory, name), name);
  const output = new Output(directory, 64 * 1024, true);
  assert.equal(output.end, 0);
  const append = appender(output);
  for (let i = 0; i < 300; i++) append(1000);
  for (const name of ['note', '12.out', '00000000000000001.out', 'x.times'])
    assert.ok(readdirSync(directory).includes(name), `${name} stays`);
  output.close();
});

test('a writer killed at any moment leaves only bytes that came, and its successor goes on behind them', async (t) => {
  const directory = join(scratch(t), 'logs');
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [join(FIXTURES, 'keeps-output.cjs'), directory]);
    const said = once(child.stdout, 'data');
    await said;
    child.kill('SIGKILL');
    await once(child, 'close');
    const end = listSegments(directory).at(-1)?.end as number;
    assert.ok(end > 0);
    const pieces = [...readRange(directory, 0, end)];
    for (let i = 1; i < pieces.length; i++) {
      const before = pieces[i - 1] as (typeof pieces)[number];
      assert.equal(pieces[i]?.offset, before.offset + before.bytes.length, 'no byte is missing in between');
    }
    for (const { offset, bytes } of pieces) {
      for (let i = 0; i < bytes.length; i++) assert.equal(bytes[i], (offset + i) % 251);
    }
  }
  chmodSync(directory, 0o700);
});
