// What V8 had made of the bundles when they were built is taken at each start; and where it cannot be, everything works.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { compiledFile, wrapped } from '../../src/start/wrapped.ts';
import { scratch } from '../support/disk.ts';
import { home, ROOT, runProgram } from '../support/home.ts';
import { copyProgram } from '../support/machine.ts';

test('this Node takes what was compiled for it, for every bundle', (t) => {
  const code = join(ROOT, 'dist/code');
  const bundles = readdirSync(code).filter((file) => file.endsWith('.cjs'));
  for (const name of bundles) {
    const file = join(code, name);
    const script = new Script(wrapped(readFileSync(file, 'utf8')), {
      filename: file,
      cachedData: readFileSync(compiledFile(file)),
    });
    assert.equal(script.cachedDataRejected, false, name);
  }
  assert.ok(bundles.length > 10);
  t.diagnostic(`counted ${bundles.length} bundles`);
});

test('without it, or where it is cut or nonsense, the same happens', async (t) => {
  const h = home(t);
  const at = join(scratch(t), 'installed');
  mkdirSync(at);
  const bin = copyProgram(at);
  const code = join(at, 'dist/code');
  const compiled = readdirSync(code).filter((file) => file.endsWith('.v8'));
  assert.ok(compiled.length > 10);
  const spoilt: ((file: string) => void)[] = [
    (file) => truncateSync(file, 1000),
    (file) => writeFileSync(file, 'nonsense'),
    (file) => truncateSync(file, 0),
    (file) => unlinkSync(file),
  ];
  for (const [i, spoil] of spoilt.entries()) {
    for (const each of compiled) spoil(join(code, each));
    const by = (...args: string[]) => runProgram(bin, args, { cwd: h.work, env: h.env });
    const { code: status, stderr } = await by('create', '-n', `s${i}`, 'sleep', '1000');
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.equal((await by('shutdown')).code, 0);
  }
});
