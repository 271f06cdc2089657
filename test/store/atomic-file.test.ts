// A file that is replaced is the old one or the new one, whole, wherever its writer is killed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeDurably, writeAtomically } from '../../src/store/atomic-file.ts';
import { NOT_ROOT, scratch, smallDisk } from '../support/disk.ts';
import { FIXTURES } from '../support/home.ts';

const WRITER = join(FIXTURES, 'dies-while-writing.cjs');
const write = (path: string, text: string, dieBefore: number) =>
  spawnSync(process.execPath, [WRITER, path, text, String(dieBefore)], { encoding: 'utf8' });

const OLD = `old ${'o'.repeat(300)}`;
const NEW = `new ${'n'.repeat(250)}`;

test('a writer killed before any of its steps leaves the old file or the new one, and the next writer goes on', (t) => {
  const directory = scratch(t);
  const path = join(directory, 'file.json');
  writeAtomically(path, OLD);
  let kills = 0;
  for (let step = 0; ; step++) {
    writeFileSync(path, OLD);
    const { signal, stdout } = write(path, NEW, step);
    if (signal === null) {
      const steps = stdout.trim().split(' ');
      assert.equal(kills, steps.length, 'it was killed before each of its steps');
      break;
    }
    assert.equal(signal, 'SIGKILL');
    kills++;
    const text = readFileSync(path, 'utf8');
    assert.ok(text === OLD || text === NEW, `step ${step} left ${text}`);
    writeAtomically(path, 'the next');
    assert.equal(readFileSync(path, 'utf8'), 'the next');
    assert.deepEqual(readdirSync(directory), ['file.json'], 'nothing half-written stays');
  }
  assert.equal(lstatSync(path).mode & 0o777, 0o600);
});

test('the bytes are on the disk before the file gets its name, and the name before the writer goes on', (t) => {
  const { stdout } = write(join(scratch(t), 'file'), NEW, -1);
  assert.equal(stdout, 'open write write write fsync close rename open fsync close\n');
});

test('a file that cannot be replaced stays, without a trace of the attempt', (t) => {
  const directory = scratch(t);
  mkdirSync(join(directory, 'file'));
  assert.throws(() => writeAtomically(join(directory, 'file'), NEW), { code: 'EISDIR' });
  assert.deepEqual(readdirSync(directory), ['file']);
});

test('a full disk leaves the old file and no half-written one', { skip: NOT_ROOT }, (t) => {
  const disk = smallDisk(t, 64);
  const directory = disk.path;
  const path = join(directory, 'file');
  writeAtomically(path, OLD);
  disk.fill();
  assert.throws(() => writeAtomically(path, NEW.repeat(100)), { code: 'ENOSPC' });
  assert.equal(readFileSync(path, 'utf8'), OLD);
  assert.deepEqual(readdirSync(directory).sort(), ['.ballast', 'file']);
  disk.free();
  writeAtomically(path, NEW);
  assert.equal(readFileSync(path, 'utf8'), NEW);
});

test('what is removed is gone, and what is gone is removed', (t) => {
  const directory = scratch(t);
  writeAtomically(join(directory, 'file'), OLD);
  removeDurably(join(directory, 'file'));
  removeDurably(join(directory, 'file'));
  assert.deepEqual(readdirSync(directory), []);
});
