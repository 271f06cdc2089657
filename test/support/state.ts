// All that an emulator holds, as lines that can be compared: cells with attributes and links, both screens, cursor,
// pen, modes. And what a snapshot is known to lose. The bits are read here anew, not by what the snapshot reads them.
import type { Attributes, Extended, Line, ScreenBuffer } from '../../src/terminal/core.ts';
import type { Saved } from '../../src/terminal/saved-cursor.ts';
import type { Tracked } from '../../src/terminal/tracked.ts';
import { joinsNext } from '../../src/terminal/widths.ts';

const FLAGS = [
  ['r', 0x4000000, 'i', 0x4000000],
  ['b', 0x8000000, 'd', 0x8000000],
  ['k', 0x20000000, 'p', 0x20000000],
  ['h', 0x40000000, 'o', 0x40000000],
] as const;
const UNDERLINE = 0x10000000;
const STRIKE = 0x80000000;
const EXTENDED = 0x10000000;
const MODE = 0x3000000;

/** None, one of 16, one of 256, or red, green, blue; bits that the mode does not use are left out. */
function colour(word: number): string {
  const mode = (word & MODE) >>> 24;
  if (mode === 0) return '';
  return mode === 3 ? `#${(word & 0xffffff).toString(16)}` : `${mode === 1 ? '' : 'i'}${word & 0xff}`;
}

function style(fg: number, bg: number, extended: Extended | undefined, { links }: Tracked): string {
  let flags = '';
  for (const [one, inFg, other, inBg] of FLAGS) flags += (fg & inFg ? one : '') + (bg & inBg ? other : '');
  if (fg & STRIKE) flags += 's';
  const ext = extended?._ext ?? 0;
  // All ones is what SGR 59 leaves in xterm.js: no colour of its own.
  const own = (ext & 0x3ffffff) === 0x3ffffff ? '' : colour(ext);
  const underline = fg & UNDERLINE ? (ext >>> 26) & 7 || 1 : 0;
  const link = extended?.urlId ? links.get(extended.urlId) : undefined;
  const shown = link && link.uri !== '' ? ` ${link.id ?? ''};${link.uri}` : '';
  return `${flags} ${colour(fg)}/${colour(bg)} ${underline}${own}${shown}`;
}

const PLAIN = ' / 0';
const styleOfPen = ({ fg, bg, extended }: Attributes, tracked: Tracked) => style(fg, bg, extended, tracked);

/** ⟦attributes⟧ before the text that has them; · is a cell in which nothing was written. */
function row(line: Line, tracked: Tracked): string {
  let text = '';
  let before = PLAIN;
  let [fg, bg]: (number | undefined)[] = [0, 0];
  for (let x = 0; x < tracked.terminal.cols; x++) {
    const at = x * 3;
    if (line.getWidth(x) === 0 && x > 0 && line.getWidth(x - 1) === 2) continue;
    if (line._data[at + 1] !== fg || line._data[at + 2] !== bg || (bg as number) & EXTENDED) {
      fg = line._data[at + 1] as number;
      bg = line._data[at + 2] as number;
      const now =
        fg === 0 && bg === 0 ? PLAIN : style(fg, bg, bg & EXTENDED ? line._extendedAttrs[x] : undefined, tracked);
      if (now !== before) text += `⟦${now}⟧`;
      before = now;
    }
    text += line.getString(x) || '·';
  }
  return text;
}

function rows(name: string, buffer: ScreenBuffer, most: number, tracked: Tracked): string[] {
  const lines: string[] = [];
  for (let y = Math.max(0, buffer.ybase - most); y < buffer.ybase + tracked.terminal.rows; y++) {
    const line = buffer.lines.get(y);
    // Whether the first line goes on from one that is not kept is not seen.
    const mark = line.isWrapped && y > 0 && y > buffer.ybase - most ? '↪' : ' ';
    lines.push(`${name} ${y - buffer.ybase}${mark}${row(line, tracked)}`);
  }
  return lines;
}

function savedOf(which: Saved | undefined, tracked: Tracked): string {
  const { charsets } = tracked;
  if (which === undefined) return `0,0 ${PLAIN} ${charsets.write(undefined)} false`;
  const at = `${Math.min(which.x, tracked.terminal.cols)},${Math.min(which.y, tracked.terminal.rows - 1)}`;
  return `${at} ${styleOfPen(which.pen, tracked)} ${charsets.write(which)} ${which.origin}`;
}

const sequences = (text: string) => text.split(/(?=\x1b[[\]=>])/).filter((each) => each !== '');

/** What the modes are in the end, also those that the emulator only keeps. */
function modesOf({ modes }: Tracked, knew: boolean): string {
  const last = new Map<string, string>();
  for (const each of sequences(modes.write(knew))) last.set(each.replace(/[hl]$/, '').replace('>', '='), each);
  return [...last.values()].sort().join('');
}

const GIVEN_BACK = /^\x1b\]1[01]\d(?:;\d+)?\x1b/;

/**
 * Everything, with as many lines above the main screen as there are, or `most` of them. For a terminal that `knew`
 * this session: also modes that are off since a reset.
 */
export function stateOf(tracked: Tracked, most = Number.POSITIVE_INFINITY, knew = false): string[] {
  const { core, charsets, colours, keyboard } = tracked;
  const { _inputHandler: input, _bufferService: service, coreService, coreMouseService } = core;
  const { normal, alt, active } = service.buffers;
  const { origin, synchronizedOutput, cursorStyle, cursorBlink } = coreService.decPrivateModes;
  const before = input._parser.precedingJoinState;
  const isAlternate = active === alt;
  const tabs = Object.keys(active.tabs).map(Number);
  const here = tabs.filter((x) => active.tabs[x] && x > 0 && x < tracked.terminal.cols).sort((a, b) => a - b);
  return [
    ...rows('main', normal, most, tracked),
    ...(isAlternate ? rows('alternate', alt, 0, tracked) : []),
    `cursor ${active.x},${active.y} after ${before === 0 ? 'a control' : joinsNext(before) ? 'a joiner' : 'a character'}`,
    `margins ${active.scrollTop}-${active.scrollBottom} origin ${origin}`,
    `tabs ${here}`,
    `pen ${styleOfPen(input._curAttrData, tracked)}`,
    `charsets ${charsets.write(charsets.now())}`,
    `saved ${savedOf(tracked.saved.main, tracked)}`,
    ...(isAlternate
      ? [`saved there ${savedOf(tracked.saved.alternate, tracked)}, left by ${tracked.modes.leftBy}`]
      : []),
    `modes ${modesOf(tracked, knew)}`,
    `mouse ${coreMouseService.activeProtocol} ${coreMouseService.activeEncoding}, synchronized ${synchronizedOutput}`,
    `colours ${sequences(colours.write())
      .filter((each) => !GIVEN_BACK.test(each))
      .sort()}`,
    `keys ${sequences(keyboard.write()).filter((each) => each.includes(';'))}`,
    `kitty ${keyboard.writeFlags('main')} ${isAlternate ? keyboard.writeFlags('alternate') : ''}`,
    `title ${input._windowTitle} icon ${input._iconName}`,
    `titles ${input._windowTitleStack} icons ${input._iconNameStack}`,
    `shape ${cursorStyle} ${cursorBlink}`,
  ].map((each) => each.replaceAll('\x1b', '␛'));
}

/**
 * Makes an emulator lose what a snapshot of it loses; nothing else may differ:
 * the last cell of a row, if blank, becomes a space where a wrap is pending behind it, since only printing there
 * brings the cursor there; the mark of a row that another goes on in is dropped where that does not reach the margin
 * any more, or is gone; and with insert mode on, or on the last column without autowrap, printing the last character again
 * would shift the row or stay in place, so that REP and joiners know none; and a cursor that DECRC has put outside
 * the margins in origin mode comes to the nearest row inside: no other sequence gets there. While the alternate screen
 * shows, the main one's cursor is where it was saved, or not behind the last column: only a change of size asks for it. A cursor
 * saved on a larger screen is at the edge of this one.
 */
export function lose({ core, terminal, saved, modes }: Tracked): void {
  const { _inputHandler: input, _bufferService: service, coreService } = core;
  const { cols } = terminal;
  const { active, normal, alt } = service.buffers;
  for (const buffer of active === alt ? [normal, alt] : [normal]) {
    buffer.lines.get(0).isWrapped = false;
    for (let y = 1; y < buffer.lines.length; y++) {
      const [line, next] = [buffer.lines.get(y - 1), buffer.lines.get(y)];
      const isFull = line.getString(cols - 1) !== '' || line.getWidth(cols - 1) === 0;
      const goesOn = isFull ? next.getString(0) !== '' : next.getWidth(0) === 2;
      if (!goesOn) next.isWrapped = false;
    }
  }
  const { scrollTop, scrollBottom, y } = active;
  if (coreService.decPrivateModes.origin) active.y = Math.max(scrollTop, Math.min(scrollBottom, y));
  if (active === alt) {
    const { x: hiddenX, y: hiddenY } = modes.leftBy === 1049 ? (saved.main ?? { x: 0, y: 0 }) : normal;
    normal.x = Math.min(hiddenX, cols - 1);
    normal.y = Math.min(hiddenY, terminal.rows - 1);
  }
  for (const each of [saved.main, saved.alternate]) {
    if (each === undefined) continue;
    each.x = Math.min(each.x, cols);
    each.y = Math.min(each.y, terminal.rows - 1);
  }
  const pending = [{ buffer: active, at: active as { x: number; y: number } | undefined }];
  pending.push({ buffer: normal, at: saved.main }, { buffer: alt, at: active === alt ? saved.alternate : undefined });
  for (const { buffer, at } of pending) {
    if (at === undefined || at.x < cols) continue;
    const data = buffer.lines.get(buffer.ybase + Math.min(at.y, terminal.rows - 1))._data;
    const last = (cols - 1) * 3;
    if (((data[last] as number) & 0x3fffff) === 0 && (data[last] as number) >>> 22 === 1) data[last] = 0x20 | (1 << 22);
  }
  const stays = !coreService.decPrivateModes.wraparound && active.x === cols - 1;
  if (coreService.modes.insertMode || stays || active.y !== y) input._parser.precedingJoinState = 0;
}
