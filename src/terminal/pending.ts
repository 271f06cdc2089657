// Raw output that waits to be parsed: one buffer that grows while it is noisy, and is given back when it is quiet.

const SMALLEST = 4096;

export interface Pending {
  readonly length: number;
  /** Valid until the next change. */
  readonly bytes: Buffer;
  add(piece: Buffer): void;
  /** Forgets the first `length` bytes. */
  drop(length: number): void;
}

export function pendingBytes(): Pending {
  let buffer = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  return {
    get length() {
      return end - start;
    },
    get bytes() {
      return buffer.subarray(start, end);
    },
    add(piece) {
      if (end + piece.length > buffer.length) {
        const length = end - start;
        let room = Math.max(SMALLEST, buffer.length);
        while (room < length + piece.length) room *= 2;
        const moved = room === buffer.length ? buffer : Buffer.allocUnsafeSlow(room);
        buffer.copy(moved, 0, start, end);
        buffer = moved;
        start = 0;
        end = length;
      }
      end += piece.copy(buffer, end);
    },
    drop(length) {
      start += length;
      if (start < end) return;
      start = 0;
      end = 0;
      if (buffer.length > SMALLEST) buffer = Buffer.alloc(0);
    },
  };
}
