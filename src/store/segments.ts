// The kept output of a session as files: logs/<id>/<offset>.out, each named by the offset of its first byte
// among all bytes ever put out, beside <offset>.times with "<offset> <second>" where a new second began, and
// " part" behind the first where the segment begins inside a line.
// Nothing is ever renamed or copied, so a rotation cannot lose a byte or move an offset.
import { closeSync, constants, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openOwn, readOwn, sizeOfOwn } from '../base/own-file.ts';

export interface Segment {
  /** Offset of its first byte. */
  start: number;
  /** Offset behind its last byte. */
  end: number;
}

export interface TimeMark {
  /** Output from this offset on … */
  offset: number;
  /** … came at or after this time, ms since 1970 to the second. */
  time: number;
}

export const outputFile = (directory: string, start: number) => join(directory, `${pad(start)}.out`);
export const timesFile = (directory: string, start: number) => join(directory, `${pad(start)}.times`);

const pad = (start: number) => String(start).padStart(16, '0'); // 2^53 has 16 digits: by name is by offset

/** The segments of a session, in order; none where nothing was kept. */
export function listSegments(directory: string): Segment[] {
  let files: string[];
  try {
    files = readdirSync(directory);
  } catch {
    return [];
  }
  const segments: Segment[] = [];
  for (const file of files.sort()) {
    const match = /^(\d{16})\.out$/.exec(file);
    if (match === null) continue;
    const start = Number(match[1]);
    const size = sizeOfOwn(join(directory, file));
    if (size !== undefined) segments.push({ start, end: start + size }); // else rotated away just now, or nothing of ours
  }
  return segments;
}

/** Offset behind the last byte kept. */
export const endOf = (segments: Segment[]) => segments.at(-1)?.end ?? 0;

/** What is kept of [from, to), in order and in pieces. A gap (a full disk) and what was rotated away are skipped. */
export function* readRange(directory: string, from: number, to: number): Generator<{ offset: number; bytes: Buffer }> {
  for (const segment of listSegments(directory)) {
    let at = Math.max(from, segment.start);
    const end = Math.min(to, segment.end);
    if (at >= end) continue;
    let fd: number;
    try {
      fd = openOwn(outputFile(directory, segment.start), constants.O_RDONLY);
    } catch {
      continue; // rotated away just now
    }
    try {
      while (at < end) {
        const bytes = Buffer.allocUnsafe(Math.min(65536, end - at));
        const length = readSync(fd, bytes, 0, bytes.length, at - segment.start);
        if (length === 0) break;
        yield { offset: at, bytes: bytes.subarray(0, length) };
        at += length;
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** When output came, in order. */
export function readTimes(directory: string): TimeMark[] {
  const marks: TimeMark[] = [];
  for (const { start } of listSegments(directory)) {
    let text = '';
    try {
      text = readOwn(timesFile(directory, start)).toString('latin1');
    } catch {
      continue;
    }
    for (const line of text.split('\n')) {
      const [offset, second] = line.split(' ').map(Number);
      if (offset !== undefined && second !== undefined && second > 0) marks.push({ offset, time: second * 1000 });
    }
  }
  return marks;
}

/** Whether what is kept begins inside a line, whose beginning was rotated away. */
export function beginsInsideLine(directory: string): boolean {
  const first = listSegments(directory)[0];
  if (first === undefined) return false;
  try {
    return /^\d+ \d+ part$/m.exec(readOwn(timesFile(directory, first.start)).toString('latin1'))?.index === 0;
  } catch {
    return false;
  }
}
