// Streams as programs write them, by chance but always the same for a seed: text, movements, erasing, margins, modes,
// attributes, wide characters. Only what terminals agree on, so that any two exact ones must show the same; where
// tmux 3.3a stands alone is said beside the restriction.

import { CHARSETS, type Chance, chance, colour, MARKS, MODES, SILENT, STYLES, WIDE, WORDS } from './stream-words.ts';

interface State {
  columns: number;
  rows: number;
  /** Wide characters and what moves or erases single cells do not mix: tmux tears halves apart where others blank both. */
  wide: boolean;
  alternate: boolean;
  origin: boolean;
  wraps: boolean;
  top: number;
  bottom: number;
  /** The column, where it is known for certain: tmux alone moves back from a pending wrap by one less. */
  x: number | undefined;
}

const csi = (final: string, ...numbers: (number | '')[]) => `\x1b[${numbers.join(';')}${final}`;

/** A count as programs give it: often none. */
const count = (c: Chance, most: number) => (c.once(3) ? '' : `${c.from(0, most)}`);

function text(c: Chance, s: State): string {
  // ASCII over the second half of a wide character leaves the first where that is in the first column.
  let out = s.wide && (s.x === undefined || s.x === 1) ? c.of(WIDE) : '';
  s.x = undefined;
  for (let words = c.from(1, 6); words > 0; words--) {
    out += s.wide && c.once(2) ? c.of(WIDE) : c.of(WORDS);
    // Where nothing wraps, tmux joins a mark to the cell left of the last one.
    if (s.wraps && c.once(8)) out += c.of(MARKS);
    if (c.once(3)) out += ' ';
  }
  if (c.once(6)) out += c.of(['x', '-', '漢'].slice(0, s.wide ? 3 : 2)).repeat(s.columns);
  return out;
}

function place(c: Chance, s: State, column = c.from(1, s.columns)): string {
  s.x = column - 1;
  const last = s.origin ? s.bottom - s.top + 1 : s.rows;
  return csi(c.once(8) ? 'f' : 'H', c.from(1, last), column);
}

function move(c: Chance, s: State): string {
  switch (c.from(0, 9)) {
    case 0:
      s.x = 0;
      return c.of(['\r', '\r\n', '\x1bE']);
    case 1: {
      // From a known column only: tmux goes up at the left margin, and back from a pending wrap by one less.
      if (s.x === undefined || s.x === 0) return '';
      const back = c.from(1, s.x);
      s.x -= back;
      return c.once(2) ? '\b'.repeat(back) : csi('D', back);
    }
    case 2:
      s.x = undefined;
      return `\x1b[${count(c, 4)}${c.of(['A', 'B', 'C'])}`;
    case 3:
      s.x = 0;
      return `\x1b[${count(c, 3)}${c.of(['E', 'F'])}`;
    case 4:
      s.x = c.from(0, s.columns - 1);
      return csi(c.of(['G', '`']), s.x + 1);
    case 5:
      return csi('d', c.from(1, s.origin ? s.bottom - s.top + 1 : s.rows));
    case 6:
      s.x = undefined;
      return '\t'.repeat(c.from(1, 3));
    case 7:
      return c.of(['\n', '\v', '\f', '\x1bD', '\x1bM', '\n\n']);
    case 8:
      s.x = undefined;
      return `\x1b[${count(c, 2)}Z`;
    default:
      return place(c, s);
  }
}

function erase(c: Chance, s: State): string {
  // Where wide characters are, whole rows only.
  if (s.wide) {
    const at = `${place(c, s, c.once(2) ? 1 : s.columns)}`;
    return `${at}${s.x === 0 ? csi('K', c.of(['', 0, 2])) : csi('K', c.of([1, 2]))}`;
  }
  switch (c.from(0, 5)) {
    case 0:
      return csi('K', c.of(['', 0, 1, 2]));
    case 1:
      return `\x1b[${count(c, 9)}X`;
    case 2:
      // Behind the last column xterm and VTE take the last cell, tmux none: from a known column only.
      if (s.x === undefined) return '';
      // Inserting more than is moved leaves cells in between as they were in tmux.
      return c.once(2) ? `\x1b[${count(c, 9)}P` : csi('@', c.from(0, (s.columns - s.x) >> 1));
    case 3:
      return `${place(c, s)}${csi('J', 1)}`;
    default:
      return csi('K', c.of(['', 1]));
  }
}

/** ED 0 and 2. tmux's history also gets rows whose text was erased cell by cell: a mark in the last row makes all used. */
function clear(c: Chance, s: State): string {
  if (s.origin) return '';
  s.x = 0;
  if (s.alternate) return csi('J', 2) + csi('H');
  const mark = `${csi('H', s.rows, 1)}x`;
  return `${mark}${c.once(2) ? csi('J', 2) : `${csi('H')}${csi('J')}`}${c.once(6) ? csi('J', 3) : ''}\r`;
}

function margins(c: Chance, s: State): string {
  // With an upper margin on the main screen, tmux alone keeps in the history what scrolls out below it.
  s.top = s.alternate ? c.from(1, s.rows - 1) : 1;
  s.bottom = c.from(s.top + 1, s.rows);
  const isWhole = c.once(3);
  if (isWhole) [s.top, s.bottom] = [1, s.rows];
  // In origin mode tmux alone goes to the top of the screen here.
  return `${isWhole ? csi('r') : csi('r', s.top, s.bottom)}${place(c, s)}`;
}

function rowsInside(c: Chance, s: State): string {
  if (c.once(2)) return `\x1b[${count(c, 4)}${c.of(['S', 'T'])}`;
  const row = s.origin ? c.from(1, s.bottom - s.top + 1) : c.from(s.top, s.bottom);
  // Inside the margins, and to the left margin behind it: tmux alone stays in its column and works outside, too.
  s.x = 0;
  return `${csi('H', row, c.from(1, s.columns))}\x1b[${count(c, 4)}${c.of(['L', 'M'])}\r`;
}

function pen(c: Chance): string {
  const parts = Array.from({ length: c.from(1, 3) }, () =>
    c.once(3) ? colour(c, c.of([30, 40] as const)) : c.of(STYLES),
  );
  return c.once(4) ? '\x1b[m' : `\x1b[${parts.join(';')}m`;
}

function screens(c: Chance, s: State): string {
  // The pen and the column are plain where they are saved: what is saved with them is another test's.
  const begin = `${s.origin ? '\x1b[?6l' : ''}\x1b[r\x1b[0m\x1b(B\x1b)B\x0f`;
  s.origin = false;
  [s.top, s.bottom] = [1, s.rows];
  s.alternate = !s.alternate;
  const out = `${begin}${place(c, s)}\x1b[?1049${s.alternate ? 'h' : 'l'}`;
  if (!s.alternate) s.x = undefined;
  return out;
}

function modes(c: Chance, s: State): string {
  switch (c.from(0, 7)) {
    case 0:
      s.origin = !s.origin;
      s.x = 0;
      return `\x1b[?6${s.origin ? 'h' : 'l'}`;
    case 1:
      // Not behind the last column: there tmux alone draws nothing more.
      s.wraps = !s.wraps;
      if (!s.wraps) s.x = 0;
      return s.wraps ? '\x1b[?7h' : '\r\x1b[?7l';
    case 2:
      return c.of(['\x1bH', '\x1b[g', '\x1b[3g', '\x1b[0g']);
    case 3:
      return c.of(SILENT);
    case 4:
      if (s.origin) return '';
      s.x = 0;
      [s.top, s.bottom] = [1, s.rows];
      return '\x1b#8';
    case 5: {
      if (s.origin) return '';
      const back = s.x;
      if (back === undefined) return '';
      const out = `\x1b7${place(c, s, c.from(3, s.columns - 4))}\x1b[7mmark\x1b[27m\x1b8`;
      s.x = back;
      return out;
    }
    default:
      return c.of(MODES);
  }
}

function insert(c: Chance, s: State): string {
  // Not up to the right margin: there tmux inserts before it wraps.
  const column = c.from(1, s.columns - 12);
  const out = `${place(c, s, column)}\x1b[4h${c.of(['abc', 'inserted', 'é'])}\x1b[4l`;
  s.x = undefined;
  return out;
}

/** Inserts and deletes between wide characters, in a row that begins with two and has room behind them. */
function editWide(c: Chance, s: State): string {
  const begin = `${place(c, s, 1)}${csi('K', 2)}\x1b(B\x0f${c.of(['漢字', '🚀한'])}abc${csi('G', c.of([1, 3, 5, 7]))}`;
  s.x = undefined;
  return begin + c.of([csi('P', 2), csi('P', 4), csi('@', 1), csi('@', 2), csi('K'), '\x1b[4hx漢\x1b[4l']);
}

function step(c: Chance, s: State): string {
  const dice = c.from(0, 99);
  if (dice < 34) return text(c, s);
  if (dice < 56) return move(c, s);
  if (dice < 66) return pen(c);
  if (dice < 74) return erase(c, s);
  if (dice < 77) return clear(c, s);
  if (dice < 81) return margins(c, s);
  if (dice < 86) return rowsInside(c, s);
  if (dice < 88) return s.wide ? editWide(c, s) : insert(c, s);
  if (dice < 90) {
    const before = text(c, s);
    return `${before}${c.of(['a', '-'])}\x1b[${count(c, 40)}b`;
  }
  if (dice < 92) return screens(c, s);
  if (dice < 95) return c.of(CHARSETS);
  // Controls act inside a sequence, and CAN ends one.
  if (dice < 96) return c.of(['\x1b[3\r1m', '\x1b[12\x18', '\x1b]0;lost\x18']);
  return modes(c, s);
}

/** The stream of a seed for a terminal of this size. */
export function stream(seed: number, columns = 30, rows = 8): Buffer {
  const c = chance(seed);
  const s: State = {
    ...{ columns, rows, wide: c.once(2), alternate: false, origin: false, wraps: true },
    ...{ top: 1, bottom: rows, x: 0 },
  };
  let out = '';
  for (let steps = c.from(3, 40); steps > 0; steps--) out += step(c, s);
  return Buffer.from(out);
}
