// A pty's master: everything the session puts out, straight into its slot of the shared memory, and
// everything typed into it.
import { readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { errnoOf } from '../base/errors.ts';
import type { Size } from '../base/size.ts';
import { read, watchOnce, yieldProcessor } from './libc.ts';
import { setWindowSize } from './pty-device.ts';
import type { ReadSlot } from './read-slot.ts';

export interface Typed {
  client: number;
  /** How many bytes of this client the session took before these. */
  before: number;
  bytes: Buffer;
}

export interface Master {
  readonly fd: number;
  /** Typed bytes that the terminal has not taken yet. */
  waiting(): number;
  /** The bytes are the caller's again when it returns. */
  write(typed: Typed): void;
  resize(size: Size): void;
  /** Reads no more until it is let go: the program has to wait. */
  hold(isHeld: boolean): void;
  /** Takes what is put out within some microseconds, as an echo is, without waiting for the loop to turn. */
  look(): void;
  /** Reads on until nothing is there: all that was put out so far, since the slave is held open. */
  drain(): void;
  close(): void;
}

/** The most that one read of a terminal gives. */
const FULL = 4095;

/** How often an echo is looked for: two passes of the kernel's worker bring it, there and back. */
const LOOKS = 2;

/** A supervisor killed while it writes leaves it unknown whether the last piece was taken: it is kept small. */
const MOST_IN_DOUBT = 1024;

/**
 * Reads `fd` into `slot`. `store` gets each piece (valid until it returns), puts it into the output and answers
 * the output's end. `onTaken` is called when typed bytes of a client were taken. `most`: so many bytes at once will do.
 */
export function openMaster(
  fd: number,
  slot: ReadSlot,
  store: (piece: Buffer) => number,
  onTaken: (client: number, taken: number) => void,
  most: () => number,
): Master {
  /** More follows a full read, all that comes meanwhile: it is taken in one piece, for one write to the disk and one to each client. */
  const readOn = (first: number): number => {
    let length = first;
    const room = Math.min(most(), slot.buffer.length - FULL);
    while (length <= room) {
      const got = read(fd, slot.buffer.subarray(length), slot.buffer.length - length);
      if (got <= 0) break;
      length += got;
    }
    return length;
  };
  const take = (length: number) => slot.stored(length, store(slot.buffer.subarray(0, length)));
  const arrived = (length: number) => take(length < FULL ? length : readOn(length));
  const stream = new ReadStream(fd, {
    onread: {
      buffer: slot.buffer,
      callback(length: number) {
        if (length > 0) arrived(length);
        return true;
      },
    },
  } as ConstructorParameters<typeof ReadStream>[1]);
  stream.on('error', () => {}); // EIO when the last holder of the slave is gone: the exit tells the rest
  stream.resume();

  let closed = false;
  let held = false;
  let stopWaiting: (() => void) | undefined;
  let waiting = 0;
  const queue: Typed[] = [];

  // Not by way of the stream: libuv takes a master for a terminal that blocks, and would try again without a
  // pause until the program reads, with nobody served meanwhile.
  const next = () => {
    while (stopWaiting === undefined && !closed && queue[0] !== undefined) {
      const typed = queue[0];
      const piece = typed.bytes.subarray(0, MOST_IN_DOUBT);
      slot.take(typed.client, typed.before + piece.length);
      let written = 0;
      try {
        written = writeSync(fd, piece);
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') written = piece.length; // nobody will ever read it
      }
      if (written < piece.length) slot.take(typed.client, typed.before + written);
      if (written === typed.bytes.length) queue.shift();
      else queue[0] = { ...typed, before: typed.before + written, bytes: typed.bytes.subarray(written) };
      if (written < piece.length) stopWaiting = watchOnce(fd, 'writable', resume); // the terminal is full
      if (written === 0) continue;
      waiting -= written;
      onTaken(typed.client, typed.before + written);
    }
  };
  const resume = () => {
    stopWaiting = undefined;
    next();
  };

  return {
    fd,
    waiting: () => waiting,
    write(typed) {
      if (closed || typed.bytes.length === 0) return;
      waiting += typed.bytes.length;
      queue.push(typed);
      next();
      const last = queue.at(-1);
      if (last !== undefined) last.bytes = Buffer.from(last.bytes);
    },
    resize(size) {
      if (!closed) setWindowSize(fd, size);
    },
    hold(isHeld) {
      if (closed) return;
      held = isHeld;
      if (isHeld) stream.pause();
      else stream.resume();
    },
    look() {
      for (let left = LOOKS; left > 0 && !closed && !held; left--) {
        yieldProcessor();
        const length = read(fd, slot.buffer, slot.buffer.length);
        if (length > 0) return arrived(length);
      }
    },
    drain() {
      if (closed) return;
      for (;;) {
        try {
          const length = readSync(fd, slot.buffer);
          if (length === 0) return;
          take(length);
        } catch {
          return; // EAGAIN: all is read; EIO: the other end is gone
        }
      }
    },
    close() {
      if (closed) return;
      closed = true;
      stopWaiting?.();
      queue.length = 0;
      stream.destroy();
    },
  };
}
