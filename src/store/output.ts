// Keeping a session's output: appended to the newest segment before anybody sees it, rotated within the
// limit. A disk that is full loses output, never the session: keeping resumes when there is room.
import { closeSync, mkdirSync, rmSync, writeSync } from 'node:fs';
import { appendLine, mayAppendTo, openToAppend, removeQuietly, sizeOfOwn } from '../base/own-file.ts';
import { endOf, listSegments, outputFile, readRange, type Segment, timesFile } from './segments.ts';

/** A session that keeps nothing on disk still has this much for a client that comes back. */
const REMEMBERED = 64 * 1024;

/** How often a disk that failed is tried again, ms. */
const TRY_AGAIN = 1000;

/** The limit is divided among so many. */
const SEGMENTS = 4;

/** A line of the times: two numbers of 16 digits at most, and ` part`. */
const LONGEST_MARK = 39;

export class Output {
  /** All bytes ever put out. */
  end: number;
  private readonly directory: string;
  private limit: number;
  private kept: boolean;
  private segments: Segment[];
  private fd: number | undefined;
  private size = 0;
  private second = 0;
  /** The newest byte ended no line. Not known of an earlier supervisor's: then a line is taken for whole. */
  private insideLine = false;
  private failedAt = Number.NEGATIVE_INFINITY;
  /** Twice REMEMBERED long, so that bytes are moved once in many appends; used up to `held`. */
  private memory: Buffer | undefined;
  private held = 0;

  constructor(directory: string, limit: number, kept: boolean) {
    this.directory = directory;
    this.limit = limit;
    this.kept = kept;
    this.segments = listSegments(directory);
    this.end = endOf(this.segments);
  }

  /** The end is known to be at least `offset`: the newest output was not kept. */
  catchUp(offset: number): void {
    this.end = Math.max(this.end, offset);
  }

  /** Takes effect with the next byte. */
  configure(limit: number, kept: boolean): void {
    if (limit !== this.limit) this.close(); // the next append prunes
    if (!kept) this.close();
    this.limit = limit;
    this.kept = kept;
  }

  /** Appends `bytes` that came at `now` (ms): in pieces of half a segment at most, or one would be larger than its share. */
  append(bytes: Buffer, now: number): void {
    const most = Math.floor(this.limit / SEGMENTS / 2);
    for (let at = 0; at < bytes.length; at += most) this.appendPiece(bytes.subarray(at, at + most), now);
  }

  /** What can be had of the output from `from` on: its real beginning and the bytes. */
  since(from: number): { from: number; bytes: Buffer } {
    const pieces: Buffer[] = [];
    let at = this.end;
    let next = -1;
    for (const { offset, bytes } of readRange(this.directory, from, this.end)) {
      if (offset !== next) {
        pieces.length = 0; // a gap: only what lies behind it is whole
        at = offset;
      }
      pieces.push(bytes);
      next = offset + bytes.length;
    }
    const remembered = this.end - this.held;
    if (next < remembered) {
      pieces.length = 0;
      at = next = Math.min(this.end, Math.max(from, remembered));
    }
    if (this.memory !== undefined) pieces.push(this.memory.subarray(this.held - (this.end - next), this.held));
    return { from: at, bytes: Buffer.concat(pieces) };
  }

  /** The newest output, at most `length` bytes; `whole`: there was never more. */
  tail(length: number): { bytes: Buffer; whole: boolean } {
    const { from, bytes } = this.since(Math.max(0, this.end - length));
    return { bytes, whole: from === 0 };
  }

  /** Removes all that is kept. */
  remove(): void {
    this.close();
    rmSync(this.directory, { recursive: true, force: true });
    this.segments = [];
  }

  close(): void {
    const { fd } = this;
    this.fd = undefined;
    try {
      if (fd !== undefined) closeSync(fd);
    } catch {
      // A network's disk says only now that it is full: what was written is kept or not, and we go on.
    }
  }

  private appendPiece(bytes: Buffer, now: number): void {
    if (this.kept) this.keep(bytes, now);
    else this.remember(bytes);
    this.end += bytes.length;
    this.insideLine = bytes.at(-1) !== 10;
  }

  private keep(bytes: Buffer, now: number): void {
    if (this.fd === undefined && now - this.failedAt < TRY_AGAIN && now >= this.failedAt) return this.remember(bytes);
    try {
      const whole = Math.floor(this.limit / SEGMENTS);
      const room = whole - bytes.length - LONGEST_MARK;
      if (this.fd === undefined || this.size > room) this.rotate(whole, room);
      this.markTime(now);
      const fd = this.fd as unknown as number;
      for (let at = 0; at < bytes.length; ) {
        const written = writeSync(fd, bytes, at); // may take less than asked
        at += written;
        this.size += written;
        (this.segments.at(-1) as Segment).end += written;
      }
      this.held = 0; // what is remembered must be the newest bytes, without a gap
    } catch {
      this.failedAt = now;
      this.close(); // what was not written is a gap: a new segment begins behind it
      this.remember(bytes);
    }
  }

  /** Continues the newest segment while it is whole and small, else begins one and drops the oldest. */
  private rotate(whole: number, room: number): void {
    this.close();
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const newest = this.segments.at(-1);
    const size = newest === undefined ? 0 : this.sizeOf(newest);
    const goesOn = newest !== undefined && newest.end === this.end && size < Math.min(whole / 2, room + 1);
    if (!goesOn || !this.isOurs(newest)) {
      if (newest?.start === newest?.end) this.drop(this.segments.pop()); // begun on a disk that was full
      this.segments.push({ start: this.end, end: this.end });
      this.size = 0;
    } else {
      this.size = size;
    }
    this.second = 0;
    let others = 0;
    for (const segment of this.segments.slice(0, -1)) others += this.sizeOf(segment);
    while (this.segments.length > 1 && others + whole > this.limit) {
      const oldest = this.segments.shift() as Segment;
      others -= this.sizeOf(oldest);
      this.drop(oldest);
    }
    this.fd = openToAppend(outputFile(this.directory, (this.segments.at(-1) as Segment).start));
  }

  /** Nothing else was put there in the place of its files. */
  private isOurs({ start }: Segment): boolean {
    return [outputFile(this.directory, start), timesFile(this.directory, start)].every(mayAppendTo);
  }

  private drop(segment: Segment | undefined): void {
    if (segment === undefined) return;
    removeQuietly(outputFile(this.directory, segment.start));
    removeQuietly(timesFile(this.directory, segment.start));
  }

  private markTime(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.second) return;
    this.second = second;
    const begins = (this.segments.at(-1) as Segment).start === this.end;
    const line = `${this.end} ${second}${begins && this.insideLine ? ' part' : ''}`;
    appendLine(timesFile(this.directory, (this.segments.at(-1) as Segment).start), line);
    this.size += line.length + 1; // a slow trickle's times outweigh its output
  }

  private sizeOf(segment: Segment): number {
    const times = sizeOfOwn(timesFile(this.directory, segment.start));
    return segment.end - segment.start + (times ?? 0);
  }

  private remember(bytes: Buffer): void {
    const memory = (this.memory ??= Buffer.alloc(2 * REMEMBERED));
    const fresh = bytes.subarray(Math.max(0, bytes.length - REMEMBERED));
    if (this.held + fresh.length > memory.length) {
      const stays = Math.min(this.held, REMEMBERED);
      memory.copyWithin(0, this.held - stays, this.held);
      this.held = stays;
    }
    this.held += fresh.copy(memory, this.held);
  }
}
