// Completion: what the shells are told could come next.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { BIN, home } from '../support/home.ts';

describe('completion', { concurrency: true }, () => {
  test('knows verbs, options, sessions, attributes and their values', async (t) => {
    const h = home(t);
    for (const name of ['web', 'worker', 'db']) await h.ok('create', '-n', name, '-s', 'cat');
    const next = async (...words: string[]) =>
      (await h.ok('completion', 'words', 'session', ...words)).split('\n').slice(0, -1);
    assert.deepEqual(await next('st'), ['status', 'stop', 'start']);
    assert.deepEqual(await next('stop', 'w'), ['web', 'worker']);
    assert.deepEqual(await next('stop', 'web', 'w'), ['worker']);
    assert.deepEqual(await next('attach', 'web', ''), []);
    assert.deepEqual(await next('rename', ''), ['db', 'web', 'worker']);
    assert.deepEqual(await next('--quiet', 'rm', '-f', 'd'), ['db']);
    assert.deepEqual(await next('set', 'web', 'restart-l'), ['restart-limit']);
    assert.deepEqual(await next('set', 'web', 'restart', ''), ['always', 'on-failure', 'on-abnormal', 'never']);
    assert.deepEqual(await next('set', 'web', 'log', ''), ['yes', 'no']);
    assert.deepEqual(await next('create', '--set', 'stop-'), ['stop-signal=', 'stop-timeout=']);
    assert.deepEqual(await next('boot', ''), ['install', 'uninstall', 'status', 'test']);
    assert.deepEqual(await next('boot', '--m'), ['--method']);
    assert.deepEqual(await next('config', 'de'), ['detach-key']);
    assert.ok((await next('--')).includes('--global'));
    assert.deepEqual(await next('nothing-such', ''), []);
  });

  test('is loaded by bash, and completes there; other shells get theirs, an unknown one a line', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'web', '-s', 'cat');
    const lines = [
      'eval "$(session completion bash)"',
      'compopt() { :; }',
      'COMP_WORDS=(session resume w); COMP_CWORD=2; _session; echo $COMPREPLY',
      'complete -p session',
    ];
    const env = { ...h.env, PATH: `${dirname(BIN)}:${h.env.PATH}` };
    const ran = spawnSync('bash', ['--norc', '-c', lines.join('\n')], { encoding: 'utf8', env });
    assert.equal(ran.stdout, 'web\ncomplete -o default -F _session session\n');
    assert.match(await h.ok('completion', 'zsh'), /^compdef _session session$/m);
    assert.match(await h.ok('completion', 'fish'), /^complete -c session /);
    await h.fails(2, "session: no completion for 'tcsh'. There are: bash zsh fish.", 'completion', 'tcsh');
    await h.fails(2, "session: 'x' is one word too many. See: session completion --help", 'completion', 'bash', 'x');
    await h.fails(2, 'session: completion needs a shell. There are: bash zsh fish.', 'completion');
  });
});
