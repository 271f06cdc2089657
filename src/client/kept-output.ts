// Reading what a session has put out, from the disk, whether anybody supervises it or not.
import { existsSync, mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Place } from '../base/paths.ts';
import { beginsInsideLine, endOf, listSegments, readRange, readTimes, type TimeMark } from '../store/segments.ts';

export interface Selection {
  /** ms since 1970. */
  since: number | undefined;
  /** The last so many. */
  lines: number | undefined;
}

export interface PrintOptions {
  directory: string;
  selection: Selection;
  follow: boolean;
  /** Each line, inert, with the time it began, to the second. */
  line?(line: string, time: number | undefined): void;
  /** Instead: the bytes as they came. */
  raw?(bytes: Buffer): void;
}

/** Prints the selected output; with `follow`, until we are ended. */
export async function printOutput(options: PrintOptions): Promise<number> {
  const { directory, selection, follow } = options;
  const reader = options.raw === undefined ? lineReader(directory, options.line ?? (() => {})) : undefined;
  let at = firstOffset(directory, selection);
  if (at === listSegments(directory)[0]?.start && beginsInsideLine(directory)) reader?.skipPart();
  const readOn = () => {
    const end = endOf(listSegments(directory));
    for (const { offset, bytes } of readRange(directory, at, end)) {
      if (reader === undefined) options.raw?.(bytes);
      else reader.take(bytes, offset);
      at = offset + bytes.length;
    }
  };
  readOn();
  if (!follow) {
    reader?.finish();
    return 0;
  }
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 }); // nothing was put out so far
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        if (existsSync(directory)) return readOn();
        watcher.close(); // the session was removed
        resolve(0);
      } catch (error) {
        watcher.close();
        reject(error); // whoever read our output has left
      }
    };
    const watcher = watch(directory, look);
    watcher.on('error', look);
    look(); // what came before the watch
  });
}

/** The newest line that says anything; '' where none does. */
export function lastLine(place: Place, id: string): string {
  const directory = join(place.logs, id);
  const end = endOf(listSegments(directory));
  let last = '';
  const reader = lineReader(directory, (line) => {
    if (line.trim() !== '') last = line.trim();
  });
  for (const { offset, bytes } of readRange(directory, Math.max(0, end - 8192), end)) reader.take(bytes, offset);
  reader.finish();
  return last.slice(0, 200);
}

function firstOffset(directory: string, { since, lines }: Selection): number {
  const segments = listSegments(directory);
  const end = endOf(segments);
  let from = segments[0]?.start ?? 0;
  if (since !== undefined)
    from = readTimes(directory).find((mark) => mark.time >= Math.floor(since / 1000) * 1000)?.offset ?? end;
  return lines === undefined ? from : Math.max(from, offsetOfLast(directory, lines, from, end));
}

/** Where the last `count` lines begin; a last one without its end counts. */
function offsetOfLast(directory: string, count: number, from: number, end: number): number {
  if (count === 0) return end;
  const BLOCK = 64 * 1024;
  let newlines = 0;
  for (let to = end; to > from; to -= BLOCK) {
    const pieces = [...readRange(directory, Math.max(from, to - BLOCK), to)].reverse();
    for (const { offset, bytes } of pieces) {
      for (let i = bytes.length - 1; i >= 0; i--) {
        if (bytes[i] !== 10 || offset + i === end - 1) continue;
        if (++newlines === count) return offset + i + 1;
      }
    }
  }
  return from;
}

/** Lines of more than this are given in parts. */
const LONGEST = 64 * 1024;

interface LineReader {
  take(bytes: Buffer, offset: number): void;
  /** What comes first is the rest of a line: it is left out. */
  skipPart(): void;
  /** The last line, though it has no end. */
  finish(): void;
}

function lineReader(directory: string, give: (line: string, time: number | undefined) => void): LineReader {
  let pending: Buffer[] = [];
  let length = 0;
  let began = 0;
  let marks: TimeMark[] | undefined;
  const timeOf = (offset: number) => {
    marks ??= readTimes(directory);
    if ((marks.at(-1)?.offset ?? 0) < offset) marks = readTimes(directory);
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((marks[middle] as TimeMark).offset <= offset) low = middle + 1;
      else high = middle;
    }
    return marks[low - 1]?.time;
  };
  let skips = false;
  const flush = () => {
    if (skips) {
      skips = false;
      pending = [];
      length = 0;
      return;
    }
    const text = stripVTControlCharacters(Buffer.concat(pending).toString('utf8'));
    pending = [];
    length = 0;
    // A carriage return inside a line is a progress bar's: each of its states is a line of its own.
    for (const part of text.replace(/\r+$/, '').split('\r')) give(part.replaceAll('\x07', ''), timeOf(began));
  };
  return {
    take(bytes, offset) {
      let from = 0;
      for (let end = bytes.indexOf(10, from); end !== -1; end = bytes.indexOf(10, from)) {
        if (length === 0) began = offset + from;
        pending.push(bytes.subarray(from, end));
        flush();
        from = end + 1;
      }
      if (from === bytes.length) return;
      if (length === 0) began = offset + from;
      pending.push(bytes.subarray(from));
      length += bytes.length - from;
      if (length > LONGEST) flush();
    },
    skipPart() {
      skips = true;
    },
    finish() {
      if (length > 0) flush();
    },
  };
}
