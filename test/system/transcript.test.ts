// The original README's transcript, typed in order into a real terminal: its lines, and nothing where it has
// none. (A `bash` exists, myserver is installed; `rm` comes before `rename`, as its text shows.)
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { NOT_ROOT } from '../support/disk.ts';
import { BIN, type Home, home } from '../support/home.ts';
import { UNTOUCHED } from '../support/machine.ts';
import { hasTmux, type Tmux, tmux } from '../support/tmux.ts';

const INSTALLED = '/usr/local/sbin/myserver';
const SERVER_TEXT = 'echo myserver is serving\nexec sleep 1000';

/** A myserver where the transcript has it, where we may put it; it is taken away again. Else one of the test's own. */
function installServer(t: TestContext, h: Home): string {
  if (NOT_ROOT || UNTOUCHED || existsSync(INSTALLED)) return h.script('myserver', SERVER_TEXT);
  writeFileSync(INSTALLED, `#!/bin/sh\n${SERVER_TEXT}\n`, { mode: 0o755 });
  t.after(() => rmSync(INSTALLED));
  return INSTALLED;
}

/** Types a line and answers what came between it and the next prompt. */
async function enter(terminal: Tmux, line: string): Promise<string> {
  const typed = () =>
    terminal
      .everything()
      .split('\n')
      .filter((each) => each === `$ ${line}`).length;
  const before = typed();
  terminal.types(line);
  await eventually('it is typed', () => typed() > before);
  terminal.presses('Enter');
  await eventually('the next prompt', () => {
    const lines = terminal.everything().split('\n');
    return lines.at(-1) === '$';
  });
  const lines = terminal.everything().split('\n');
  const at = lines.lastIndexOf(`$ ${line}`);
  return lines.slice(at + 1, -1).join('\n');
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test('the transcript of the original README holds, line by line', { skip: hasTmux ? false : 'no tmux' }, async (t) => {
  const h = home(t);
  const server = installServer(t, h);
  const path = `${dirname(BIN)}:${h.env.PATH}`;
  const terminal = tmux(h, ['bash', '--norc', '--noprofile', '-i'], { PATH: path, PS1: '$ ' });
  await terminal.sees(/^\$$/m);
  const first =
    "Session 'bash' started\nsession: after a reboot sessions come back if that is set up: session boot install";
  assert.equal(await enter(terminal, 'session create bash'), first, 'the very first on a terminal is told once');

  assert.equal(await enter(terminal, 'session create bash'), "Session 'bash2' started");
  assert.equal(
    await enter(terminal, `session create -n backend -s ${server}`),
    "Session 'backend' created and suspended.",
  );

  terminal.types('session attach backend');
  terminal.presses('Enter');
  const prompt = `^Session 'backend' has not begun: ${escaped(server)}\\. Press Enter to begin, q to leave\\.$`;
  await terminal.sees(new RegExp(prompt, 'm'));
  terminal.presses('Enter');
  await terminal.sees(/^myserver is serving$/m);
  terminal.presses('C-\\');
  await terminal.sees(/^Detached from session 'backend'\.\n\$$/m);

  for (const verb of ['suspend', 'resume', 'restart', 'stop', 'start']) {
    assert.equal(await enter(terminal, `session ${verb} backend`), '', `${verb} prints nothing`);
  }
  const { pid } = await h.view('backend');
  assert.equal(await enter(terminal, 'session status backend'), `Session 'backend' is running, PID ${pid}.`);

  assert.equal(await enter(terminal, 'session set backend start-suspended yes'), '');
  assert.equal(
    await enter(terminal, 'session get backend'),
    `name=backend\ncommand=['${server}']\nstart-suspended=yes`,
  );
  const refusal = `The session 'backend' is running (PID ${pid}). Use \`session rm -f backend\` to stop and delete the session.`;
  const shown = await enter(terminal, 'session rm backend');
  assert.equal(shown.replaceAll('\n', ''), refusal, 'a long line is wrapped by the terminal');
  assert.equal(await enter(terminal, 'session rename backend mybackend'), '');
  assert.equal((await h.view('mybackend')).pid, pid);
});
