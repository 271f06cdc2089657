// Terminals that have no alternate screen (the Linux console, GNU screen as it is set up, tmux where it is switched off).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newTracked, writeSnapshot } from '../../src/terminal/tracked.ts';
import { rowsOfTerminal } from '../support/cells.ts';

const SIZE = { columns: 80, rows: 24 };
const switches = /\x1b\[\?(?:1049|1047)[hl]/g;

for (const onto of ['shell', 'session'] as const) {
  for (const by of [1049, 1047]) {
    test(`a full-screen program (?${by}) is drawn there whole, over ${onto === 'shell' ? "a shell's lines" : 'what was there'}`, () => {
      const session = newTracked(SIZE, 1000, () => {});
      const main = Array.from({ length: 60 }, (_, i) => `${i} ${'of the shell '.repeat(6)}`).join('\r\n');
      session.parse(
        Buffer.from(`${main}\x1b[?${by}h\x1b[2J\x1b[3;3Hsome\x1b[10;1H\x1b[44mblue\x1b[K\x1b[m\x1b[24;1Hlast`),
      );
      const terminal = newTracked(SIZE, 1000, () => {});
      terminal.parse(Buffer.from('#'.repeat(80 * 24)));
      terminal.parse(Buffer.from(writeSnapshot(session, onto, 1000).replace(switches, '')));
      const shown = (each: typeof session) => rowsOfTerminal(each.terminal).slice(-SIZE.rows);
      assert.deepEqual(shown(terminal), shown(session));
    });
  }
}
