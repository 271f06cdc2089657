// The emulator against one that is not ours: what tmux shows of a stream, ours shows too, cell by cell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOfCapture, rowsOfTerminal, textOf, written } from '../support/cells.ts';
import { emulator, flagsOf, reveal, write } from '../support/emulator.ts';
import { stream } from '../support/streams.ts';
import { hasTmux } from '../support/tmux.ts';
import { type Pane, tmuxPane } from '../support/tmux-pane.ts';

const COLUMNS = 30;
const ROWS = 8;
const STREAMS = Number(process.env.SESSION_TEST_STREAMS ?? 1000);

async function byTmux(pane: Pane, bytes: Buffer) {
  await pane.reset();
  await pane.feed(bytes);
  const { flags, lines } = await pane.read();
  await pane.feed(reveal(COLUMNS, ROWS));
  const { pane_title: _, pane_tabs, ...rest } = flags;
  const tabs = pane_tabs.replace(/^0,?/, '');
  return {
    ...rest,
    pane_tabs: tabs,
    rows: rowsOfCapture(lines).map(textOf),
    all: judged(rowsOfCapture((await pane.read()).lines)),
  };
}

async function byUs(bytes: Buffer) {
  const terminal = emulator(COLUMNS, ROWS);
  await write(terminal, bytes);
  const before = { ...flagsOf(terminal), rows: rowsOfTerminal(terminal).map(textOf) };
  await write(terminal, reveal(COLUMNS, ROWS));
  const all = judged(rowsOfTerminal(terminal));
  terminal.dispose();
  return { ...before, all };
}

/** Only the screen's rows have been revealed: those above are compared as far as something was written. */
const judged = (rows: string[]) => [...rows.slice(0, -ROWS).map(written), ...rows.slice(-ROWS)];

test(
  'a stream shows the same in tmux and in the emulator',
  { skip: hasTmux ? false : 'tmux is missing' },
  async (t) => {
    const pane = await tmuxPane(t, COLUMNS, ROWS);
    let different = 0;
    for (let seed = 1; seed <= STREAMS; seed++) {
      const bytes = stream(seed, COLUMNS, ROWS);
      const [theirs, ours] = [await byTmux(pane, bytes), await byUs(bytes)];
      try {
        assert.deepEqual(ours, theirs);
      } catch (error) {
        different++;
        if (different <= 3)
          t.diagnostic(`seed ${seed}: ${JSON.stringify(bytes.toString())}\n${(error as Error).message}`);
      }
    }
    t.diagnostic(`counted ${STREAMS} streams compared, ${different} different`);
    assert.equal(different, 0);
  },
);

test('a stream cut into single bytes shows the same', async () => {
  const shown = async (seed: number, size: number) => {
    const bytes = stream(seed, COLUMNS, ROWS);
    const terminal = emulator(COLUMNS, ROWS);
    for (let at = 0; at < bytes.length; at += size) await write(terminal, bytes.subarray(at, at + size));
    const all = { ...flagsOf(terminal), rows: rowsOfTerminal(terminal) };
    terminal.dispose();
    return all;
  };
  for (let seed = 1; seed <= 50; seed++) {
    assert.deepEqual(await shown(seed, 1), await shown(seed, 1_000_000), `seed ${seed}`);
  }
});
