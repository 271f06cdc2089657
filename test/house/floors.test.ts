// The house's floors: imports only go down, and each dependency has one door.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/home.ts';

/** Folder -> folders it may import. `a/b.ts` allows that file alone. */
const FLOORS: Record<string, string[]> = {
  base: [],
  model: ['base'],
  store: ['base', 'model'],
  protocol: ['base', 'model'],
  terminal: ['base', 'model'],
  system: ['base', 'model'],
  keeper: ['base', 'system'],
  supervisor: ['base', 'model', 'store', 'protocol', 'terminal', 'system', 'keeper/wire.ts'],
  client: ['base', 'model', 'protocol', 'system'],
  install: ['base'],
  cli: ['base', 'model', 'client', 'install', 'protocol/messages.ts'],
  start: [],
};

/** Files that may import what their floor may not. */
const EXCEPTIONS: Record<string, string[]> = {
  'client/offline.ts': ['store'],
  'client/settings.ts': ['store'],
  'client/kept-output.ts': ['store'],
  'cli/commands/supervise.ts': ['keeper/main.ts'],
};

/** Package -> the one file (or folder) that may import it. */
const DOORS: Record<string, string> = {
  'node-pty': 'keeper/pty.ts',
  koffi: 'system/libc.ts',
  'proper-lockfile': 'client/launch.ts',
  '@xterm/headless': 'terminal/emulator.ts',
  commander: 'cli/program.ts',
  'cron-parser': 'model/schedule.ts',
  execa: 'cli/elevate.ts',
  'smol-toml': 'store/configuration.ts',
  chalk: 'cli/colour.ts',
  'string-width': 'cli/columns.ts',
  'fastest-levenshtein': 'model/nearest.ts',
  'get-east-asian-width': 'terminal/widths.ts',
};

const SCHEMA_DOORS = ['model/record-schema.ts', 'protocol/schemas.ts'];

const SRC = join(ROOT, 'src');
const files = (readdirSync(SRC, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));

const importsOf = (file: string) => {
  // A type of the emulator's is no dependency: it is gone before anything runs.
  const text = readFileSync(join(SRC, file), 'utf8').replace(/import type [^;]* from '@xterm[^;]*;/g, '');
  const found = text.matchAll(/(?:from|import|import\(|require\(|typeof import\()\s*'([^']+)'/g);
  return [...found].map((match) => match[1] as string);
};

test('every import goes down', () => {
  let looked = 0;
  const wrong: string[] = [];
  for (const file of files) {
    const floor = file.split('/')[0] as string;
    assert.ok(FLOORS[floor], `${file} lies on a floor of the table`);
    const allowed = [...FLOORS[floor], ...(EXCEPTIONS[file] ?? [])];
    for (const each of importsOf(file)) {
      if (!each.startsWith('.') || each.endsWith('.cjs')) continue;
      looked++;
      const target = normalize(join(dirname(file), each));
      const isBelow = allowed.some((one) => target === one || target.startsWith(`${one}/`));
      if (!target.startsWith(`${floor}/`) && !isBelow) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(looked > 100, `${looked} imports were looked at`);
});

test('every dependency has one door', () => {
  const wrong: string[] = [];
  for (const file of files) {
    for (const each of importsOf(file)) {
      if (each.startsWith('.') || each.startsWith('node:')) continue;
      const name = each.startsWith('@') ? each.split('/').slice(0, 2).join('/') : (each.split('/')[0] as string);
      const isDoor = name === 'valibot' ? SCHEMA_DOORS.includes(file) : DOORS[name] === file;
      if (!isDoor) wrong.push(`${file} imports ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('only base and the mains read the environment or end the process', () => {
  const mains = ['cli/main.ts', 'keeper/main.ts', 'supervisor/main.ts', 'base/paths.ts', 'base/aside.ts'];
  const wrong = files.filter((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    return !mains.includes(file) && /\bprocess\.(env|exit)\b/.test(text);
  });
  assert.deepEqual(wrong, []);
});

test('no file is longer than 250 lines, and each opens by saying what it is for', () => {
  const wrong = files.filter((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    const isVerb = file.startsWith('cli/commands/') && /summary: '/.test(text);
    return text.split('\n').length > 251 || !(text.startsWith('// ') || isVerb);
  });
  assert.deepEqual(wrong, []);
});

test('no folder or file is called utils, helpers, common, misc or manager', () => {
  assert.deepEqual(
    files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager)(\/|\.ts$)/.test(file)),
    [],
  );
});
