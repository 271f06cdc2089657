// Completion: what the shells are told could come next.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { testUser } from '../support/account.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { BIN, home } from '../support/home.ts';
import { readableCopy, UNTOUCHED } from '../support/machine.ts';
import { personWith } from '../support/person.ts';

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
    assert.deepEqual(await next('create', '--set', 'restart=on-'), ['restart=on-failure', 'restart=on-abnormal']);
    assert.deepEqual(await next('create', '--set', 'restart', '=', 'on-'), ['on-failure', 'on-abnormal']); // as bash cuts
    assert.deepEqual(await next('create', '--set', 'log', '='), ['yes', 'no']);
    assert.deepEqual(await next('create', '--set', 'description='), []);
    assert.deepEqual(await next('create', '--set=lo'), ['--set=log=', '--set=log-limit=']);
    assert.deepEqual(await next('boot', 'install', '--method', '=', 'cr'), ['crontab']);
    assert.deepEqual(await next('set', 'web', 'schedule-zone', 'Europe/Berl'), ['Europe/Berlin']);
    assert.deepEqual(await next('set', 'web', 'size-policy', ''), ['latest', 'smallest']);
    for (const words of [['-C'], ['--directory']])
      assert.deepEqual(await next('create', ...words, ''), [':directories']);
    assert.deepEqual(await next('create', '--directory=w'), [':directories']);
    assert.deepEqual(await next('ls', '--config-file', ''), [':files']);
    assert.deepEqual(await next('boot', ''), ['install', 'uninstall', 'status', 'test']);
    assert.deepEqual(await next('boot', '--m'), ['--method']);
    assert.deepEqual(await next('config', 'de'), ['detach-key']);
    assert.ok((await next('--')).includes('--global'));
    assert.deepEqual(await next('nothing-such', ''), []);
  });

  test('is completed by a real bash at a Tab: values behind =, and directories behind -C', async (t) => {
    const h = home(t);
    mkdirSync(join(h.work, 'some where'));
    writeFileSync(join(h.work, 'some-file'), '');
    const env = { PATH: `${dirname(BIN)}:${h.env.PATH}`, PS1: '> ', HISTFILE: '' };
    const who = personWith(h, '/bin/bash', ['bash', '--norc', '--noprofile'], env);
    await who.sees(/^>/m);
    who.types('eval "$(session completion bash)"\n');
    // What is typed is completed, then shown by the function in the place of the command.
    who.types(
      'session() { if [ "$1" = completion ]; then command session "$@"; else printf "<%s>" "$@"; echo; fi; }\n',
    );
    who.types('session create --set restart=alw\t\n');
    await who.sees(/^<create><--set><restart=always>/m);
    who.types('session create -C so\tx\n');
    await who.sees(/^<create><-C><some where\/x>/m);
    who.types('exit\n');
    await who.ended;
  });

  test('directories are completed by bash as they are called, whatever a pattern would make of it', (t) => {
    const h = home(t);
    for (const name of ['*x', 'ax', 'b c', '[ab]x']) mkdirSync(join(h.work, name));
    const lines = [
      'eval "$(session completion bash)"',
      'compopt() { :; }',
      'COMP_WORDS=(session create -C ""); COMP_CWORD=3; _session; declare -p COMPREPLY',
    ];
    const env = { ...h.env, PATH: `${dirname(BIN)}:${h.env.PATH}` };
    const ran = spawnSync('bash', ['--norc', '-c', lines.join('\n')], { encoding: 'utf8', env, cwd: h.work });
    const found = [...ran.stdout.matchAll(/\[\d\]="(.*?)"/g)].map(([, name]) => name);
    assert.deepEqual(found.sort(), ['*x', '[ab]x', 'ax', 'b c']);
  });

  test(
    '-g asks for no password at a Tab, and says nothing where it may not',
    { skip: NOT_ROOT || UNTOUCHED },
    async (t) => {
      const session = readableCopy(t);
      const user = testUser(t);
      const line = [session, 'completion', 'words', 'session', '-g', 'attach', ''];
      assert.deepEqual(await user.runs(line), { code: 0, signal: null, stdout: '', stderr: '' });
      const h = home(t);
      user.maySudo(session, 'PASSWD');
      const asked = personWith(h, '/usr/sbin/runuser', ['runuser', ...user.login(line).slice(1)]);
      assert.deepEqual(await asked.ended, { code: 0 });
      assert.equal(asked.received(), '');
    },
  );

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
    assert.match(await h.ok('completion', 'fish'), /^complete -c session /m);
    await h.fails(2, "session: no completion for 'tcsh'. There are: bash zsh fish.", 'completion', 'tcsh');
    await h.fails(2, "session: 'x' is one word too many. See: session completion --help", 'completion', 'bash', 'x');
    await h.fails(2, 'session: completion needs a shell. There are: bash zsh fish.', 'completion');
  });
});
