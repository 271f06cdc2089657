// What xterm.js leaves behind a change of size that no stream could have made, and no terminal shows.
import type { Terminal } from '@xterm/headless';
import { type Attributes, coreOf, type Lines, type ScreenBuffer } from './core.ts';

/** Puts it right in `terminal`. `plain`: the pen of a fresh one. */
export function resizing(terminal: Terminal, plain: Attributes): void {
  const { _inputHandler: input, _bufferService: service } = coreOf(terminal);
  const { buffers } = service;
  const guarded = new WeakSet<Lines>();
  const resize = buffers.resize.bind(buffers);
  buffers.resize = (columns, rows) => {
    for (const { lines } of [buffers.normal, buffers.alt]) {
      if (guarded.has(lines)) continue;
      guarded.add(lines);
      const set = lines.set.bind(lines);
      // Where wrapping anew makes more lines than are kept, those before the first would come over the last.
      lines.set = (row, line) => (row < 0 ? undefined : set(row, line));
    }
    resize(columns, rows);
    for (const { tabs, _memoryCleanupQueue: memory } of [buffers.normal, buffers.alt]) {
      dropBeyond(tabs, columns);
      memory.flush(); // at once: a timer of its own would hold the emulator, and complain on stderr when it comes late
    }
    input._parser.precedingJoinState = 0; // the last character may be elsewhere, or gone
    afterResize(buffers.normal, columns, rows, plain);
    keepNothingAbove(buffers.alt, rows);
    afterResize(buffers.alt, columns, rows, plain);
  };
}

function afterResize(buffer: ScreenBuffer, columns: number, rows: number, plain: Attributes): void {
  const { lines } = buffer;
  // Wrapping anew can count a line too much above: the last row would be the first.
  buffer.ybase = Math.max(0, Math.min(buffer.ybase, lines.length - rows));
  buffer.ydisp = Math.min(buffer.ydisp, buffer.ybase);
  for (let y = 0; y < lines.length; y++) {
    const line = lines.get(y);
    // Of the alternate screen nothing else is cut, and would be there again on a wider one.
    if (line.length > columns) line.resize(columns, buffer.getNullCell(plain));
    if (line.getWidth(columns - 1) === 2) line.setCellFromCodepoint(columns - 1, 0, 1, plain); // cut in half
  }
}

/** Tab stops that nothing reaches would be there again on a wider screen. */
function dropBeyond(tabs: ScreenBuffer['tabs'], columns: number): void {
  for (const column of Object.keys(tabs)) if (Number(column) >= columns) delete tabs[Number(column)];
}

/** What scrolls out of the alternate screen is gone, and does not come back on a larger one. */
function keepNothingAbove(buffer: ScreenBuffer, rows: number): void {
  if (buffer.ybase > 0) buffer.lines.trimStart(buffer.ybase);
  buffer.ybase = 0;
  if (buffer.lines.maxLength > rows) buffer.lines.maxLength = rows;
}
