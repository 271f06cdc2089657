// A session's screen, kept lazily: output waits raw, and is parsed when it is quiet, when somebody looks, or when
// it asks something that nobody else answers. What of it cannot matter any more is not parsed at all. The screen
// is always that of a full parse.
import type { Undo } from '../base/clock.ts';
import type { Size } from '../base/size.ts';
import { Asking } from './asking.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Drawn, type DrawnOptions } from './drawn.ts';
import { Pace, SLICE } from './pace.ts';
import { type Change, pendingOutput } from './pending.ts';
import type { Onto } from './snapshot.ts';
import type { Tracked } from './tracked.ts';

export interface ScreenOptions extends DrawnOptions {
  size: Size;
  after(ms: number, deed: () => void): Undo;
  /** The most that may wait to be parsed, bytes. */
  mostPending(): number;
  /** Something was left out: what is pending fills screen and scrollback anew. */
  skipped(): void;
  /** The emulator was put away as this. */
  putAway(checkpoint: Checkpoint): void;
}

/** Parsed after so long a quiet, ms; put away after so long. */
const QUIET = 100;
const AWAY = 10_000;

export class Screen {
  size: Size;
  private readonly options: ScreenOptions;
  private readonly drawn: Drawn;
  private readonly pending = pendingOutput();
  /** Offset of the first byte that is not parsed. */
  private parsed: number;
  private isAnswering = true;
  private readonly asking = new Asking();
  private readonly pace = new Pace();
  private quiet: Undo | undefined;
  private away: Undo | undefined;
  private wasFed = false;
  private wasUsed = false;
  private isClosed = false;

  /** `offset`: that of the first byte to be fed. */
  constructor(offset: number, options: ScreenOptions) {
    this.parsed = offset;
    this.options = options;
    this.size = options.size;
    this.drawn = new Drawn(options);
  }

  /** ms that parsing has taken so far. */
  get spent(): number {
    return this.pace.spent;
  }

  /** Offset behind all that was fed. */
  get offset(): number {
    return this.parsed + this.pending.length;
  }

  /** Output has come. `answers`: no terminal does, so the emulator answers what it asks. */
  feed(piece: Buffer, answers: boolean): void {
    if (answers !== this.isAnswering) {
      this.parse();
      this.isAnswering = answers;
      this.asking.lookAgain(); // at what is unfinished
    }
    const length = this.pending.length + piece.length;
    if (this.pace.isTooMuch(length, this.options.mostPending())) this.makeRoom(piece.length);
    this.pending.add(piece);
    this.wasFed = true;
    if (answers && this.asking.asks(this.pending.bytes, this.drawn.inside)) this.parse();
    this.quiet ??= this.options.after(QUIET, () => this.whenQuiet());
  }

  /** The terminal is of another size from here on. */
  resize(size: Size): void {
    this.size = size;
    this.change({ is: 'size', size });
  }

  /** Another program begins from here on, below what the last one left. */
  beginRun(): void {
    this.change({ is: 'run' });
  }

  /** The setting has changed. */
  setScrollback(): void {
    const { present } = this.drawn;
    if (present !== undefined) present.terminal.options.scrollback = this.options.scrollback();
  }

  /** Lines that have left the screen upwards since the session was made; exact as long as nothing is skipped. */
  get scrolled(): number {
    this.draw();
    return this.drawn.scrolled;
  }

  /** What shows this screen on a terminal, with `above` lines of its scrollback; and what came in last, unfinished. */
  snapshot(onto: Onto, above: number): Buffer {
    const text = this.options.emulation().writeSnapshot(this.draw(), onto, above);
    return Buffer.concat([Buffer.from(text), this.unfinished]);
  }

  /** The screen cut to `size`, for a terminal that is not as large as this screen. */
  picture(size: Size, isFirst: boolean): Buffer {
    return Buffer.from(this.options.emulation().writePicture(this.draw(), size, isFirst));
  }

  /** The last screen of a program that is gone, its scrollback above it; nothing in the terminal is switched on. */
  still(): Buffer {
    return Buffer.from(this.options.emulation().writeStill(this.draw()));
  }

  /** Where the cursor is, from 0. */
  get column(): number {
    return this.draw().core._bufferService.buffers.active.x;
  }

  /** What switches off in a terminal what this screen switched on in it, the cursor below everything. */
  farewell(): string {
    return this.options.emulation().writeFarewell(this.draw());
  }

  /** The sequence, or the part of a character, that has begun and not ended; a long one's beginning in its place. */
  get unfinished(): Buffer {
    this.draw();
    return Buffer.concat([Buffer.from(this.drawn.opened), this.pending.bytes]);
  }

  /** The screen with its scrollback as it is to be kept; what waits need not be parsed for it, and goes along. */
  checkpoint(): Checkpoint {
    if (this.drawn.present === undefined || this.pending.change !== undefined) this.draw();
    const checkpoint = this.drawn.checkpoint(this.parsed, this.size, Number.POSITIVE_INFINITY) as Checkpoint;
    return { ...checkpoint, unfinished: this.pending.bytes.toString('latin1') };
  }

  /** The same without what is pending and the lines above, which that fills anew; above the alternate screen it does not. */
  lightCheckpoint(): Checkpoint | undefined {
    return this.drawn.checkpoint(this.parsed, this.size, this.drawn.isAlternate ? Number.POSITIVE_INFINITY : 0);
  }

  close(): void {
    this.quiet?.();
    this.away?.();
    this.isClosed = true;
  }

  /** Everything that has come is on the screen; but for what is unfinished. */
  private draw(): Tracked {
    this.parse();
    return this.emulator();
  }

  private emulator(): Tracked {
    this.wasUsed = true;
    // The last word to its clients still draws it: then it is not kept any more.
    if (!this.isClosed) this.away ??= this.options.after(AWAY, () => this.whenAway());
    // Changes of size wait with the output before them: it begins with the first.
    return this.drawn.emulator(this.options.size, (rest) => this.goOnFrom(rest));
  }

  /** What an earlier supervisor was left with comes before what is pending. */
  private goOnFrom(rest: Buffer): void {
    if (rest.length === 0) return;
    this.pending.prepend(rest);
    this.parsed -= rest.length;
    this.asking.moved(rest.length);
  }

  /** Takes effect at once where the emulator is there, else when it is. */
  private change(change: Change): void {
    this.pending.addChange(change);
    if (this.drawn.present !== undefined) this.parse();
  }

  /** Parses all that is pending and whole, with the changes in between. */
  private parse(): void {
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

  private parseUpTo(length: number): void {
    for (let left = length; left > 0; ) {
      const parsed = this.parseSlice(left);
      if (parsed === 0) return;
      left -= parsed;
    }
  }

  /** Parses some of the first `most` bytes; 0: what is left is not whole. */
  private parseSlice(most: number): number {
    const parse = (length: number) => this.drawn.parse(this.pending.bytes.subarray(0, length), this.isAnswering);
    const parsed = this.pace.measure(() => parse(Math.min(most, SLICE)) || (most > SLICE ? parse(most) : 0));
    this.consume(parsed);
    return parsed;
  }

  private consume(length: number): void {
    this.pending.drop(length);
    this.parsed += length;
    this.asking.moved(-length);
  }

  /** For `more` bytes; not for all of them at once where parsing is slow. */
  private makeRoom(more: number): void {
    this.emulator();
    if (this.pending.change !== undefined) return this.parse();
    const length = this.drawn.leaveOut(this.pending.bytes);
    this.consume(length);
    if (length > 0) this.options.skipped();
    else if (this.pace.whileBearable(2 * more, () => this.parseSlice(this.pending.length))) {
      this.pace.stuck(this.pending.length);
    }
  }

  private whenQuiet(): void {
    this.quiet = undefined;
    const wasFed = this.wasFed;
    this.wasFed = false;
    if (!wasFed && (this.pending.length === 0 || this.pending.change !== undefined)) return this.parse();
    if (!wasFed) this.emulator();
    const isDone = !wasFed && this.pace.whileBearable(1, () => this.parseSlice(this.pending.length));
    if (!isDone) this.quiet = this.options.after(wasFed ? QUIET : 0, () => this.whenQuiet());
  }

  /** An emulator that nobody needed for a while is put away. */
  private whenAway(): void {
    this.away = undefined;
    const isIdle = !this.wasUsed && this.quiet === undefined;
    this.wasUsed = false;
    if (!isIdle) {
      this.away = this.options.after(AWAY, () => this.whenAway());
      return;
    }
    const checkpoint = this.drawn.checkpoint(this.parsed, this.size, Number.POSITIVE_INFINITY);
    if (checkpoint === undefined) return;
    this.drawn.putAway(checkpoint);
    this.options.putAway({ ...checkpoint, unfinished: this.pending.bytes.toString('latin1') });
  }
}
