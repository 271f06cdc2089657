// What a session leaves in a terminal that it is not shown on any more: nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newTracked, writeFarewell, writeSnapshot } from '../../src/terminal/tracked.ts';
import { stateOf } from '../support/state.ts';

const SIZE = { columns: 80, rows: 24 };
const PUSH = '\x1b[22;0t';
const POP = '\x1b[23;0t';

/** A terminal with a title of its own, as a client that attaches finds it and names it. */
function terminal() {
  const it = newTracked(SIZE, 1000, () => {});
  const write = (text: string) => it.parse(Buffer.from(text));
  write(`\x1b]0;MINE\x07${PUSH}\x1b]2;x (Ctrl-\\ detaches)\x07`);
  return { it, write };
}

for (const [what, bytes] of Object.entries({
  'a program that pushed the title': `${PUSH}\x1b[?1049hfull screen`,
  'one that pushed it and set its own': `${PUSH}\x1b]2;its own\x07\x1b[?1049hfull screen`,
  'one that set every mode':
    '\x1b[?1h\x1b=\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[4h\x1b[?7l\x1b[?25l\x1b[?2031h',
  'one that changed keys, colours and charsets':
    '\x1b[>5u\x1b[>4;2m\x1b]4;1;#123456\x07\x1b]11;#000000\x07\x1b(0\x1b[1;31m',
  'one that set margins, origin mode and tab stops': '\x1b[5;10r\x1b[?6h\x1b[3g\x1b[5G\x1bH',
})) {
  test(`${what} leaves nothing behind, come to once or drawn again`, () => {
    const session = newTracked(SIZE, 1000, () => {});
    session.parse(Buffer.from(bytes));
    const untouched = terminal();
    untouched.write(POP);
    for (const redraws of [0, 2]) {
      const { it, write } = terminal();
      write(writeSnapshot(session, 'shell', 1000));
      for (let i = 0; i < redraws; i++) write(writeSnapshot(session, 'session', 0));
      write(writeFarewell(session) + POP);
      // Switched off is as good as never switched on.
      const [left, before] = [it, untouched.it].map((each) =>
        stateOf(each, 0, true)
          .filter((line) => !/^(main|alternate|cursor|saved)/.test(line))
          .map((line) => line.replace(/␛\[<17u␛\[=0u|␛\[\?2031l/g, '')),
      );
      assert.deepEqual(left, before, `after ${redraws} redraws`);
    }
  });
}
