// Attached to a session: the prompt of a held one, staying through restarts, watching only, several at once,
// and every way in which it ends.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home, runProgram } from '../support/home.ts';
import { person } from '../support/person.ts';

describe('attach', { concurrency: true }, () => {
  test('to a held session asks first: q leaves it held, Enter begins it', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'backend', '-s', '--', 'sh', '-c', 'echo begun; exec cat');
    const prompt = "Session 'backend' has not begun: sh -c 'echo begun; exec cat'. Press Enter to begin, q to leave.";
    const one = person(h, ['attach', 'backend']);
    await one.sees(/q to leave\./);
    assert.equal(one.screen().replaceAll('\n', ''), prompt); // longer than the terminal is wide
    one.types('xyz');
    one.types('q');
    assert.deepEqual(await one.ended, { code: 0 });
    assert.match(one.screen(), /Detached from session 'backend'\.$/);
    assert.equal((await h.view('backend')).state, 'held');
    const two = person(h, ['attach', 'backend']);
    await two.sees(/q to leave\./);
    two.types('\r');
    await two.sees(/^begun$/m);
    two.types('hello\n');
    await two.sees(/^hello\nhello$/m);
    assert.equal((await h.view('backend')).state, 'running');
  });

  test('stays through restarts and says so; s stops them', async (t) => {
    const h = home(t);
    const file = h.script('crashes', 'echo run >>runs\necho this is run $(wc -l <runs)\nread line\nexit 1');
    await h.ok('create', '-n', 'x', '--set', 'restart-delay=100ms', file);
    const someone = person(h, ['attach', 'x']);
    await someone.sees(/^this is run 1$/m);
    someone.types('\n');
    await someone.receives(/\[exit status 1; restarting in 1 s; s stops it\]/); // it may be drawn over at once
    await someone.sees(/^this is run 2$/m);
    await h.ok('set', 'x', 'restart-delay', '1h');
    await h.ok('set', 'x', 'restart-delay-max', '1h');
    someone.types('\n');
    await someone.sees(/^\[exit status 1; restarting in 3\d{3} s; s stops it\]$/m);
    someone.types('s');
    assert.deepEqual(await someone.ended, { code: 1 });
    assert.match(someone.screen(), /Session 'x' ended: exit status 1\.$/);
    assert.deepEqual([(await h.view('x')).state, (await h.view('x')).desired], ['stopped', 'stopped']);
  });

  test('-r watches: it types nothing and resizes nothing, and can leave', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', 'while read line; do echo got $line $(stty size); done');
    const typist = person(h, ['attach', 'x']);
    await typist.receives(/Detach/);
    const watcher = person(h, ['attach', '-r', 'x']);
    await watcher.receives(/Detach/);
    watcher.types('not this\n');
    watcher.resizes(100, 40);
    typist.types('this\n');
    await watcher.sees(/^got this 24 80$/m);
    await typist.sees(/^got this 24 80$/m);
    assert.doesNotMatch(typist.screen(), /not this/);
    watcher.types('\x1c');
    assert.deepEqual(await watcher.ended, { code: 0 });
    assert.equal((await h.view('x')).clients, 1);
  });

  test('by two at once: both see all, and the size is that of who typed last', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', 'while read line; do echo $line $(stty size); done');
    const { pid } = await h.view('x');
    const hasSize = (size: string) =>
      eventually(`the size is ${size}`, async () => {
        const ran = await runProgram('stty', ['-F', `/proc/${pid}/fd/0`, 'size'], { env: h.env });
        return ran.stdout === `${size}\n`;
      });
    const one = person(h, ['attach', 'x']);
    await one.receives(/Detach/);
    one.resizes(90, 20); // alone
    await hasSize('20 90');
    one.resizes(80, 24);
    await hasSize('24 80');
    const two = person(h, ['attach', 'x']);
    await two.receives(/Detach/);
    two.resizes(100, 30); // as good as typing
    await hasSize('30 100');
    two.types('two\n');
    await one.sees(/^two 30 100$/m);
    one.types('one\n');
    await two.sees(/^one 24 80$/m);
    two.types('again\n');
    await one.sees(/^again 30 100$/m);
    assert.equal((await h.view('x')).clients, 2);
    two.hangsUp(); // a hang-up is a detach
    assert.ok('code' in (await two.ended), 'and no crash of Node, which would set a terminal back that is gone');
    await h.until('x', 'has one client', (each) => each.clients === 1 && each.state === 'running');
    one.types('still\n');
    await one.sees(/^still 24 80$/m);
    await h.ok('detach', 'x');
    assert.deepEqual(await one.ended, { code: 0 });
    assert.match(one.screen(), /Detached from session 'x'\.$/);
    assert.equal((await h.view('x')).state, 'running');
    assert.equal(await h.ok('detach', 'x'), '', 'with nobody there, quiet success');
  });

  test('ends with the session, in its exit status', async (t) => {
    const h = home(t);
    const ends: [string, number, string][] = [
      ['exit 3', 3, 'exit status 3'],
      ['exit 0', 0, 'exit status 0'],
      ['kill -KILL $$', 137, 'killed by SIGKILL'],
    ];
    for (const [i, [end, code, words]] of ends.entries()) {
      await h.ok('create', '-n', `x${i}`, '--set', 'restart=never', '--', 'sh', '-c', `read line; ${end}`);
      const someone = person(h, ['attach', `x${i}`]);
      await someone.receives(/Detach/);
      someone.types('\n');
      assert.deepEqual(await someone.ended, { code }, end);
      assert.ok(someone.screen().endsWith(`Session 'x${i}' ended: ${words}.`), someone.screen());
    }
    await h.ok('create', '-n', 'stopped', 'sleep', '1000');
    const someone = person(h, ['attach', 'stopped']);
    await someone.receives(/Detach/);
    await h.ok('stop', 'stopped');
    assert.deepEqual(await someone.ended, { code: 143 });
    assert.ok(someone.screen().endsWith("Session 'stopped' ended: killed by SIGTERM."), someone.screen());
  });

  test('to one that does not run shows its last screen, says how to start it, and is exit 3', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'off', '--', 'sh', '-c', 'echo last words; exec sleep 1000');
    await eventually('it has spoken', async () => (await h.ok('logs', 'off')) !== '');
    await h.ok('stop', 'off');
    await h.ok('create', '-n', 'bad', '--set', 'restart-limit=1', '--', 'sh', '-c', 'echo no luck; exit 9');
    await h.until('bad', 'has failed', (each) => each.state === 'failed');
    const one = person(h, ['attach', 'off']);
    assert.deepEqual(await one.ended, { code: 3 });
    assert.equal(one.screen(), "last words\nSession 'off' is stopped. Start it: session start off");
    const two = person(h, ['attach', 'bad']);
    assert.deepEqual(await two.ended, { code: 3 });
    const line = "Session 'bad' has failed: exit status 9. See session logs bad. Start it: session start bad";
    assert.equal(
      two
        .screen()
        .replace(/\n(?! )/g, '|')
        .replace(/\n/g, ''),
      `no luck|${line}`,
    );
  });

  test('without a NAME goes to the only one, else to the last attached, else asks which', async (t) => {
    const h = home(t);
    const none = person(h, ['attach']);
    assert.deepEqual(await none.ended, { code: 2 });
    await h.ok('create', '-n', 'one', '--', 'sh', '-c', 'echo I am one; exec sleep 1000');
    const only = person(h, ['attach']);
    await only.sees(/^I am one$/m);
    await h.ok('rm', '-f', 'one');
    assert.match(await only.ended.then(() => only.screen()), /Session 'one' was removed\.$/);
    for (const name of ['two', 'three'])
      await h.ok('create', '-n', name, '--', 'sh', '-c', `echo I am ${name}; exec sleep 1000`);
    const which = person(h, ['attach']);
    assert.deepEqual(await which.ended, { code: 2 });
    assert.match(which.screen(), /three.*two/s);
    const named = person(h, ['attach', 'two']);
    await named.sees(/^I am two$/m);
    named.types('\x1c');
    await named.ended;
    const last = person(h, ['a']);
    await last.sees(/^I am two$/m);
    const inside = { SESSION_ID: (await h.view('two')).id };
    const other = person(h, ['attach'], inside); // as typed in 'two' itself
    await other.sees(/^I am three$/m);
    await h.ok('rm', '-f', 'three');
    const nobody = person(h, ['attach'], inside);
    assert.deepEqual(await nobody.ended, { code: 2 });
    assert.match(nobody.screen(), /there is no other session to attach to/);
  });

  test('at once: create -a makes and attaches, -A attaches to what is there, neither without a terminal', async (t) => {
    const h = home(t);
    await h.fails(1, /^session: attaching needs a terminal\./, 'create', '-a', '-n', 'x', 'sleep', '1000');
    assert.deepEqual(await h.list(), []);
    const maker = person(h, ['create', '-a', '-n', 'x', '--', 'sh', '-c', 'echo made; exec cat']);
    await maker.sees(/^made$/m);
    const { pid } = await h.view('x');
    const second = person(h, ['create', '-A', '-n', 'x', 'sleep', '1000']);
    await second.sees(/^made$/m);
    assert.equal((await h.view('x')).pid, pid);
    assert.equal((await h.view('x')).clients, 2);
    const refused = person(h, ['create', '-a', '-n', 'x', 'sleep', '1000']);
    assert.deepEqual(await refused.ended, { code: 1 });
    const other = person(h, ['create', '-A', '-n', 'y', '--', 'sh', '-c', 'echo made too; exec cat']);
    await other.sees(/^made too$/m);
  });

  test('on a terminal that knows no control sequences is refused, with nothing done', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', 'sleep', '1000');
    for (const args of [
      ['attach', 'x'],
      ['create', '-a', '-n', 'y', 'sleep', '1000'],
    ]) {
      const dumb = person(h, args, { TERM: 'dumb' });
      assert.deepEqual(await dumb.ended, { code: 1 });
      assert.match(dumb.received(), /^session: this terminal cannot show a session \(TERM=dumb\)\.[^\x1b]*$/);
    }
    assert.equal((await h.list()).length, 1);
  });

  test('stopped and continued: the shell has its terminal in between, and the session goes on after', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '--', 'sh', '-c', 'printf "\\033[?1049h\\033[?1000hfull screen"; exec cat');
    const one = person(h, ['attach', 'x']);
    await one.sees(/full screen/);
    process.kill(one.pid, 'SIGTSTP');
    await one.receives(/\x1b\[\?1049l[\s\S]*\x1b\[\?1000l[\s\S]*\x1b\[23;0t/);
    await eventually('it is stopped', () => /^State:\s+T/m.test(readFileSync(`/proc/${one.pid}/status`, 'utf8')));
    assert.doesNotMatch(one.screen(), /full screen/);
    process.kill(one.pid, 'SIGCONT');
    await one.sees(/full screen/);
    one.types('typed on\n');
    await one.sees(/typed on/);
    one.types('\x1c');
    assert.deepEqual(await one.ended, { code: 0 });
  });
});
