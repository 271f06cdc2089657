// Whatever way a client leaves, the terminal it was on is as it was before.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BIN, type Home, home } from '../support/home.ts';
import { type Person, personWith } from '../support/person.ts';
import { childrenOf } from '../support/processes.ts';

const KEEPER = 'the death of the keeper';

/** Ends an attached client in one way; answers the exit status it must leave with. */
const WAYS: Record<string, (h: Home, someone: Person) => number | Promise<number>> = {
  'a detach': (_h, someone) => {
    someone.types('\x1c');
    return 0;
  },
  'a detach from outside': async (h) => {
    await h.ok('detach', 'x');
    return 0;
  },
  'the end of the session': (_h, someone) => {
    someone.types('exit 5\n');
    return 5;
  },
  'the removal of the session': async (h) => {
    await h.ok('rm', '-f', 'x');
    return 1;
  },
  'TERM to the client': (_h, someone) => {
    const [client] = childrenOf(someone.pid);
    process.kill(client?.pid as number, 'SIGTERM');
    return 143;
  },
  'a shutdown of the supervisor': async (h) => {
    await h.ok('shutdown');
    return 1;
  },
  [KEEPER]: (h) => {
    h.killKeeper();
    return 1;
  },
};

describe('a terminal is restored after', { concurrency: true }, () => {
  for (const [way, leave] of Object.entries(WAYS)) {
    test(way, async (t) => {
      const h = home(t);
      await h.ok('create', '-n', 'x', '-e', 'PS1=> ', '--set', 'restart=never', 'sh');
      // A shell around it, on a terminal with settings of its own, that looks before and afterwards.
      const around = h.script(
        'around',
        `stty -ixon intr ^T tab3\nstty -g >before\n${BIN} attach x\necho $? >code\nstty -g >after\nstty sane\necho over`,
      );
      const someone = personWith(h, around, ['around']);
      await someone.sees(/^>$/m);
      // The session has switched on what a full-screen program would, and hides the cursor.
      someone.types('printf "\\\\033[?1006;1049h\\\\033[?1000h\\\\033[?2004h\\\\033[?25l\\\\033[3;9r"; echo full\n');
      await someone.receives(/\x1b\[\?25l\x1b\[3;9rfull/);
      const code = await leave(h, someone);
      await someone.receives(/over\r\n$/);
      await someone.ended;
      if (way === KEEPER) await h.ok('boot'); // so that an orderly end can follow
      const text = (name: string) => readFileSync(join(h.work, name), 'utf8');
      assert.equal(text('after'), text('before'));
      assert.equal(text('code'), `${code}\n`);
      const last = someone.received().slice(someone.received().lastIndexOf('full'));
      for (const off of ['\x1b[?1049l', '\x1b[?1000l', '\x1b[?2004l', '\x1b[?25h', '\x1b[r'])
        assert.ok(last.includes(off), `${JSON.stringify(off)} in ${JSON.stringify(last)}`);
    });
  }
});
