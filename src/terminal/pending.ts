// Raw output that waits to be parsed, and what happened to the screen in between: one buffer that grows while it is
// noisy, and is given back when it is quiet.
import type { Size } from '../base/size.ts';

/** What happens to a screen besides output. */
export type Change = { is: 'size'; size: Size } | { is: 'run' };

/** A change behind the first `at` bytes of those that wait. */
export interface Waiting {
  at: number;
  change: Change;
}

const SMALLEST = 4096;

export interface Pending {
  readonly length: number;
  /** Valid until the next change. */
  readonly bytes: Buffer;
  /** The first change that waits. */
  readonly change: Waiting | undefined;
  add(piece: Buffer): void;
  addChange(change: Change): void;
  /** `bytes` come before all that waits. */
  prepend(bytes: Buffer): void;
  /** Forgets the first `length` bytes. */
  drop(length: number): void;
  dropChange(): void;
}

export function pendingOutput(): Pending {
  let buffer = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  let changes: Waiting[] = [];
  const move = (by: number) => {
    changes = changes.map(({ at, change }) => ({ at: Math.max(0, at + by), change }));
  };
  const self: Pending = {
    get change() {
      return changes[0];
    },
    addChange(change) {
      changes.push({ at: end - start, change });
    },
    dropChange: () => void changes.shift(),
    prepend(bytes) {
      const waiting = Buffer.from(self.bytes);
      const waitingChanges = changes;
      self.drop(waiting.length);
      self.add(bytes);
      self.add(waiting);
      changes = waitingChanges;
      move(bytes.length);
    },
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
      if (changes.length > 0) move(-length);
      if (start < end) return;
      start = 0;
      end = 0;
      if (buffer.length > SMALLEST) buffer = Buffer.alloc(0);
    },
  };
  return self;
}
