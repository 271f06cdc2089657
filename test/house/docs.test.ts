// The documents are true: examples are run, tables are printed out of the code. UPDATE_DOCS=1 writes the
// printed ones anew.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadVerbs } from '../../src/cli/commands/index.ts';
import { ATTRIBUTE_KEYS, ATTRIBUTES, formatAttribute } from '../../src/model/attributes.ts';
import { home, ROOT, runProgram } from '../support/home.ts';
import { lifecycleDocument } from '../support/lifecycle-doc.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

function isPrinted(file: string, text: string): void {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(join(ROOT, file), text);
  assert.equal(read(file), text, `${file} is as the code has it (UPDATE_DOCS=1 npm test prints it anew)`);
}

/** PIDs and ages differ from run to run, and so does what is padded to their width. */
const masked = (text: string) => text.replace(/\b\d+(?=s\b)|\b\d{3,7}\b/g, 'N').replace(/ +/g, ' ');

test('what README.md shows in its transcript is what happens', async (t) => {
  const h = home(t);
  const block = /```console\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
  const parts = block.split(/^\$ /m).slice(1);
  assert.ok(parts.length > 8, 'the transcript was found');
  for (const part of parts) {
    const [line, ...shown] = part.split('\n') as [string, ...string[]];
    const ran = await runProgram('sh', ['-c', `${line} 2>&1`], {
      cwd: h.work,
      env: { ...h.env, PATH: `${ROOT}/bin:${h.env.PATH}` },
    });
    assert.equal(masked(ran.stdout), masked(shown.join('\n')), `$ ${line}`);
  }
});

test('docs/lifecycle.md is the table', () => isPrinted('docs/lifecycle.md', lifecycleDocument()));

test('docs/session.md lists every attribute with its default', () => {
  const rows = ATTRIBUTE_KEYS.map((key) => {
    const row = ATTRIBUTES[key];
    const usual = typeof row.default === 'object' ? row.default.from : formatAttribute(key, row.default);
    return `| \`${key}\` | ${row.takes} | ${usual} | ${row.doc} | ${row.effect} |`;
  });
  const table = ['| attribute | takes | default | | takes effect |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
  const text = read('docs/session.md').replace(/(<!-- attributes:.*-->\n)[\s\S]*?(<!-- end -->)/, `$1${table}\n$2`);
  isPrinted('docs/session.md', text);
});

const NO_MAN = spawnSync('man', ['--version']).status === 0 ? false : 'no man';

test('docs/session.1 tells of every verb, alias and option, and man can read it', { skip: NO_MAN }, async (t) => {
  const h = home(t);
  const page = read('docs/session.1').replaceAll('\\-', '-').replaceAll('\\(aq', "'");
  for (const { name, aliases = [], options } of await loadVerbs()) {
    assert.match(page, new RegExp(`^\\.B session ${name}`, 'm'), `the manual page has ${name}`);
    for (const alias of aliases) assert.match(page, new RegExp(`\\b${alias}\\b`), `and its alias ${alias}`);
    for (const { long } of options) assert.ok(page.includes(`--${long}`), `and ${name} --${long}`);
  }
  const groff = await runProgram('sh', ['-c', `man -l --warnings ${ROOT}/docs/session.1 2>&1 >/dev/null`], {
    env: { ...h.env, MANPAGER: 'cat' },
  });
  assert.equal(groff.stdout, '');
});

test('every file that the documents name is there, and every folder of src is in architecture.md', () => {
  const text = read('docs/architecture.md');
  for (const document of readdirSync(join(ROOT, 'docs')).filter((each) => each.endsWith('.md'))) {
    const named = [...read(`docs/${document}`).matchAll(/`((?:src|bin|test)\/[\w./-]+)`/g)];
    assert.deepEqual(
      named.map((match) => match[1] as string).filter((each) => !existsSync(join(ROOT, each))),
      [],
      document,
    );
  }
  const folders = readdirSync(join(ROOT, 'src'));
  assert.deepEqual(
    folders.filter((each) => !text.includes(`\`${each}\``)),
    [],
  );
});
