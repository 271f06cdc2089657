// A session's screen: what shows it on a terminal, what is kept of it, and when its emulator is put away. It is always
// that of a full parse, however much of the output still waits (feed.ts).
import type { Undo } from '../base/clock.ts';
import type { Size } from '../base/size.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Drawn } from './drawn.ts';
import { Feed, type FeedOptions } from './feed.ts';
import type { Onto } from './snapshot.ts';
import type { Tracked } from './tracked.ts';

export interface ScreenOptions extends FeedOptions {
  /** The emulator was put away as this. */
  putAway(checkpoint: Checkpoint): void;
}

/** Put away after so long without use, ms, or at most twice that. */
const AWAY = 5000;

export class Screen {
  size: Size;
  private readonly options: ScreenOptions;
  private readonly output: Feed;
  private readonly drawn: Drawn;
  private away: Undo | undefined;
  private wasUsed = false;
  private isClosed = false;

  /** `offset`: that of the first byte to be fed. */
  constructor(offset: number, options: ScreenOptions) {
    this.options = options;
    this.size = options.size;
    this.output = new Feed(offset, options, () => this.used());
    this.drawn = this.output.drawn;
  }

  /** ms that parsing has taken so far. */
  get spent(): number {
    return this.output.spent;
  }

  /** Bytes that can be parsed within a bearable time: more are not to be read at once. */
  get bearable(): number {
    return this.output.bearable;
  }

  /** Offset behind all that was fed. */
  get offset(): number {
    return this.output.parsed + this.output.waiting.length;
  }

  /** Output has come. `answers`: no terminal does, so the emulator answers what it asks. */
  feed(piece: Buffer, answers: boolean): void {
    this.output.add(piece, answers);
  }

  /** The terminal is of another size from here on. */
  resize(size: Size): void {
    this.size = size;
    this.output.change({ is: 'size', size });
  }

  /** Another program begins from here on, below what the last one left. */
  beginRun(): void {
    this.output.change({ is: 'run' });
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
  still(size: Size): Buffer {
    return Buffer.from(this.options.emulation().writeStill(this.draw(), size.rows));
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
    return Buffer.concat([Buffer.from(this.drawn.opened), this.output.waiting]);
  }

  /** The screen with its scrollback as it is to be kept; what waits need not be parsed for it, and goes along. */
  checkpoint(): Checkpoint {
    if (this.drawn.present === undefined || this.output.hasChanges) this.draw();
    const checkpoint = this.drawn.checkpoint(this.output.parsed, this.size, Number.POSITIVE_INFINITY) as Checkpoint;
    return { ...checkpoint, unfinished: this.output.waiting.toString('latin1') };
  }

  /** The same without what is pending and the lines above, which that fills anew; above the alternate screen it does not. */
  lightCheckpoint(): Checkpoint | undefined {
    return this.drawn.checkpoint(this.output.parsed, this.size, this.drawn.isAlternate ? Number.POSITIVE_INFINITY : 0);
  }

  close(): void {
    this.output.close();
    this.away?.();
    this.isClosed = true;
  }

  /** Everything that has come is on the screen; but for what is unfinished. */
  private draw(): Tracked {
    this.output.parse();
    return this.output.emulator();
  }

  private used(): void {
    this.wasUsed = true;
    // The last word to its clients still draws it: then it is not kept any more.
    if (!this.isClosed) this.away ??= this.options.after(AWAY, () => this.whenAway());
  }

  /** An emulator that nobody needed for a while is put away. */
  private whenAway(): void {
    this.away = undefined;
    const isIdle = !this.wasUsed && this.output.isQuiet;
    this.wasUsed = false;
    if (!isIdle) {
      this.away = this.options.after(AWAY, () => this.whenAway());
      return;
    }
    const checkpoint = this.drawn.checkpoint(this.output.parsed, this.size, Number.POSITIVE_INFINITY);
    if (checkpoint === undefined) return;
    this.drawn.putAway(checkpoint);
    this.options.putAway({ ...checkpoint, unfinished: this.output.waiting.toString('latin1') });
  }
}
