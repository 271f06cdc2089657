// A command as it is shown: Python and the shell read back what is printed, whatever the words are.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { isInteractiveShell, looksLikeShellLine, toPythonList, toShell } from '../../src/model/command.ts';

const hostile = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '\\',
      '\n',
      '\r',
      '\t',
      '\x1b',
      '\x7f',
      '\x85',
      '\xad',
      '\u2028',
      '$',
      '`',
      'é',
      '😀',
      'n',
    ),
  }),
);
const commands = (word: fc.Arbitrary<string>) => fc.sample(fc.array(word, { minLength: 1, maxLength: 5 }), 400);

const python = spawnSync('python3', ['-c', '']).status === 0;

test('a command is printed as Python would print it', () => {
  const cases: [string[], string][] = [
    [['/usr/local/sbin/myserver'], "['/usr/local/sbin/myserver']"],
    [['sh', '-c', "echo 'hi'"], `['sh', '-c', "echo 'hi'"]`],
    [["'", '"', `'"`], `["'", '"', '\\'"']`],
    [
      ['', 'a\\b', 'tab\t', 'nl\n', '\x1b[0m', '\x9b', '\ud800'],
      `['', 'a\\\\b', 'tab\\t', 'nl\\n', '\\x1b[0m', '\\x9b', '\\ud800']`,
    ],
    [['ünï', '😀'], "['ünï', '😀']"],
  ];
  for (const [argv, shown] of cases) assert.equal(toPythonList(argv), shown);
});

test('Python reads back every command from what is printed', { skip: python ? false : 'there is no python3' }, () => {
  const argvs = commands(hostile);
  const script = 'import ast, json, sys\nprint(json.dumps([ast.literal_eval(each) for each in json.load(sys.stdin)]))';
  const ran = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(argvs.map(toPythonList)),
    encoding: 'utf8',
    env: { ...process.env, PYTHONUTF8: '1' },
  });
  assert.equal(ran.stderr, '');
  assert.deepEqual(JSON.parse(ran.stdout), argvs);
});

test('nothing in what is printed is obeyed by a terminal', () => {
  for (const argv of commands(hostile)) assert.doesNotMatch(toPythonList(argv), /[\x00-\x1f\x7f-\x9f]/);
});

test('a shell reads back every command from what ls shows', () => {
  const argvs = commands(hostile.map((word) => word.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '?')));
  const script = argvs.map((argv) => `printf '%s\\0' ${toShell(argv)}\n`).join('');
  const ran = spawnSync('sh', { input: script, encoding: 'utf8' });
  assert.equal(ran.stderr, '');
  assert.deepEqual(ran.stdout.split('\0').slice(0, -1), argvs.flat());
  assert.equal(toShell(['sh', '-c', 'sleep 1; exit 3']), "sh -c 'sleep 1; exit 3'");
});

test('a known shell with no operand and no -c is interactive', () => {
  for (const line of ['bash', 'sh', '/bin/zsh', '-bash', 'bash -l', 'bash -li', 'fish --login', 'tcsh -f', 'ksh +x'])
    assert.equal(isInteractiveShell(line.split(' ')), true, line);
  for (const line of ['bash -c ls', 'bash -lc ls', 'sh script', 'bash -l script', 'python3', 'rbash', 'bash2', 'vim'])
    assert.equal(isInteractiveShell(line.split(' ')), false, line);
  assert.equal(isInteractiveShell([]), false);
});

test('a line for a shell typed as one word is told from a program', () => {
  for (const word of ['make && ./run', 'a|b', 'sleep 1', 'x>y', '$HOME/run', '(a)'])
    assert.ok(looksLikeShellLine(word), word);
  for (const word of ['make', './run', '/usr/bin/x', 'a-b_c.d+e', 'ünï']) assert.ok(!looksLikeShellLine(word), word);
});
