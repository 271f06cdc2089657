// Where xterm.js differs from terminals: the shortest streams that show it, and what terminals make of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOfTerminal } from '../support/cells.ts';
import { emulator, flagsOf, write } from '../support/emulator.ts';

const COLUMNS = 10;
const ROWS = 4;
const FULL = 'xxxxxxxxxx';

async function shown(bytes: string) {
  const terminal = emulator(COLUMNS, ROWS);
  await write(terminal, bytes);
  const { cursor_x, cursor_y, scroll_region_upper, scroll_region_lower, pane_tabs } = flagsOf(terminal);
  return {
    rows: rowsOfTerminal(terminal).join('|').replace(/\|+$/, ''),
    cursor: `${cursor_x},${cursor_y}`,
    margins: `${scroll_region_upper}-${scroll_region_lower}`,
    tabs: pane_tabs,
  };
}

type Row = readonly [stream: string, rows: string, cursor?: string];

/** Each stream shows these rows (history first, attributes in ⟦⟧), and leaves the cursor there. */
function table(name: string, rows: readonly Row[]): void {
  test(name, async () => {
    for (const [bytes, wanted, cursor] of rows) {
      const seen = await shown(bytes);
      const what = JSON.stringify(bytes);
      assert.equal(seen.rows, wanted, what);
      if (cursor !== undefined) assert.equal(seen.cursor, cursor, what);
    }
  });
}

table('a character without width joins the cell before the cursor, also behind a control sequence', [
  ['e\x1b[1m\u0301a', 'e\u0301⟦b⟧a', '2,0'],
  ['\x1b[3G\u0301a', '  \u0301a', '3,0'],
  ['漢\x1b[m\u0301', '漢\u0301', '2,0'],
  ['a\x1b[4G\u0301\u0308', 'a  \u0301\u0308', '3,0'],
  ['漢x\x1b[2G\u0301', '漢\u0301x', '1,0'],
  [`${FULL}\x1b[m\u0301a`, `${FULL}\u0301|a`, '1,1'],
]);

table('a character without width at the left margin is dropped', [
  ['\u0301', '', '0,0'],
  ['\u0301a', 'a', '1,0'],
  ['\u200d漢', '漢', '2,0'],
]);

table('a joiner draws the next character into the cell, if that is more than ASCII', [
  ['👩\u200d🚀x', '👩\u200d🚀x', '3,0'],
  ['क\u200dषx', 'क\u200dषx', '2,0'],
  ['a\u200d b', 'a\u200d b', '3,0'],
  ['\x1b[?7l👩\u200dx', '👩\u200dx', '3,0'],
]);

table('a wide character that does not fit leaves the last column as it is', [
  ['\x1b[10Gz\x1b[10G漢', '         z|漢', '2,1'],
  ['\x1b[?7l123456789漢b', '123456789b', '9,0'],
  ['ab\x1b[?7l\x1b[10G漢\u0301', 'ab       \u0301', '9,0'],
]);

table('half a wide character overwritten leaves a plain blank', [
  ['\x1b[41m漢\x1b[42m\x1b[2Gb', ' ⟦on 2⟧b', '2,0'],
  ['\x1b[41m漢\x1b[42m\x1b[1Gb', '⟦on 2⟧b', '1,0'],
  ['漢字漢\x1b[2G字', ' 字 漢', '3,0'],
  ['漢字ab\x1b[2G\x1b[@', '   字ab', '1,0'],
  ['漢字ab\x1b[2G\x1b[4hX', ' X 字ab', '2,0'],
]);

table('the cursor behind the last column stays there, moved up or down only', [
  [`${FULL}\nY`, `${FULL}||Y`, '1,2'],
  [`${FULL}\x1bDY`, `${FULL}||Y`, '1,2'],
  [`\n${FULL}\x1bMY`, `|Y${FULL.slice(1)}`, '1,1'],
  [`${FULL}\x1b[3dY`, `${FULL}|||Y`, '1,3'],
]);

table('behind the last column there is nothing to erase, insert or delete', [
  [`${FULL}\x1b[XY`, `${FULL}|Y`, '1,1'],
  [`${FULL}\x1b[@Y`, `${FULL}|Y`, '1,1'],
  [`${FULL}\x1b[PY`, `${FULL}|Y`, '1,1'],
  [`${FULL}\x1b[ZY`, 'xxxxxxxxYx', '9,0'],
]);

table('without autowrap the cursor stays on the last column, and nothing is pending', [
  [`\x1b[?7l${FULL}yz\x1b[?7hY`, 'xxxxxxxxxY', '10,0'],
  [`\x1b[?7l${FULL}y\u0301`, 'xxxxxxxxxy\u0301', '9,0'],
  [`${FULL}\x1b[?7lY`, 'xxxxxxxxxY', '9,0'],
]);

table('in origin mode movements are relative to the cursor, not to the margin once more', [
  ['\x1b[2;4r\x1b[?6h\x1b[2;3H\x1b[5GX', '||    X', '5,2'],
  ['\x1b[2;4r\x1b[?6h\x1b[2;3H\x1b[5`X', '||    X', '5,2'],
  ['\x1b[2;4r\x1b[?6h\x1b[2;3H\x1b[AX', '|  X', '3,1'],
  ['\x1b[2;4r\x1b[?6h\x1b[BX', '||X', '1,2'],
  ['\x1b[2;4r\x1b[?6h\x1b[2;3H\x1b[DX', '|| X', '2,2'],
]);

table('clearing the main screen keeps in the history what was on it', [
  ['a\r\nb\x1b[2J', 'a|b', '1,1'],
  ['a\r\nb\x1b[H\x1b[J', 'a|b', '0,0'],
  ['a\r\nb\x1b[1;2r\x1b[2J', 'a|b', '0,0'],
  ['a\r\nb\x1b[2;1H\x1b[J', 'a', '0,1'],
  ['\x1b[2J', '', '0,0'],
  ['a\x1b[41m\x1b[2J', 'a|⟦on 1⟧          |⟦on 1⟧          |⟦on 1⟧          |⟦on 1⟧          ', '1,0'],
  ['a\x1b[?1047h\x1b[Hb\x1b[2J', '', '1,0'],
]);

table('what SU moves out at the top goes into the history, unless a margin is above it', [
  ['a\r\nb\x1b[S', 'a|b', '1,1'],
  ['a\r\nb\r\nc\x1b[1;2r\x1b[S', 'a|b||c', '0,0'],
  ['a\r\nb\r\nc\x1b[2;4r\x1b[S', 'a|c', '0,0'],
]);

table('ED 3 empties the history also from the alternate screen', [
  ['1\r\n2\r\n3\r\n4\r\n5\x1b[?1047h\x1b[3J\x1b[?1047l', '2|3|4|5'],
]);

table('ED 1 works on the last row', [['a\r\nb\r\nc\r\ndef\x1b[2G\x1b[1J', '|||  f', '1,3']]);

table('a row begun by wrapping, and the alternate screen, are plain; a line feed and SD fill with the background', [
  [`\x1b[4H\x1b[41m${FULL}a`, `|||⟦on 1⟧${FULL}|⟦on 1⟧a`],
  ['\x1b[4H\x1b[41m\n', '||||⟦on 1⟧          '],
  ['\x1b[41m\x1b[T', '⟦on 1⟧          '],
  ['\x1b[41m\x1b[?1047h', ''],
]);

table('REP stays in its row and repeats what a cell holds', [
  ['ab\x1b[30bZ', 'abbbbbbbbb|Z', '1,1'],
  ['e\u0301\x1b[2b', 'e\u0301e\u0301e\u0301', '3,0'],
  ['\x1b(0q\x1b[2b', '───', '3,0'],
  ['a\r\x1b[3b', 'a', '0,0'],
]);

table('colours and styles are understood in every form', [
  ['\x1b[6mX', '⟦k⟧X'],
  ['\x1b[4;58;5;9;59mX', '⟦u1⟧X'],
  ['\x1b[1;4;58;5;9;59;31mX', '⟦b u1 1⟧X'],
  ['\x1b[38:2:1:2:3mX', '⟦#010203⟧X'],
  ['\x1b[38:2::1:2:3;6mX', '⟦k #010203⟧X'],
  ['\x1b[38;5;6mX', '⟦i6⟧X'],
  ['\x1b[38;5;59;1mX', '⟦b i59⟧X'],
  ['\x1b[6;48;2;6;59;7;4mX', '⟦k u1 on #063b07⟧X'],
  ['\x1b[4:3;6mX', '⟦k u3⟧X'],
  ['\x1b[4:7mX', 'X'],
]);

test('margins and tab stops are the same on both screens', async () => {
  const there = await shown('\x1b[5G\x1bH\x1b[2;4r\x1b[?1047h');
  assert.deepEqual([there.margins, there.tabs], ['1-3', '4,8']);
  const back = await shown('\x1b[?1047h\x1b[3g\x1b[2;3r\x1b[?1047l');
  assert.deepEqual([back.margins, back.tabs], ['1-2', '']);
  assert.equal((await shown(`${FULL}\x1bH`)).tabs, '8', 'none behind the last column');
});

test('a character cut anywhere arrives whole', async () => {
  const text = 'a…–’、é🚀\u{10000}─b';
  for (let size = 1; size <= 4; size++) {
    const bytes = Buffer.from(text);
    const terminal = emulator(20, ROWS);
    for (let at = 0; at < bytes.length; at += size) await write(terminal, bytes.subarray(at, at + size));
    assert.equal(rowsOfTerminal(terminal)[0], text, `in pieces of ${size} bytes`);
  }
  // What is no character takes nothing else along.
  const broken = emulator(20, ROWS);
  for (const byte of [0xe2, 0x80, 0x61, 0xff, 0xf0, 0x9f, 0x1b, 0x5b, 0x6d, 0x62]) await write(broken, Buffer.of(byte));
  assert.equal(rowsOfTerminal(broken)[0], 'ab');
});

test('DECALN fills the screen plainly and ends the margins', async () => {
  const seen = await shown('\x1b[41m\x1b[2;3r\x1b[?6h\x1b#8');
  assert.deepEqual(
    [seen.rows, seen.cursor, seen.margins],
    ['EEEEEEEEEE|EEEEEEEEEE|EEEEEEEEEE|EEEEEEEEEE', '0,0', '0-3'],
  );
});

test('RIS ends the line feed mode', async () => {
  assert.equal((await shown('\x1b[20h\x1bcab\nc')).rows, 'ab|  c');
});

test('a cursor report names a place that exists, counted from the margin in origin mode', async () => {
  const terminal = emulator(COLUMNS, ROWS);
  const replies: string[] = [];
  terminal.onData((reply) => replies.push(reply));
  await write(terminal, `${FULL}\x1b[6n\x1b[2;4r\x1b[?6h\x1b[2;3H\x1b[6n\x1b[5n`);
  assert.deepEqual(replies, ['\x1b[1;10R', '\x1b[2;3R', '\x1b[0n']);
});

test('a count beyond all measure costs no time and no memory', async () => {
  const began = performance.now();
  for (const final of 'LMSTIZbABCDEFGJKPX@da`e') await shown(`a\x1b[2147483647${final}`);
  const { rows } = await shown(`e${'\u0301'.repeat(1_000_000)}`);
  assert.ok(rows.length < 40, `a cell holds ${rows.length} characters`);
  assert.ok(performance.now() - began < 10_000);
});

test('a change of size leaves no timer behind, which would hold the emulator', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
  const terminal = emulator(80, 24);
  await write(terminal, 'line\r\n'.repeat(500));
  const before = timers();
  terminal.resize(20, 5);
  assert.equal(timers(), before);
});
