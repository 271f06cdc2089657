// A pty's master: everything the session puts out, straight into its slot of the shared memory, and
// everything typed into it.
import { closeSync, readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { errnoOf } from '../base/errors.ts';
import { type Size, setWindowSize } from './pty-device.ts';
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
  readonly waiting: number;
  write(typed: Typed): void;
  resize(size: Size): void;
  /** Reads on until nothing is there: all that was put out so far, since the slave is held open. */
  drain(): void;
  close(): void;
}

/**
 * Reads `fd` into `slot`. `store` gets each piece (valid until it returns), puts it into the output and answers
 * the output's end. `onTaken` is called when typed bytes of a client were taken.
 */
export function openMaster(
  fd: number,
  slot: ReadSlot,
  store: (piece: Buffer) => number,
  onTaken: (client: number, taken: number) => void,
): Master {
  const take = (length: number) => slot.stored(length, store(slot.buffer.subarray(0, length)));
  const stream = new ReadStream(fd, {
    onread: {
      buffer: slot.buffer,
      callback(length: number) {
        if (length > 0) take(length);
        return true;
      },
    },
  } as ConstructorParameters<typeof ReadStream>[1]);
  stream.on('error', () => {}); // EIO when the last holder of the slave is gone: the exit tells the rest
  stream.resume();

  let closed = false;
  let busy = false;
  let waiting = 0;
  const queue: Typed[] = [];

  const finish = (typed: Typed, written: number) => {
    slot.done(typed.client, written);
    waiting -= written;
    onTaken(typed.client, typed.before + written);
  };

  const next = () => {
    while (!busy && !closed && queue[0] !== undefined) {
      const typed = queue[0];
      slot.intend(typed.client, typed.bytes.length, typed.before);
      let written = 0;
      try {
        written = writeSync(fd, typed.bytes);
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') written = typed.bytes.length; // nobody will ever read it
      }
      if (written > 0) finish(typed, written);
      if (written === typed.bytes.length) {
        queue.shift();
        continue;
      }
      const rest = { ...typed, before: typed.before + written, bytes: typed.bytes.subarray(written) };
      queue[0] = rest;
      slot.intend(rest.client, rest.bytes.length, rest.before);
      busy = true; // the terminal is full: libuv writes on when its program reads
      stream.write(rest.bytes, () => {
        busy = false;
        queue.shift();
        finish(rest, rest.bytes.length);
        next();
      });
    }
  };

  return {
    fd,
    get waiting() {
      return waiting;
    },
    write(typed) {
      if (closed || typed.bytes.length === 0) return;
      waiting += typed.bytes.length;
      queue.push(typed);
      next();
    },
    resize(size) {
      if (!closed) setWindowSize(fd, size);
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
      queue.length = 0;
      stream.destroy();
    },
  };
}

/** Closes a master that nobody is going to read. */
export const discardMaster = (fd: number) => closeSync(fd);
