// Whatever a command, directory, description, variable or wrong name holds: a terminal that shows it obeys nothing of
// it, and --json has it as it is.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { home } from '../support/home.ts';
import { casesOf } from '../support/mutations.ts';
import { person } from '../support/person.ts';

const HOSTILE = [
  ...['\x1b[2J\x1b[H', '\x1b]0;owned\x07', '\x1b]52;c;b3duZWQ=\x07', '\x1bP$q"p\x1b\\', '\x1bc'],
  ...['\x9b31m', '\x9d0;owned\x9c', '\r', '\n', '\x08\x08', '\x07', '\x0e', '\x7f', '\u0085', '\u202etxt', '\u2066x'],
];
/** What a terminal would obey, or read in another order. A newline ends a line and stands nowhere else. */
const OBEYED = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test('what is listed is inert on a terminal, and as it is in --json', async (t) => {
  const h = home(t);
  const word = HOSTILE.join('|');
  const directory = join(h.work, word.replaceAll('/', '_'));
  mkdirSync(directory);
  const env = ['-e', `HOSTILE=${word}`, '-e', `${word.replaceAll('=', '')}=x`];
  await h.ok(
    'create',
    '-n',
    'runs',
    '-C',
    directory,
    '--set',
    'description=\u202etxt \u2066',
    ...env,
    '--',
    'sh',
    '-c',
    'exec sleep 1000',
    word,
  );
  await h.ok('create', '-n', 'held', '-s', '-C', directory, '--', 'sleep', word);
  await h.run([
    'create',
    '-n',
    'fails',
    '--set',
    'restart=never',
    '--',
    'sh',
    '-c',
    'printf %s "$1"; exit 3',
    'sh',
    word,
  ]);
  await h.until('fails', 'has ended', ({ live }) => !live);
  let shown = 0;
  const shows = async (...args: string[]) => {
    const { stdout, stderr } = await h.run(args);
    for (const line of (stdout + stderr).split('\n'))
      assert.equal(OBEYED.exec(line)?.[0], undefined, `${args}: ${JSON.stringify(line)}`);
    shown++;
    return { stdout, stderr };
  };
  const listed = [
    ['ls'],
    ['ls', '-l'],
    ['status'],
    ['ls', '-q'],
    ['doctor'],
    ['logs', 'fails'],
    ['logs', '--timestamps', 'fails'],
  ];
  for (const args of listed) await shows(...args);
  assert.equal((await shows('ls')).stdout.split('\n').length, 5, 'a line each, and the head');
  for (const key of [
    [],
    ['--all'],
    ['--all', '--show-env'],
    ['--show-env'],
    ['command'],
    ['directory'],
    ['description'],
    ['environment', '--show-env'],
  ])
    for (const name of ['runs', 'held', 'fails']) await shows('get', name, ...key);

  for (const each of casesOf(0, 1) === 1 ? [...HOSTILE, word] : [word]) {
    const wrong = [
      ...[
        ['status', each],
        ['start', each],
        ['attach', each],
        ['rm', '-f', each],
        ['logs', each],
        ['get', 'runs', each],
      ],
      ...[
        ['set', 'runs', each, 'x'],
        ['set', 'runs', each, 'x', 'y'],
        ['set', 'runs', 'restart', each],
        ['unset', 'runs', each],
      ],
      ...[
        ['rename', 'runs', each],
        ['create', '-n', each, 'sleep', '1'],
        ['create', '-C', `/${each}`, 'sleep', '1'],
      ],
      ...[
        ['create', '--', `/nonexistent/${each}`],
        ['create', '--', each],
        ['create', '-e', each, 'sleep', '1'],
        ['create', '--set', each, 'true'],
      ],
      ...[
        ['logs', '--since', each, 'runs'],
        ['logs', '-n', each, 'runs'],
        [each],
        [`--${each}`],
        ['config', each],
        ['completion', each],
      ],
      ...[
        ['shutdown', '--within', each],
        ['--config-file', each, 'ls'],
        ['--config-option', each, 'ls'],
        ['boot', each],
      ],
    ];
    for (const args of wrong) {
      const { stderr } = await shows(...args);
      // A line for a shell is given back to be typed, with its newlines.
      const one = args.includes('--') ? /^(session: [\s\S]*\n)?$/ : /^(session: .*\n)?$/;
      assert.match(stderr, one, `one line: ${JSON.stringify([args, stderr])}`);
    }
  }

  const views = JSON.parse((await h.run(['ls', '--json'])).stdout);
  const runs = views.find(({ name }: { name: string }) => name === 'runs');
  assert.deepEqual([runs.argv.at(-1), runs.directory, runs.description], [word, directory, '\u202etxt \u2066']);
  const got = JSON.parse((await h.run(['get', 'runs', '--show-env', '--json'])).stdout);
  assert.ok(got.environment.includes(`HOSTILE=${word}`));

  const someone = person(h, ['attach', 'held']);
  await someone.receives(/Press Enter/);
  assert.ok(
    !HOSTILE.some(
      (each) =>
        OBEYED.test(each) &&
        each !== '\r' &&
        each !== '\x07' &&
        each !== '\x1b[2J\x1b[H' &&
        someone.received().includes(each),
    ),
  );
  someone.types('q');
  await someone.ended;
  t.diagnostic(`counted ${shown} commands`);
});
