// What a person is told, word for word: by create when it cannot, by status, rm, resume and suspend, and about
// names, keys and values that are wrong.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { home } from '../support/home.ts';

describe('sentences', { concurrency: true }, () => {
  test('create says why a command cannot be run, and leaves no record', async (t) => {
    const h = home(t);
    const file = (name: string, text: string, mode: number) => {
      writeFileSync(join(h.work, name), text);
      chmodSync(join(h.work, name), mode);
    };
    file('plain', 'echo hello\n', 0o755);
    file('locked', '#!/bin/sh\n', 0o644);
    file('lost', '#!/opt/no/such/interpreter -x\n', 0o755);
    mkdirSync(join(h.work, 'folder'));
    const refused: [string[], string][] = [
      [['nosuchprogram'], "no program 'nosuchprogram'. Check the spelling, or give its path."],
      [['./missing', 'arg'], "no program './missing'. Check the spelling, or give its path."],
      [['make && ./run'], "no program 'make && ./run'. For a shell line: session create -- sh -c 'make && ./run'"],
      [['-C', '/no/such/place', 'sleep', '9'], "cannot run in directory '/no/such/place': no such file or directory."],
      [
        ['-C', join(h.work, 'plain'), 'sleep', '9'],
        `cannot run in directory '${join(h.work, 'plain')}': not a directory.`,
      ],
      [['./locked'], `cannot run './locked': permission denied. Mend: chmod +x ${join(h.work, 'locked')}`],
      [['./folder'], "cannot run './folder': is a directory."],
      [
        ['./plain', 'a b'],
        "cannot run './plain': a script without '#!' in its first line. With a shell: session create -- sh ./plain 'a b'",
      ],
      [['./lost'], "cannot run './lost': its interpreter '/opt/no/such/interpreter' does not exist."],
    ];
    for (const [args, sentence] of refused) await h.fails(1, `session: ${sentence}`, 'create', ...args);
    assert.deepEqual(await h.list(), []);

    const held = await h.run(['create', '-n', 'later', '-s', '/usr/local/sbin/not-yet-there']);
    assert.equal(held.code, 0, 'with -s it is only a note');
    assert.equal(held.stdout, "Session 'later' created and suspended.\n");
    assert.match(held.stderr, /^session: no program '\/usr\/local\/sbin\/not-yet-there'\..*\n$/);
    await h.fails(1, /^session: no program '\/usr\/local\/sbin\/not-yet-there'\./, 'resume', 'later');
    assert.equal((await h.view('later')).state, 'held');
  });

  test('create refuses a taken name, a bad name, a bad setting and a bad variable; nothing is made or started', async (t) => {
    const h = home(t);
    const usage: [string | RegExp, ...string[]][] = [
      [/^session: 'a b' cannot be a name\. A name has letters, digits and _ \. - \+, begins/, '-n', 'a b', 'true'],
      [/^session: '-x' cannot be a name\./, '--name=-x', 'true'],
      [/^session: '' cannot be a name\./, '-n', '', 'true'],
      [new RegExp(`^session: '${'n'.repeat(65)}' cannot be a name\\.`), '-n', 'n'.repeat(65), 'true'],
      ["session: no attribute 'restrat'. Did you mean 'restart'?", '--set', 'restrat=always', 'true'],
      [
        "session: 'sometimes' is no value for 'restart'. It takes always, on-failure, on-abnormal, never.",
        '--set',
        'restart=sometimes',
        'true',
      ],
      ["session: 'NOVALUE' is no variable. Write it as NAME=VALUE.", '-e', 'NOVALUE', 'true'],
      ["session: 'alone' sets nothing. Write it as KEY=VALUE.", '--set', 'alone', 'true'],
      ['session: --name needs a NAME. See session create --help.', '-n'],
    ];
    for (const [line, ...args] of usage) await h.fails(2, line, 'create', ...args);
    assert.deepEqual(await h.list(), []);

    await h.ok('create', '-n', 'backend', 'sleep', '1000');
    const { pid } = await h.view('backend');
    const taken = (state: string) =>
      `session: the name 'backend' is taken (${state}). Attach: session attach backend; or choose another with -n.`;
    await h.fails(1, taken(`running, PID ${pid}`), 'create', '-n', 'backend', 'true');
    await h.ok('stop', 'backend');
    await h.fails(1, taken('stopped'), 'create', '-n', 'backend', 'true');
  });

  test('names come from the command, each with the smallest free number', async (t) => {
    const h = home(t);
    const made = async (...args: string[]) => /^Session '(.*)' /.exec(await h.ok('create', '-s', ...args))?.[1];
    const numbered = h.script('python3', 'exec sleep 1000');
    assert.deepEqual(
      [await made('sleep', '9'), await made('/bin/sleep', '9'), await made('sleep', '9')],
      ['sleep', 'sleep2', 'sleep3'],
    );
    await h.ok('rm', 'sleep2');
    assert.equal(await made('sleep', '9'), 'sleep2');
    assert.deepEqual([await made(numbered), await made(numbered)], ['python3', 'python3-2']);
    assert.equal(await made(h.script('-.odd näme!', 'true')), 'odd-n-me-');
    assert.equal(await made(), 'sh', 'without a command, $SHELL');
    assert.equal(await h.ok('create', '-q', 'sleep', '1000'), '', 'no line about success with -q');
    assert.ok((await h.list()).some((each) => each.name === 'sleep4'));
  });

  test('rm, resume and suspend refuse in the README’s words', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'backend', 'sleep', '1000');
    const { pid } = await h.view('backend');
    const refusal = (state: string) =>
      `The session 'backend' is ${state} (PID ${pid}). Use \`session rm -f backend\` to stop and delete the session.`;
    await h.fails(1, refusal('running'), 'rm', 'backend');
    await h.ok('suspend', 'backend');
    await h.fails(1, refusal('suspended'), 'rm', 'backend');
    await h.ok('stop', 'backend');
    await h.fails(1, "session: 'backend' is stopped, not suspended. Use session start backend.", 'resume', 'backend');
    await h.fails(1, "session: 'backend' is stopped, not running. Use session start backend.", 'suspend', 'backend');
    assert.equal(await h.ok('rm', 'backend'), '');
    await h.ok('create', '-n', 'held', '-s', 'true');
    assert.equal(await h.ok('rm', 'held'), '');
    await h.fails(4, "session: no session 'held'. See session ls.", 'rm', 'held');
    await h.fails(4, "session: no session 'held'. See session ls.", 'rm', '-f', 'held');
  });

  test('a wrong verb, option or use gets the nearest right one, and starts nothing', async (t) => {
    const h = home(t);
    await h.fails(2, "session: no verb 'kill'. Did you mean 'stop'?", 'kill', 'x');
    await h.fails(2, "session: no verb 'stpo'. Did you mean 'stop'?", 'stpo', 'x');
    await h.fails(2, "session: no verb 'creat'. Did you mean 'create'?", 'creat');
    await h.fails(2, "session: no option '--jsn'. Did you mean '--json'?", 'ls', '--jsn');
    await h.fails(2, 'session: stop needs a NAME. Usage: session stop NAME…', 'stop');
    await h.fails(2, "session: rename takes no 'c'. Usage: session rename OLD NEW", 'rename', 'a', 'b', 'c');
    const ran = await h.run(['--version']);
    assert.match(ran.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal((await h.run(['stop', '--help'])).code, 0);
  });
});
