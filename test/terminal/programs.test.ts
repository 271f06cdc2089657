// Real programs, left and come back to: the screen is the one that a terminal shows which never left, and so is
// what comes of typing on.
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BASH, judge, missing } from '../support/judge.ts';

describe('after a detach and an attach it looks the same:', { concurrency: 3 }, () => {
  test('vim with syntax colours, split, and visual mode', { skip: missing('vim') }, async (t) => {
    const j = await judge(t, ['vim', '-u', 'NONE', '-N', '-n', '--cmd', 'set ruler mouse=a', 'a.c']);
    await j.sees(/a\.c/);
    await j.presses(':syntax on', 'Enter', 'iint main(void) { return "text" + 7; } // said', 'Enter', 'Escape');
    await j.presses('yy40p', ':vsplit|split|set list', 'Enter', 'VG5k');
    await j.sees(/VISUAL LINE/);
    await j.same('never left');
    await j.sameAfterReturn('come back');
    await j.presses('d', 'Escape', 'u', 'PageUp', 'Down', 'End');
    await j.sees(/more lines/);
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('vim over a shell, which comes back beneath it', { skip: missing('vim') }, async (t) => {
    const j = await judge(t, BASH.argv, BASH.options);
    await j.sees(/^\$$/m);
    await j.presses('seq 5; vim -u NONE -N -n', 'Enter');
    await j.sees(/VIM - Vi IMproved/);
    await j.sameAfterReturn('come back');
    await j.presses(':q', 'Enter');
    await j.sees(/^5\n\$$/m); // vim throws away what was typed ahead
    // What 1049 saved is not what DECRC restores in every terminal: it is saved anew.
    await j.presses('printf "\\0337"; echo "still  here"', 'Enter');
    await j.sees(/^still {2}here$/m);
    await j.same('typed on');
    await j.sameAfterReturn('come back to the shell');
    await j.sameWithin('come back to the shell');
  });

  test('less with colours and a search', { skip: missing('less') }, async (t) => {
    const j = await judge(t, ['sh', '-c', `${COLOURED} | less -R`]);
    await j.sees(/line 20/);
    await j.presses('/ne 3', 'Enter', 'n', 'n');
    await j.sees(/^line 31/m);
    await j.same('never left');
    await j.sameAfterReturn('come back');
    await j.presses('Up', 'PageDown', '-S', 'Enter');
    await j.sees(/line 5\d/);
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('nano with a menu', { skip: missing('nano') }, async (t) => {
    const j = await judge(t, ['nano', '-I', '-l', 'new.txt']);
    await j.sees(/\^X Exit/);
    await j.presses('some text é漢 and more', 'Enter', 'M-A', 'Up', 'C-o');
    await j.sees(/Write Selection/);
    await j.same('never left');
    await j.sameAfterReturn('come back');
    await j.presses('C-c', 'Down', 'tail');
    await j.sees(/tail/);
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('mc with a menu pulled down', { skip: missing('mc') }, async (t) => {
    const j = await judge(t, ['mc', '-u', '-P', '/dev/null', '/etc/apt', '/etc/dpkg']);
    await j.sees(/10Quit/);
    await j.presses('Down', 'F9', 'Down');
    await j.sees(/Listing/);
    await j.same('never left');
    await j.sameAfterReturn('come back');
    await j.presses('F10', 'Tab', 'Down', 'F3'); // not Escape, for which mc waits whether it begins another key
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('a shell in the middle of a command of several lines', async (t) => {
    const j = await judge(t, BASH.argv, BASH.options);
    await j.sees(/^\$$/m);
    await j.presses(
      'ls --color=always -d /usr/*; for each in /etc/pass',
      'Tab',
      '; do',
      'Enter',
      'echo "$each',
      'Enter',
    );
    await j.sees(/passwd; do\n> echo.*\n>\n/);
    await j.same('never left');
    await j.sameAfterReturn('come back');
    for (const each of ['apple-one', 'apple-two', 'apple-three']) j.home.script(each, '');
    await j.presses('"; done', 'Enter', 'ls appl', 'Tab', 'Tab', 'Tab');
    await j.sees(/apple-three/);
    await j.sameAfterReturn('with a list of completions');
    await j.presses('C-u');
    await j.pastes('echo one\necho two\n'); // in brackets: bash shows it and does not run it
    await j.sees(/\$ echo one\n *echo two/);
    await j.same('pasted');
    await j.sameWithin('pasted');
  });

  test('dialog', { skip: missing('dialog') }, async (t) => {
    const j = await judge(t, ['dialog', '--menu', 'Which one?', '12', '40', '5', 'a', 'Apples', 'b', 'Bananas']);
    await j.sees(/Bananas/);
    await j.presses('Down');
    await j.sameAfterReturn('come back');
    await j.presses('Tab', 'Up');
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('whiptail', { skip: missing('whiptail') }, async (t) => {
    const j = await judge(t, [
      'whiptail',
      '--checklist',
      'Which?',
      '12',
      '40',
      '3',
      'a',
      'Äpfel',
      'on',
      'b',
      '梨',
      'off',
    ]);
    await j.sees(/梨/);
    await j.presses('Down', 'Space');
    await j.sameAfterReturn('come back');
    await j.presses('Tab');
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('a manual page', { skip: missing('man', 'less') }, async (t) => {
    const j = await judge(t, ['man', join(__dirname, '..', '..', '..', 'docs', 'session.1')], { env: { LESS: '' } });
    await j.sees(/SYNOPSIS/);
    await j.presses('/session', 'Enter', 'Space');
    await j.same('never left');
    await j.sameAfterReturn('come back');
    await j.presses('G', 'b');
    await j.same('typed on');
    await j.sameWithin('typed on');
  });
});

/** Lines with a number, each in a colour of its own. */
const COLOURED = `i=0; while [ $((i=i+1)) -le 99 ]; do printf "line $i \\033[48;5;\${i};3$((i%8))mcolour\\033[m\\n"; done`;
