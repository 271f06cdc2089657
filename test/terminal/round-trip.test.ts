// The snapshot is exact: an emulator that reads it holds what the other one held, cell by cell and mode by mode, and
// goes on as that does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeUpTo } from '../../src/terminal/sequences.ts';
import { type Onto, writeSnapshot } from '../../src/terminal/snapshot.ts';
import { newTracked, type Tracked } from '../../src/terminal/tracked.ts';
import { lose, stateOf } from '../support/state.ts';
import { type Chance, chance } from '../support/stream-words.ts';
import { UNFINISHED, wildStream } from '../support/wild-streams.ts';

const CASES = process.env.SESSION_TEST_LONG === '1' ? 100_000 : 5_000;
/** Once different, and beyond those that are always tried. */
const FOUND = [15039, 65659, 99651];
const SCROLLBACK = 30;
const ONTO = ['nothing', 'shell', 'session'] as const;

interface Case {
  size: { columns: number; rows: number };
  bytes: Buffer;
  more: Buffer;
}

function caseOf(seed: number): Case {
  const size = { columns: 20 + (seed % 3) * 10, rows: 5 + (seed % 4) };
  const bytes = wildStream(seed, size.columns, size.rows);
  return { size, bytes, more: wildStream(seed + 1e6, size.columns, size.rows, 15) };
}

const SHELL = [
  '$ ls',
  'one  two  three',
  '\x1b[1;32muser\x1b[m:\x1b[34m~\x1b[m$ cat long',
  '漢字 and é',
  '$ session a x',
];

/** What a terminal shows and has set when its shell runs a command: the cursor is on a line of its own. */
function writeShell(c: Chance, rows: number): { lines: string[]; text: string } {
  const lines = Array.from({ length: c.from(0, rows + 3) }, (_, at) => `${at} ${c.of(SHELL)}`);
  const left = c.of(['', '\x1b[41m', '\x1b[2;4r\x1b[?6h\x1b[2;1H', '\x1b[4h', '\x1b)0\x0e', '\x1b[?7l', '\x1b[20h']);
  const below = c.once(4) ? '\x1b7\x1b[Bleft below\x1b8' : '';
  const kept = c.of(['', '\x1b[?2004h\x1b[?1h\x1b=', '\x1b]2;user@host\x07', '\x1b[5 q']);
  const before = left.includes('r') ? [] : lines;
  return { lines: before, text: `${kept}${before.map((each) => `${each}\r\n`).join('')}${below}${left}` };
}

interface Reader {
  onto: Onto;
  terminal: Tracked;
  /** What its scrollback must hold above the session. */
  above: string[];
}

/** A terminal that is to read the snapshot, as it may be before. */
function readerOf(onto: Onto, { size, bytes }: Case, c: Chance): Reader {
  const terminal = newTracked(size, SCROLLBACK * 4, () => {});
  if (onto === 'shell') {
    const { lines, text } = writeShell(c, size.rows);
    terminal.parse(Buffer.from(text));
    return { onto, terminal, above: lines.map((each) => each.replace(/\x1b\[[0-9;]*m/g, '')) };
  }
  if (onto === 'session') {
    const earlier = bytes.subarray(0, c.from(0, bytes.length));
    terminal.parse(earlier.subarray(0, wholeUpTo(earlier).whole));
  }
  // Titles that it has pushed stay beneath those of the snapshot: a stack cannot be emptied unseen.
  for (const name of ['_windowTitleStack', '_iconNameStack'] as const) terminal.core._inputHandler[name].length = 0;
  return { onto, terminal, above: [] };
}

function textOfLines({ terminal }: Tracked): string[] {
  const { normal } = terminal.buffer;
  return Array.from({ length: normal.length }, (_, y) => normal.getLine(y)?.translateToString(true) ?? '');
}

/** With as many lines above as the one has. */
const stateFor = (onto: Onto, tracked: Tracked, above: number) => stateOf(tracked, above, onto === 'session');

function compare(ours: Tracked, readers: Reader[], what: () => string): void {
  const { ybase } = ours.core._bufferService.buffers.normal;
  const wanted = { shell: stateFor('shell', ours, ybase), session: stateFor('session', ours, ybase) };
  for (const { onto, terminal } of readers) {
    const one = wanted[onto === 'session' ? onto : 'shell'];
    const other = stateFor(onto, terminal, ybase);
    if (one.length === other.length && one.every((line, at) => line === other[at])) continue;
    assert.deepEqual(other, one, `onto ${onto}: ${what()}`);
  }
}

/** A terminal that shows the session has the titles that were pushed: they are not pushed again. */
function hasWhatWasPushed({ core: { _inputHandler: ours } }: Tracked, { core: { _inputHandler: theirs } }: Tracked) {
  for (const stack of ['_windowTitleStack', '_iconNameStack'] as const) theirs[stack].push(...ours[stack]);
}

/** Until the first title that was set nothing is written: it would take the terminal's own away. */
function keepsItsTitle({ core: { _inputHandler: ours } }: Tracked, { core: { _inputHandler: theirs } }: Tracked): void {
  for (const [stack, now] of [
    ['_windowTitleStack', '_windowTitle'],
    ['_iconNameStack', '_iconName'],
  ] as const) {
    const set = ours[stack].findIndex((each) => each !== '');
    const own = set === -1 ? ours[stack].length : set;
    theirs[stack].fill('', 0, own);
    if (set === -1 && ours[now] === '') theirs[now] = '';
  }
}

function roundTrip(seed: number): void {
  const of = caseOf(seed);
  const c = chance(seed * 3);
  const ours = newTracked(of.size, SCROLLBACK, () => {});
  ours.parse(of.bytes);
  const readers = ONTO.map((onto): Reader => {
    const reader = readerOf(onto, of, c);
    reader.terminal.parse(Buffer.from(writeSnapshot(ours, onto, Number.POSITIVE_INFINITY)));
    if (onto === 'session') hasWhatWasPushed(ours, reader.terminal);
    keepsItsTitle(ours, reader.terminal);
    return reader;
  });
  const what = () => `seed ${seed}, ${JSON.stringify(of.bytes.toString())}`;
  lose(ours);
  compare(ours, readers, what);
  for (const { terminal, above } of readers) {
    if (above.length === 0) continue;
    const lines = textOfLines(terminal);
    const from = lines.length - of.size.rows - ours.core._bufferService.buffers.normal.ybase - above.length;
    assert.deepEqual(lines.slice(from, from + above.length), above, what());
  }
  const further = [c.of(UNFINISHED), of.more];
  for (const each of [ours, ...readers.map(({ terminal }) => terminal)]) for (const bytes of further) each.parse(bytes);
  compare(ours, readers, () => `${what()}, then ${JSON.stringify(Buffer.concat(further).toString())}`);
}

test('a terminal that reads a snapshot holds what the emulator holds, and goes on as that does', (t) => {
  for (const seed of FOUND) roundTrip(seed);
  for (let seed = 1; seed <= CASES; seed++) roundTrip(seed);
  t.diagnostic(`counted ${CASES} states written onto nothing, a shell, the session: 0 different`);
});
