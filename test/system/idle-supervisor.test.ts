// The supervisor leaves when nothing needs it, and the verbs that only look start none.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { type Home, home, leftovers } from '../support/home.ts';
import { person } from '../support/person.ts';

const hasLeft = (h: Home) => eventually('supervisor and keeper have left', () => leftovers(h.path).length === 0);

describe('a supervisor', { concurrency: true }, () => {
  test('with held and stopped sessions only leaves, and looking starts no other', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'off', '--', 'sh', '-c', 'echo said; exec sleep 1000');
    await eventually('it has said it', async () => (await h.ok('logs', 'off')) === 'said\n');
    await h.ok('create', '-n', 'later', '-s', 'sleep', '1000');
    await h.ok('stop', 'off');
    await hasLeft(h);
    assert.equal(existsSync(join(h.path, 'run', 'socket')), false);

    const stopped = await h.view('off');
    assert.deepEqual([stopped.state, stopped.pid, stopped.clients], ['stopped', null, 0]);
    assert.match(await h.ok('ls'), /^later +suspended \(not begun\) +- +- +0 +0 +sleep 1000$/m);
    assert.equal(await h.ok('ls', '-q'), 'later\noff\n');
    const status = await h.run(['status']);
    assert.equal(status.stdout, "Session 'later' is suspended and has not begun.\nSession 'off' is stopped.\n");
    assert.equal(status.code, 0, 'all are as desired');
    assert.equal(await h.ok('get', 'later', 'command'), "['sleep', '1000']\n");
    assert.equal(await h.ok('logs', 'off'), 'said\n');
    await h.fails(4, "session: no session 'of'. Did you mean 'off'?", 'logs', 'of');
    await h.fails(1, /^session: attach needs a terminal\./, 'attach', 'off');
    assert.equal((await h.run(['upgrade'])).code, 0);
    assert.equal(await h.ok('shutdown'), '');
    assert.deepEqual(leftovers(h.path), [], 'nobody was started');
    assert.equal(existsSync(join(h.path, 'run', 'socket')), false);

    assert.equal(await h.ok('resume', 'later'), '', 'its end was in order: no word about it');
    assert.equal((await h.view('later')).state, 'running');
  });

  test('stays for a process, for a timer and for a client', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'held', '-s', 'sleep', '1000');
    const someone = person(h, ['attach', 'held']);
    await someone.sees(/Press Enter to begin, q to leave\./);
    const { supervisor } = h.pids();
    const other = home(t);
    await other.ok('create', '-n', 'waits', '--set', 'restart-delay=1h', 'false');
    await other.until('waits', 'waits', (each) => each.state === 'backing-off');
    const third = home(t);
    await third.ok('create', '-n', 'gone', '-s', 'true');
    await hasLeft(third); // so the others have had the time to
    assert.equal(h.pids().supervisor, supervisor);
    assert.equal((await other.view('waits')).state, 'backing-off');
    someone.types('q');
    assert.deepEqual(await someone.ended, { code: 0 });
    await hasLeft(h);
  });

  test('is not started by looking at a home where nothing ever was', async (t) => {
    const h = home(t);
    assert.deepEqual(await h.run(['ls']), { code: 0, signal: null, stdout: '', stderr: 'No sessions.\n' });
    assert.equal(await h.ok('ls', '--json'), '[]\n');
    for (const verb of ['status', 'get', 'logs'])
      await h.fails(4, "session: no session 'x'. See session ls.", verb, 'x');
    assert.equal(existsSync(h.path), false, 'not even a directory');
  });
});
