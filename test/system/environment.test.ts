// The environment of a session: its creator's, less what belonged to the terminal, plus what it is given.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { environmentOf as environmentAtStart } from '../../src/system/process-table.ts';
import { type Home, home } from '../support/home.ts';

/** What a new session's process is started with, when `session create` is run with `env`. */
async function environmentOf(h: Home, name: string, args: string[], env: Record<string, string>) {
  const ran = await h.run(['create', '-n', name, ...args, 'sleep', '1000'], { env });
  assert.equal(ran.stderr, '');
  return ofRun(h, name);
}

/** What its process was started with, as the kernel keeps it. */
async function ofRun(h: Home, name: string): Promise<Record<string, string>> {
  const { pid } = await h.view(name);
  const pairs = (environmentAtStart(pid as number) ?? []).filter((each) => each !== '');
  return Object.fromEntries(pairs.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]));
}

describe('environment', { concurrency: true }, () => {
  test('holds the creator’s and what is given, and nothing of the terminal it was typed at', async (t) => {
    const h = home(t);
    const dropped = ['TERM_PROGRAM', 'COLUMNS', 'LINES', 'TMUX', 'TMUX_PANE', 'STY', 'WINDOW', 'SSH_CONNECTION'];
    dropped.push('SSH_CLIENT', 'SSH_TTY', 'XDG_SESSION_ID', 'XDG_VTNR', 'SHLVL', 'OLDPWD', 'SUDO_USER', 'SESSION_NAME');
    const kept = {
      MINE: 'yes',
      EMPTY: '',
      ODD: "a\nb=c'",
      DISPLAY: ':7',
      SSH_AUTH_SOCK: '/x',
      LANG: 'de_DE.UTF-8',
    };
    const node = { NODE_EXTRA_CA_CERTS: '/etc/ca.pem', NODE_OPTIONS: '--max-old-space-size=99' };
    const from = { ...Object.fromEntries(dropped.map((key) => [key, 'x'])), ...kept, ...node, TERM: 'screen' };
    const env = await environmentOf(h, 'e', ['-e', 'MINE=changed', '-e', 'OWN=1=2'], from);
    const { id } = await h.view('e');
    for (const key of dropped.filter((each) => each !== 'SESSION_NAME')) assert.equal(env[key], undefined, key);
    assert.deepEqual(
      { ...env },
      {
        PATH: h.env.PATH,
        HOME: h.work,
        SHELL: '/bin/sh',
        SESSION_HOME: h.path,
        ...kept,
        ...node,
        MINE: 'changed',
        OWN: '1=2',
        PWD: h.work,
        TERM: 'xterm-256color',
        COLORTERM: 'truecolor',
        SESSION_NAME: 'e',
        SESSION_ID: id,
      },
    );
  });

  test('without a locale is given C.UTF-8, and keeps one of any kind', async (t) => {
    const h = home(t);
    assert.equal((await environmentOf(h, 'none', [], { LANG: '' })).LANG, 'C.UTF-8');
    const partial = await environmentOf(h, 'some', [], { LANG: '', LC_CTYPE: 'fr_FR.UTF-8' });
    assert.deepEqual([partial.LC_CTYPE, partial.LANG || undefined], ['fr_FR.UTF-8', undefined]);
  });

  test('is the creator’s for ever: not that of who starts it again, nor of who started the supervisor', async (t) => {
    const h = home(t);
    await environmentOf(h, 'e', [], { WHO: 'creator' });
    await h.ok('shutdown');
    assert.equal((await h.run(['boot'], { env: { WHO: 'booter', NODE_OPTIONS: '--no-warnings' } })).code, 0);
    const booted = await ofRun(h, 'e');
    assert.deepEqual([booted.WHO, booted.NODE_OPTIONS], ['creator', undefined]);
    assert.equal((await h.run(['restart', 'e'], { env: { WHO: 'restarter' } })).code, 0);
    assert.equal((await ofRun(h, 'e')).WHO, 'creator');

    await h.ok('set', 'e', 'environment', 'WHO=setter', 'MORE=1');
    await h.ok('restart', 'e');
    const set = await ofRun(h, 'e');
    assert.deepEqual([set.WHO, set.MORE], ['setter', '1']);
    await h.ok('unset', 'e', 'environment');
    const ran = await h.run(['set', 'e', 'environment', '--from-here'], { env: { WHO: 'here' } });
    assert.deepEqual([ran.code, ran.stdout, ran.stderr], [0, '', '']);
    await h.ok('restart', 'e');
    const anew = await ofRun(h, 'e');
    assert.deepEqual([anew.WHO, anew.MORE], ['here', undefined]);
  });

  test('of another boot loses what that boot ended', async (t) => {
    const h = home(t);
    const gone = { DISPLAY: ':0', WAYLAND_DISPLAY: 'w', SSH_AUTH_SOCK: '/a', KRB5CCNAME: '/k', XDG_RUNTIME_DIR: '/r' };
    await environmentOf(h, 'e', [], { ...gone, DBUS_SESSION_BUS_ADDRESS: 'unix:', STAYS: 'yes' });
    const { id } = await h.view('e');
    await h.ok('shutdown');
    const record = join(h.path, 'records', `${id}.json`);
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    writeFileSync(record, readFileSync(record, 'utf8').replaceAll(bootId, 'an-earlier-boot'));
    assert.equal(await h.ok('boot'), "Session 'e' started\n");
    const env = await ofRun(h, 'e');
    for (const key of [...Object.keys(gone), 'DBUS_SESSION_BUS_ADDRESS']) assert.equal(env[key], undefined, key);
    assert.equal(env.STAYS, 'yes');
  });
});
