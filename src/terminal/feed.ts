// How output gets to the emulator: it waits raw, and is parsed when it is quiet, when somebody looks, or when it asks
// something that nobody else answers. What of it cannot matter any more is not parsed at all. Where parsing is slow,
// the program has to wait, as it would for a slow terminal: never the others, nor who looks.
import type { Undo } from '../base/clock.ts';
import type { Size } from '../base/size.ts';
import { Asking } from './asking.ts';
import { Drawn, type DrawnOptions } from './drawn.ts';
import { Pace } from './pace.ts';
import { type Change, Pending } from './pending.ts';
import { Skipper } from './skip.ts';
import type { Tracked } from './tracked.ts';

export interface FeedOptions extends DrawnOptions {
  size: Size;
  after(ms: number, deed: () => void): Undo;
  /** The most that may wait to be parsed, bytes. */
  mostPending(): number;
  /** Something was left out: what is pending fills screen and scrollback anew. */
  skipped(): void;
  /** No more is to be read (or it is again): output comes faster than it can be parsed. */
  hold(isHeld: boolean): void;
}

/** Parsed after so long a quiet, ms. */
export const QUIET = 100;

export class Feed {
  readonly drawn: Drawn;
  private readonly options: FeedOptions;
  /** The emulator is about to be used. */
  private readonly used: () => void;
  private readonly pending = new Pending();
  /** Offset of the first byte that is not parsed. */
  parsed: number;
  private isAnswering = true;
  private readonly asking = new Asking();
  private readonly skipper = new Skipper();
  private readonly pace = new Pace();
  private quiet: Undo | undefined;
  private holding: Undo | undefined;
  private wasFed = false;

  /** `offset`: that of the first byte to come. */
  constructor(offset: number, options: FeedOptions, used: () => void) {
    this.parsed = offset;
    this.options = options;
    this.used = used;
    this.drawn = new Drawn(options);
  }

  /** ms that parsing has taken so far. */
  get spent(): number {
    return this.pace.spent;
  }

  /** Bytes that can be parsed within a bearable time. */
  get bearable(): number {
    return this.pace.limit;
  }

  /** What waits. Valid until the next change. */
  get waiting(): Buffer {
    return this.pending.bytes;
  }

  get hasChanges(): boolean {
    return this.pending.change !== undefined;
  }

  get isQuiet(): boolean {
    return this.quiet === undefined && this.holding === undefined;
  }

  /** Output has come. `answers`: no terminal does, so the emulator answers what it asks. */
  add(piece: Buffer, answers: boolean): void {
    if (answers !== this.isAnswering) {
      this.parse();
      this.isAnswering = answers;
      this.asking.lookAgain(); // at what is unfinished
    }
    if (this.pace.isTooMuch(this.pending.length + piece.length, this.options.mostPending())) this.makeRoom();
    this.pending.add(piece);
    this.wasFed = true;
    if (answers && this.asking.asks(this.pending.bytes, this.drawn.inside)) this.parse();
    if (this.pace.isTooMuch(this.pending.length)) this.hold();
    this.quiet ??= this.options.after(QUIET, () => this.whenQuiet());
  }

  /** Takes effect at once where the emulator is there, else when it is. */
  change(change: Change): void {
    this.pending.addChange(change);
    if (this.drawn.present !== undefined) this.parse();
  }

  /** The emulator; changes of size wait with the output before them: it begins with the first. */
  emulator(): Tracked {
    this.used();
    return this.drawn.emulator(this.options.size, (rest) => this.goOnFrom(rest));
  }

  /** Parses all that is pending and whole, with the changes in between. */
  parse(): void {
    if (this.pending.length === 0 && this.pending.change === undefined) return;
    this.emulator();
    for (let next = this.pending.change; next !== undefined; next = this.pending.change) {
      this.parseUpTo(next.at);
      if (next.change.is === 'run') this.consume(this.pending.change?.at ?? 0); // what is unfinished stays so
      this.pending.dropChange();
      this.drawn.apply(next.change);
    }
    this.parseUpTo(this.pending.length);
  }

  close(): void {
    this.quiet?.();
    this.holding?.();
  }

  /** What an earlier supervisor was left with comes before what is pending. */
  private goOnFrom(rest: Buffer): void {
    if (rest.length === 0) return;
    this.pending.prepend(rest);
    this.parsed -= rest.length;
    this.asking.moved(rest.length);
    this.skipper.moved(rest.length);
  }

  private parseUpTo(length: number): void {
    for (let left = length; left > 0; ) {
      const parsed = this.parseSlice(left);
      if (parsed === 0) return;
      left -= parsed;
    }
  }

  /** Parses some of the first `most` bytes; 0: what is left is not whole. */
  private parseSlice(most = this.pending.length): number {
    const { slice } = this.pace;
    const parse = (length: number) => this.drawn.parse(this.pending.bytes.subarray(0, length), this.isAnswering);
    const parsed = this.pace.measure(() => parse(Math.min(most, slice)) || (most > slice ? parse(most) : 0));
    this.consume(parsed);
    return parsed;
  }

  private consume(length: number): void {
    this.pending.drop(length);
    this.parsed += length;
    this.asking.moved(-length);
    this.skipper.moved(-length);
  }

  /** Not of all that waits where parsing is slow. */
  private makeRoom(): void {
    this.emulator();
    if (this.pending.change !== undefined) return this.parse();
    const { length, pen } = this.skipper.find(this.pending.bytes, this.drawn.renewedBy);
    if (length === 0) return void this.parseSome();
    this.drawn.leaveOut(pen);
    this.consume(length);
    this.options.skipped();
  }

  /** As much as is bearable. Whether nothing is left that is whole. */
  private parseSome(): boolean {
    const isDone = this.pace.whileBearable(() => this.parseSlice());
    if (isDone && this.pending.length > 0) this.pace.stuck(this.pending.length);
    return isDone;
  }

  private hold(): void {
    if (this.holding !== undefined) return;
    this.options.hold(true);
    this.holding = this.options.after(0, () => this.catchUp());
  }

  private catchUp(): void {
    this.holding = undefined;
    this.makeRoom();
    if (this.pace.isTooMuch(this.pending.length)) this.holding = this.options.after(0, () => this.catchUp());
    else this.options.hold(false);
  }

  private whenQuiet(): void {
    this.quiet = undefined;
    const wasFed = this.wasFed;
    this.wasFed = false;
    if (!wasFed && (this.pending.length === 0 || this.pending.change !== undefined)) return this.parse();
    if (!wasFed) this.emulator();
    const isDone = !wasFed && this.pace.whileBearable(() => this.parseSlice());
    if (!isDone) this.quiet = this.options.after(wasFed ? QUIET : 0, () => this.whenQuiet());
  }
}
