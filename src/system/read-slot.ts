// One session's slot of the shared memory: the buffer its terminal is read into, and how far reading and
// typing have come. A supervisor killed at any moment leaves here what its successor needs to lose nothing.
// Each number is one float64, stored whole: a kill finds the old one or the new one.
//
//   word 0      1 once a supervisor has begun to read
//   word 1      base: the output's offset (all bytes ever) of the buffer's first byte
//   words 8..   16 writers of two words: client, and how many of its bytes were taken
//   byte 1024.. the buffer; zeros but for what was read and not yet put into the output

import { loadSlot, mapSlot, SLOT_SIZE } from './shared-memory.ts';

const BEGUN = 0;
const BASE = 1;
const WRITERS = 8;
const MOST_WRITERS = 16;
const HEADER_WORDS = 128;
const BUFFER = 8 * HEADER_WORDS;
const NOTHING = Buffer.alloc(SLOT_SIZE - BUFFER);

/** The slots of the shared memory that is open as `fd`, each mapped when it is first asked for. */
export function slotsOf(fd: number): (index: number) => ReadSlot {
  const slots = new Map<number, ReadSlot>();
  return (index) => {
    const slot = slots.get(index) ?? new ReadSlot(mapSlot(fd, index), () => loadSlot(fd, index));
    slots.set(index, slot);
    return slot;
  };
}

export class ReadSlot {
  readonly buffer: Buffer;
  private readonly words: Float64Array;
  private readonly load: () => Buffer;
  /** The writer of last time. */
  private found = WRITERS;

  /** `load` copies `memory` without touching it: to look at a page that nothing was written to makes one. */
  constructor(memory: Buffer, load: () => Buffer) {
    this.words = new Float64Array(memory.buffer, memory.byteOffset, HEADER_WORDS);
    this.buffer = memory.subarray(BUFFER);
    this.load = load;
  }

  get begun(): boolean {
    return this.word(BEGUN) === 1;
  }

  /** Offset behind all that was put into the output by way of this slot. */
  get base(): number {
    return this.word(BASE);
  }

  begin(base: number): void {
    this.words[BASE] = base;
    this.words[BEGUN] = 1;
  }

  /** The first `length` bytes of the buffer are in the output, which ends at `base` now. */
  stored(length: number, base: number): void {
    this.buffer.fill(0, 0, length);
    this.words[BASE] = base;
  }

  /** What a read cut short left in the buffer; exact but for NULs at its very end. */
  leftover(): Buffer {
    const left = this.load().subarray(BUFFER);
    let { length } = left;
    if (left.equals(NOTHING)) length = 0; // mostly, and found out a hundred times faster than byte by byte
    while (length > 0 && left[length - 1] === 0) length--;
    return Buffer.from(left.subarray(0, length));
  }

  /** How many bytes the session has taken from `client`. A write that a kill cut short counts as done. */
  taken(client: number): number | undefined {
    const at = this.find(client);
    return at === undefined ? undefined : this.word(at + 1);
  }

  /** `client` has been taken up to `upTo`; said before a write is tried, and again if it took less. */
  take(client: number, upTo: number): void {
    const known = this.find(client);
    const at = known ?? this.makeRoom();
    this.words[at + 1] = upTo;
    if (known === undefined) this.words[at] = client;
  }

  private word(index: number): number {
    return this.words[index] as number;
  }

  private find(client: number): number | undefined {
    if (this.word(this.found) === client) return this.found;
    for (let i = 0; i < MOST_WRITERS; i++) {
      if (this.word(WRITERS + 2 * i) === client) return (this.found = WRITERS + 2 * i);
    }
    return undefined;
  }

  /** The place of a new writer: a free one, else that of the one who came first. */
  private makeRoom(): number {
    const free = this.find(0);
    if (free !== undefined) return free;
    this.words.copyWithin(WRITERS, WRITERS + 2, WRITERS + 2 * MOST_WRITERS);
    return WRITERS + 2 * (MOST_WRITERS - 1);
  }
}
