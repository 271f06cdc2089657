// Everything that is printed goes through here: data to stdout, the rest to stderr, and never a control
// character that somebody else put into a name, a command or an output.
import { writeSync } from 'node:fs';
import { errnoOf, type SessionError } from '../base/errors.ts';
import { inert } from '../base/quote.ts';
import { aligned } from '../model/listing.ts';
import { inGlobalScope } from './sentences.ts';

export type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

export interface Printer {
  /** A line about success; not with --quiet. */
  done(line: string): void;
  /** A line of data. */
  data(line: string): void;
  /** A sentence that is data. */
  say(line: string): void;
  raw(bytes: Buffer): void;
  json(value: unknown): void;
  /** A note on stderr, after `session: `. */
  note(line: string): void;
  error(error: SessionError): void;
  /** A line on stderr as it is. */
  plain(line: string): void;
  /** Shown on a terminal while something takes long; the next line replaces it. */
  progress(line: string): void;
  /** Takes the progress line away. */
  progressOver(): void;
  paint(colour: Colour, text: string): string;
  readonly quiet: boolean;
  readonly wantsJson: boolean;
  /** Columns to cut lines to; undefined where stdout is no terminal. */
  readonly width: number | undefined;
}

export interface PrinterOptions {
  /** About the system's sessions, by -g: the lines say so, and so do the commands that they name. */
  global: boolean;
  quiet: boolean;
  json: boolean;
  paint: (colour: Colour, text: string) => string;
  width: number | undefined;
  errorsToTerminal: boolean;
}

export function makePrinter({ global, quiet, json, paint, width, errorsToTerminal }: PrinterOptions): Printer {
  const scoped = (line: string) => (global ? inGlobalScope(line) : line);
  let inProgress = false;
  const clear = () => {
    if (inProgress) write(2, '\r\x1b[K');
    inProgress = false;
  };
  const out = (line: string) => {
    clear();
    write(1, `${line}\n`);
  };
  const err = (line: string) => {
    clear();
    write(2, `${line}\n`);
  };
  return {
    done: (line) => !quiet && out(inert(scoped(line))),
    data: out,
    say: (line) => out(inert(scoped(line))),
    raw: (bytes) => write(1, bytes),
    json: (value) => out(JSON.stringify(value, null, 2)),
    note: (line) => err(`session: ${inert(scoped(line))}`),
    // The one sentence that the original README shows without a prefix.
    error: (error) =>
      err(error.code === 'still-running' ? inert(scoped(error.line)) : `session: ${inertLines(scoped(error.line))}`),
    plain: (line) => err(inert(scoped(line))),
    progress(line) {
      if (!errorsToTerminal || quiet) return;
      write(2, `\r\x1b[K${inert(line)}`);
      inProgress = true;
    },
    progressOver: clear,
    paint,
    quiet,
    wantsJson: json,
    width,
  };
}

const inertLines = (text: string) => text.split('\n').map(inert).join('\n');

/** Columns aligned, the last one as it is; each line cut to `width`. `painted` may colour a padded cell. */
export function table(
  rows: string[][],
  width: number | undefined,
  painted: (cell: string, row: number, column: number) => string,
): string[] {
  return aligned(rows).map((row, r) => {
    let room = width ?? Number.POSITIVE_INFINITY;
    const cells = row.map((cell, c) => {
      const cut = room === Number.POSITIVE_INFINITY ? cell : cutTo(cell, room);
      room -= cut.length;
      return painted(cut, r, c);
    });
    return cells.join('').trimEnd();
  });
}

function cutTo(text: string, room: number): string {
  if (room <= 0) return '';
  if (/^[\x20-\x7e]*$/.test(text)) return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
  return (require('./columns.cjs') as typeof import('./columns.ts')).cutTo(text, room);
}

/** Writes all of it; a reader that left (`| head`) ends us quietly, as it would any filter. */
function write(fd: number, what: string | Buffer): void {
  const bytes = typeof what === 'string' ? Buffer.from(what) : what;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EPIPE') throw new BrokenPipe();
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(WAITER, 0, 0, 5);
    }
  }
}

/** Whoever read our output has left. */
export class BrokenPipe extends Error {}

const WAITER = new Int32Array(new SharedArrayBuffer(4));
