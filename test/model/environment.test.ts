// What of the creator's environment a session keeps, what of it a reboot ends, and what every session is given.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { environmentOfRun, taken } from '../../src/model/environment.ts';

const given = { id: 'k3f9x2', name: 'backend', term: 'xterm-256color', directory: '/srv' };
const all = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, 'x']));

const OF_THE_LOGIN =
  'TERM TERMCAP TERM_PROGRAM COLUMNS LINES TMUX TMUX_PANE STY WINDOW SSH_CONNECTION SSH_CLIENT SSH_TTY ' +
  'XDG_SESSION_ID XDG_SESSION_TYPE XDG_VTNR SHLVL OLDPWD _ SUDO_USER SUDO_UID';
const OF_THIS_BOOT = 'DISPLAY WAYLAND_DISPLAY SSH_AUTH_SOCK KRB5CCNAME XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS';
const KEPT = 'PATH HOME LANG LC_ALL EDITOR WINDOWID MY_TERM SSH XDG_STATE_HOME __ constructor LINES2 PWD';

test('what belongs to the terminal or login is not taken, the rest is', () => {
  assert.deepEqual(taken(all(OF_THE_LOGIN)), {});
  for (const names of [OF_THIS_BOOT, KEPT]) assert.deepEqual(taken(all(names)), all(names));
});

test('what points into the last boot is dropped after a reboot, unless it was given with -e', () => {
  const kept = all(`${OF_THIS_BOOT} PATH LANG`);
  assert.equal(environmentOfRun(kept, {}, true, given).DISPLAY, 'x');
  const anew = environmentOfRun(kept, { DISPLAY: ':7' }, false, given);
  assert.equal(anew.DISPLAY, ':7');
  for (const name of OF_THIS_BOOT.split(' ').slice(1)) assert.equal(Object.hasOwn(anew, name), false, name);
  assert.equal(anew.PATH, 'x');
});

test('every session is given its terminal, name and id, over everything else', () => {
  const own = { TERM: 'dumb', SESSION_NAME: 'other', SESSION_ID: 'other', COLORTERM: 'no', PORT: '8080' };
  const environment = environmentOfRun({ PORT: '1', LANG: 'de_DE.UTF-8' }, own, true, given);
  assert.deepEqual(environment, {
    PORT: '8080',
    LANG: 'de_DE.UTF-8',
    PWD: '/srv',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    SESSION_NAME: 'backend',
    SESSION_ID: 'k3f9x2',
  });
});

test('the locale stays; where none is set it is C.UTF-8', () => {
  const langOf = (kept: Record<string, string>) => environmentOfRun(kept, {}, true, given).LANG;
  assert.equal(langOf({}), 'C.UTF-8');
  assert.equal(langOf({ LANG: '' }), 'C.UTF-8');
  assert.equal(langOf({ LC_ALL: 'de_DE.UTF-8' }), undefined);
  assert.equal(langOf({ LC_CTYPE: 'C' }), undefined);
  assert.equal(langOf({ LANG: 'fr_FR' }), 'fr_FR');
});

test('any other variable goes through unchanged, whatever it is called, and what was given is not touched', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      const before = Object.fromEntries(pairs.map(([key, value]) => [`${key}`, value]));
      const copy = structuredClone(Object.entries(before));
      const kept = taken(before);
      const run = environmentOfRun(kept, {}, true, given);
      for (const [key, value] of copy) {
        if (/^(TERM|TMUX|SUDO_|_$)/.test(key)) continue;
        assert.equal(Object.getOwnPropertyDescriptor(kept, key)?.value, value, key);
        assert.equal(Object.getOwnPropertyDescriptor(run, key)?.value, value, key);
      }
      assert.deepEqual(Object.entries(before), copy);
    }),
  );
});
