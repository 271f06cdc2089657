// What xterm.js leaves behind a change of size that no stream could have made, and no terminal shows.
import type { Terminal } from '@xterm/headless';
import { type Attributes, coreOf } from './core.ts';

/** Puts it right in `terminal`. `plain`: the pen of a fresh one. */
export function resizing(terminal: Terminal, plain: Attributes): void {
  const { _inputHandler: input, _bufferService: service } = coreOf(terminal);
  terminal.onResize(({ cols, rows }) => {
    input._parser.precedingJoinState = 0; // the last character may be elsewhere, or gone
    for (const buffer of [service.buffers.normal, service.buffers.alt]) {
      const { lines } = buffer;
      // With little or no scrollback, wrapping anew can count a line too much above: the last row would be the first.
      buffer.ybase = Math.max(0, Math.min(buffer.ybase, lines.length - rows));
      if (buffer === service.buffers.alt && buffer.ybase > 0) {
        lines.trimStart(buffer.ybase); // nothing is kept above the alternate screen, to come back on a larger one
        buffer.ybase = 0;
      }
      buffer.ydisp = Math.min(buffer.ydisp, buffer.ybase);
      for (let y = 0; y < lines.length; y++) {
        const line = lines.get(y);
        if (line.getWidth(cols - 1) === 2) line.setCellFromCodepoint(cols - 1, 0, 1, plain); // cut in half
      }
    }
  });
}
