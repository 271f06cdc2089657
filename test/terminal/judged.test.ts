// The exact screen, judged by an emulator that is not ours: a program's bytes in a pane of tmux directly, and in
// another by way of a session, whose client is made to draw it anew on a terminal that was spoiled meanwhile, or
// leaves and comes back. Then both get the same further bytes: what lies behind the screen must be the same, too.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { rowsOfCapture, written } from '../support/cells.ts';
import { eventually } from '../support/deadline.ts';
import { reveal } from '../support/emulator.ts';
import { BIN, home } from '../support/home.ts';
import { stream } from '../support/streams.ts';
import { hasTmux } from '../support/tmux.ts';
import { copying, type Pane, tmuxPane } from '../support/tmux-pane.ts';

const COLUMNS = 30;
const ROWS = 8;
const CASES = process.env.SESSION_TEST_LONG === '1' ? 100_000 : 5000;
/** So many terminals and sessions at once: each waits for tmux most of the time. */
const LANES = 4;
/** In each so many cases the client really leaves and comes back. */
const LEAVES_EVERY = 100;

/** The screen and what tmux tells of the terminal. A row's end that was only erased is captured once revealed. */
async function seen(pane: Pane, isRevealed: boolean): Promise<unknown> {
  const { flags, lines } = await pane.read();
  const { pane_title: _, history_size: __, pane_tabs, ...rest } = flags;
  const tabs = pane_tabs.replace(/^0,?/, ''); // the first column is one anyway
  const rows = rowsOfCapture(lines).slice(-ROWS);
  return { ...rest, tabs, rows: isRevealed ? rows : rows.map(written) };
}

describe('what is drawn anew is what a terminal shows that never left', { concurrency: true }, () => {
  const skip = hasTmux ? false : 'tmux is missing';
  for (let lane = 0; lane < LANES; lane++) {
    test(`${CASES / LANES} of ${CASES} screens, part ${lane + 1}`, { skip }, (t) => judged(t, lane));
  }
});

async function judged(t: TestContext, lane: number): Promise<void> {
  const h = home(t, { env: { LC_ALL: 'C.UTF-8' } });
  const pipe = join(h.work, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await h.ok('create', '-n', 'x', '--', 'sh', '-c', copying(pipe));
  const direct = await tmuxPane(t, COLUMNS, ROWS);
  // Attaches again whenever it has been detached; its own PID tells which client is there.
  const program = `echo $$ >${h.work}/shell; while ${BIN} attach x; do :; done; exec sleep 1000`;
  const through = await tmuxPane(t, COLUMNS, ROWS, 2000, {
    pipe,
    program,
    env: { ...h.env, TERM: 'xterm-256color' },
    atEnd: h.atEnd,
  });
  await eventually('it is attached', async () => (await h.view('x')).clients === 1);
  const shell = Number(execFileSync('cat', [`${h.work}/shell`], { encoding: 'utf8' }));
  const clientOf = () =>
    Number(
      execFileSync('pgrep', ['-P', `${shell}`], { encoding: 'utf8' })
        .trim()
        .split('\n')[0],
    );
  const tty = openSync(await through.tty(), 'w');
  t.after(() => closeSync(tty));

  const same = async (seed: number, when: string, isRevealed: boolean) => {
    const [wanted, shown] = [await seen(direct, isRevealed), await seen(through, isRevealed)];
    const text = () => JSON.stringify(stream(seed, COLUMNS, ROWS).toString());
    if (!isDeepStrictEqual(shown, wanted)) assert.deepEqual(shown, wanted, `seed ${seed}, ${when}: ${text()}`);
  };

  let client = clientOf();
  let [cases, returns] = [0, 0];
  for (let seed = lane + 1; seed <= CASES; seed += LANES) {
    cases++;
    const bytes = stream(seed, COLUMNS, ROWS);
    for (const pane of [direct, through]) {
      await pane.reset();
      await pane.feed(bytes);
    }
    const drawn = through.hears('\\033[?2026l'); // a redraw's last but one word
    const leaves = cases % LEAVES_EVERY === 0;
    if (leaves) {
      const before = client;
      await h.ok('detach', 'x');
      client = await eventually('another client is there', async () => {
        const now = (await h.view('x')).clients === 1 ? clientOf() : before;
        return now === before ? undefined : now;
      });
      returns++;
    } else {
      writeSync(tty, stream(seed + 1_000_000, COLUMNS, ROWS));
      process.kill(client, 'SIGCONT');
    }
    await drawn;
    await through.feed('');
    await same(seed, leaves ? 'come back' : 'drawn anew', false);
    const more = Buffer.concat([stream(seed + 2_000_000, COLUMNS, ROWS), Buffer.from(reveal(COLUMNS, ROWS))]);
    await direct.feed(more);
    await through.feed(more);
    await same(seed, 'and fed more', true);
  }
  t.diagnostic(
    `counted ${cases} screens drawn anew, ${returns} of them after a return, and each fed more: 0 different`,
  );
}
