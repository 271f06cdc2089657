// One session's slot of the shared memory: the buffer its terminal is read into, and how far reading and
// typing have come. A supervisor killed at any moment leaves here what its successor needs to lose nothing.
//
//   0  u8   1 once a supervisor has begun to read
//   8  f64  base: the output's offset (all bytes ever) of the buffer's first byte
//  64  16 writers of 24 bytes: f64 client, f64 taken, f64 pending
// 1024 the buffer; zeros but for what was read and not yet put into the output

const BASE = 8;
const WRITERS = 64;
const WRITER_SIZE = 24;
const MOST_WRITERS = 16;
const BUFFER = 1024;

export interface ReadSlot {
  readonly buffer: Buffer;
  readonly begun: boolean;
  /** Offset behind all that was put into the output by way of this slot. */
  readonly base: number;
  begin(base: number): void;
  /** The first `length` bytes of the buffer are in the output, which ends at `base` now. */
  stored(length: number, base: number): void;
  /** What a read cut short left in the buffer; exact but for NULs at its very end. */
  leftover(): Buffer;
  /** How many bytes the session has taken from `client`; a write cut short counts as done. */
  taken(client: number): number | undefined;
  /** A client of the run before goes on with this one: it has been taken up to `taken`. */
  carryOver(client: number, taken: number): void;
  /** Notes that `length` bytes of `client` are about to be written, then that `written` of them were. */
  intend(client: number, length: number, takenBefore: number): void;
  done(client: number, written: number): void;
}

export function readSlot(memory: Buffer): ReadSlot {
  const buffer = memory.subarray(BUFFER);

  const find = (client: number): number | undefined => {
    for (let i = 0; i < MOST_WRITERS; i++) {
      const at = WRITERS + i * WRITER_SIZE;
      if (memory.readDoubleLE(at) === client) return at;
    }
    return undefined;
  };

  /** The place of a new writer: a free one, else that of the one who came first. */
  const place = (client: number, taken: number): number => {
    let at = find(0);
    if (at === undefined) {
      const first = WRITERS;
      memory.copyWithin(first, first + WRITER_SIZE, first + MOST_WRITERS * WRITER_SIZE);
      at = first + (MOST_WRITERS - 1) * WRITER_SIZE;
    }
    memory.writeDoubleLE(taken, at + 8);
    memory.writeDoubleLE(0, at + 16);
    memory.writeDoubleLE(client, at);
    return at;
  };

  return {
    buffer,
    get begun() {
      return memory[0] === 1;
    },
    get base() {
      return memory.readDoubleLE(BASE);
    },
    begin(base) {
      memory.writeDoubleLE(base, BASE);
      memory[0] = 1;
    },
    stored(length, base) {
      buffer.fill(0, 0, length);
      memory.writeDoubleLE(base, BASE);
    },
    leftover() {
      let length = buffer.length;
      while (length > 0 && buffer[length - 1] === 0) length--;
      return Buffer.from(buffer.subarray(0, length));
    },
    taken(client) {
      const at = find(client);
      return at === undefined ? undefined : memory.readDoubleLE(at + 8) + memory.readDoubleLE(at + 16);
    },
    carryOver: (client, taken) => void place(client, taken),
    intend(client, length, takenBefore) {
      const at = find(client) ?? place(client, takenBefore);
      memory.writeDoubleLE(takenBefore, at + 8);
      memory.writeDoubleLE(length, at + 16);
    },
    done(client, written) {
      const at = find(client);
      if (at === undefined) return;
      // Both change "taken" by the same sum; killed in between, at most this chunk is counted twice.
      memory.writeDoubleLE(0, at + 16);
      memory.writeDoubleLE(memory.readDoubleLE(at + 8) + written, at + 8);
    },
  };
}
