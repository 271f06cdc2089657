// The user's terminal in raw mode, and its certain undoing: whatever way this process leaves, the terminal is
// as it was before.
import { writevSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { CANCEL } from '../base/cancel.ts';
import { errnoOf } from '../base/errors.ts';
import { inert } from '../base/quote.ts';
import { LONGEST_SWITCH, switched } from '../model/alternate-screen.ts';

export interface RawTerminal {
  /** The other side of the line has made its output plain, or has not; from here on it is written to. */
  begin(isPlain: boolean): void;
  write(bytes: Buffer | string): void;
  /** Nothing of what was written waits any more. */
  flush(): void;
  /** Somebody else has written to it; these bytes last. */
  wasShown(last: Buffer): void;
  /** Where what was written last has left the cursor, when a line's end does not tell. */
  drawn(atLineStart: boolean): void;
  /** A line of our own, below whatever is there. */
  writeLine(line: string): void;
  /** Raw mode again, after we were stopped and continued. */
  reenter(): void;
  /**
   * The terminal as it was; doing so twice is harmless. `isTold`: the supervisor has switched off what it knows of;
   * without that, also what must not be touched needlessly (keys and colours may have been set outside, too).
   */
  restore(isTold?: boolean): void;
}

/** What a session may have switched on, switched off. Margins and origin mode move the cursor: it is put back. */
const SWITCHED_OFF =
  '\x1b7\x1b[r\x1b[?6l\x1b8\x1b[?1l\x1b[?7h\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l' +
  '\x1b[?1015l\x1b[?2004l\x1b[?2026l\x1b[4l\x1b>\x1b(B\x0f\x1b[0 q\x1b[0m\x1b[?25h';

/** kitty's keys, xterm's keys, the palette and the three main colours. */
const NOBODY_TOLD = '\x1b[<16u\x1b[>4m\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\';

/** The window's title is put aside, and brought back. */
const PUSH_TITLE = '\x1b[22;0t';
const POP_TITLE = '\x1b[23;0t';

/** `gone` is called when the terminal cannot be written to any more: somebody hung up. */
export function enterRawMode(input: ReadStream, gone: () => void): RawTerminal {
  let entered = false;
  let begun = false;
  let alternate = false;
  let edge: Buffer = Buffer.alloc(0);
  let isLineStart = true;

  const enter = () => {
    input.setRawMode(false); // what it believes to be so, a shell may have changed while we were stopped
    input.setRawMode(true);
    entered = true;
  };
  /** Node's raw mode leaves output processing on, which would turn a bare LF into CR LF. */
  const makePlain = () => {
    const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
    spawnSync('stty', ['-opost'], { stdio: [0, 'ignore', 'ignore'] });
  };

  const look = (bytes: Buffer) => {
    const last = switched(bytes);
    if (last !== undefined) alternate = last === 'on';
  };
  /** Only a terminal that is on the alternate screen may be told to leave it: it would restore an old cursor. */
  const track = (bytes: Buffer) => {
    look(Buffer.concat([edge, bytes.subarray(0, LONGEST_SWITCH)])); // one that was cut
    look(bytes);
    edge = Buffer.concat([edge, bytes.subarray(-LONGEST_SWITCH)]).subarray(-LONGEST_SWITCH);
    isLineStart = bytes.at(-1) === 10;
  };

  let waiting: Buffer[] = [];
  const flush = () => {
    const pieces = waiting;
    waiting = [];
    writeAll(pieces);
  };

  const restore = (isTold = false) => {
    if (!entered) return;
    entered = false;
    if (begun) quit(isTold);
    try {
      input.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
  };
  const quit = (isTold: boolean) => {
    try {
      // What is printed next begins a line. Leaving the alternate screen puts the cursor back where a line began.
      flush();
      const newLine = alternate || isLineStart ? '' : '\r\n';
      const off = CANCEL + (alternate ? '\x1b[?1049l' : '') + (isTold ? '' : NOBODY_TOLD) + SWITCHED_OFF;
      writeAll([Buffer.from(off + POP_TITLE + newLine)]);
    } catch {
      // The terminal is gone.
    }
  };
  process.on('exit', () => restore());
  enter();
  const write = (bytes: Buffer | string) => {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    if (buffer.length === 0) return;
    track(buffer);
    // What comes in one read is written in one write.
    if (waiting.push(buffer) === 1) {
      queueMicrotask(() => {
        try {
          flush();
        } catch {
          gone();
        }
      });
    }
  };
  return {
    begin(isPlain) {
      begun = true;
      if (!isPlain) makePlain();
      write(PUSH_TITLE);
      isLineStart = true;
    },
    write,
    flush,
    wasShown: (last) => void (last.length > 0 && track(last)),
    drawn(atLineStart) {
      isLineStart = atLineStart;
    },
    writeLine: (line) => write(`${isLineStart ? '' : '\r\n'}${inert(line)}\r\n`),
    reenter() {
      const wasLeft = !entered;
      enter();
      makePlain();
      if (wasLeft) write(PUSH_TITLE);
    },
    restore,
  };
}

/** In one call as far as possible, and without a copy: what floods leave behind would have to be collected. */
function writeAll(pieces: Buffer[]): void {
  let rest = pieces;
  while (rest.length > 0) {
    try {
      rest = behind(rest, writevSync(1, rest));
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(WAITER, 0, 0, 2); // somebody made our terminal non-blocking, and it is full
    }
  }
}

/** What of `pieces` is left when the first `length` bytes are gone. */
function behind(pieces: Buffer[], length: number): Buffer[] {
  let left = length;
  for (const [i, each] of pieces.entries()) {
    if (left < each.length) return [each.subarray(left), ...pieces.slice(i + 1)];
    left -= each.length;
  }
  return [];
}

const WAITER = new Int32Array(new SharedArrayBuffer(4));
