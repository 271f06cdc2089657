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

export class Pending {
  private buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;
  private changes: Waiting[] = [];

  get length(): number {
    return this.end - this.start;
  }

  /** Valid until the next change. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  /** The first change that waits. */
  get change(): Waiting | undefined {
    return this.changes[0];
  }

  add(piece: Buffer): void {
    if (this.end + piece.length > this.buffer.length) this.makeRoom(piece.length);
    this.end += piece.copy(this.buffer, this.end);
  }

  addChange(change: Change): void {
    this.changes.push({ at: this.length, change });
  }

  /** `bytes` come before all that waits. */
  prepend(bytes: Buffer): void {
    const waiting = Buffer.from(this.bytes);
    const { changes } = this;
    this.drop(waiting.length);
    this.add(bytes);
    this.add(waiting);
    this.changes = changes;
    this.move(bytes.length);
  }

  /** Forgets the first `length` bytes. */
  drop(length: number): void {
    this.start += length;
    if (this.changes.length > 0) this.move(-length);
    if (this.start < this.end) return;
    this.start = 0;
    this.end = 0;
    if (this.buffer.length > SMALLEST) this.buffer = Buffer.alloc(0);
  }

  dropChange(): void {
    this.changes.shift();
  }

  private makeRoom(more: number): void {
    const { length } = this;
    let room = Math.max(SMALLEST, this.buffer.length);
    while (room < length + more) room *= 2;
    const moved = room === this.buffer.length ? this.buffer : Buffer.allocUnsafeSlow(room);
    this.buffer.copy(moved, 0, this.start, this.end);
    this.buffer = moved;
    this.start = 0;
    this.end = length;
  }

  private move(by: number): void {
    this.changes = this.changes.map(({ at, change }) => ({ at: Math.max(0, at + by), change }));
  }
}
