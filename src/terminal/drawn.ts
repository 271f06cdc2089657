// The part of a screen that is drawn: an emulator, made when it is first needed and put away when it is not; it
// takes whole sequences only, so that it can be written out at any time.
import type { Size } from '../base/size.ts';
import { type Checkpoint, unpack } from './checkpoint.ts';
import type { Change } from './pending.ts';
import { type Inside, readSequences, wholeUpTo } from './sequences.ts';
import type { Tracked } from './tracked.ts';

/** What needs the emulator, loaded when there is something to parse. */
export type Emulation = typeof import('./tracked.ts');

/** From where a screen goes on that an earlier supervisor, or boot, began. */
export interface Beginning {
  checkpoint: Checkpoint | undefined;
  /** Output and changes since, in order. */
  since: (Buffer | Change)[];
}

export interface DrawnOptions {
  emulation(): Emulation;
  /** Lines kept above the screen. */
  scrollback(): number;
  /** Asked once, when the emulator is first needed. */
  begin(): Beginning | undefined;
  /** What the emulator replies to a question, where it is to. */
  answer(text: string): void;
  /** The emulator could not parse something: its screen is blank now. */
  failed(error: unknown): void;
}

/** A sequence that has not ended after so many bytes is not waited for. */
const LONGEST = 64 * 1024;

const ESC = 0x1b;
const C1_LEAD = 0xc2;

/** What a terminal swallows the rest of a string after, if it was not shown its beginning. */
const OPENED: Record<Inside, string> = {
  nothing: '',
  escape: '\x1b',
  csi: '\x1b[',
  osc: '\x1b]99999;',
  dcs: '\x1bP',
  string: '\x1b_',
};

export class Drawn {
  private readonly options: DrawnOptions;
  private tracked: Tracked | undefined;
  private away: Checkpoint | undefined;
  private hasBegun = false;
  /** The string, too long to wait for its end, of which the emulator has a part. */
  inside: Inside = 'nothing';
  private scrolledBefore = 0;
  private answers = false;

  constructor(options: DrawnOptions) {
    this.options = options;
  }

  /** The emulator, if it is not put away. */
  get present(): Tracked | undefined {
    return this.tracked;
  }

  /** What stands for the string's part that is parsed already. */
  get opened(): string {
    return OPENED[this.inside];
  }

  get isInside(): boolean {
    return this.inside !== 'nothing';
  }

  get isAlternate(): boolean {
    return this.tracked?.terminal.buffer.active.type === 'alternate';
  }

  /** Lines that have left the screen upwards, but for those left out: more than are kept follow them. */
  get scrolled(): number {
    return this.scrolledBefore + (this.tracked?.scrolled ?? 0);
  }

  /** So many line feeds, and nothing but simple bytes, leave nothing of what is on the screen or above it. */
  get renewedBy(): number {
    const { tracked } = this;
    if (tracked === undefined || this.isInside) return Number.POSITIVE_INFINITY;
    const { active, alt } = tracked.core._bufferService.buffers;
    const { rows } = tracked.terminal;
    if (active.scrollTop !== 0 || active.scrollBottom !== rows - 1) return Number.POSITIVE_INFINITY;
    // A backspace would go up where the row was wrapped into, which is not known of the first that is not left out.
    if (tracked.core.coreService.decPrivateModes.reverseWraparound) return Number.POSITIVE_INFINITY;
    // From the top, the first lines only go down over what is there; so many more move that out.
    return 2 * rows + (active === alt ? 0 : this.options.scrollback());
  }

  /** Lines are left out that ended with CR LF and set this pen. */
  leaveOut(pen: Buffer): void {
    this.tracked?.parse(pen);
    this.tracked?.parse(Buffer.from('\r'));
  }

  /** The emulator, of `size` where nothing says otherwise. `rest` gets what of its beginning is unfinished. */
  emulator(size: Size, rest: (bytes: Buffer) => void): Tracked {
    if (this.tracked !== undefined) return this.tracked;
    const { emulation, scrollback, answer } = this.options;
    const beginning = this.hasBegun ? undefined : this.options.begin();
    const kept = this.away ?? beginning?.checkpoint;
    this.hasBegun = true;
    this.away = undefined;
    const first = beginning?.since[0];
    const before = first !== undefined && 'is' in first && first.is === 'size' ? first.size : size;
    const tracked = emulation().newTracked(kept?.size ?? before, scrollback(), (text) => this.answers && answer(text));
    this.tracked = tracked;
    if (kept !== undefined) {
      tracked.parse(unpack(kept));
      this.inside = kept.inside;
      this.scrolledBefore = kept.scrolled - tracked.scrolled;
    }
    if (beginning !== undefined) rest(this.replay(beginning.since));
    return tracked;
  }

  /** Nobody answers what was asked then: it was answered, or its time is over. */
  private replay(since: (Buffer | Change)[]): Buffer {
    let rest: Buffer = Buffer.alloc(0);
    for (const each of since) {
      if ('is' in each) {
        if (each.is === 'run') rest = Buffer.alloc(0);
        this.apply(each);
        continue;
      }
      const bytes = rest.length === 0 ? each : Buffer.concat([rest, each]);
      rest = bytes.subarray(this.parse(bytes, false));
    }
    return rest;
  }

  /** Parses what of `bytes` is whole and answers how much that was. `answers`: nobody else answers questions. */
  parse(bytes: Buffer, answers: boolean): number {
    const whole = this.wholeOf(bytes);
    if (whole === 0) return 0;
    this.answers = answers;
    try {
      this.tracked?.parse(bytes.subarray(0, whole));
    } catch (error) {
      this.begunAnew(error);
    }
    this.answers = false;
    return whole;
  }

  /** A bug of the emulator's costs the screen, not the supervisor. */
  private begunAnew(error: unknown): void {
    this.options.failed(error);
    const { cols: columns, rows } = (this.tracked as Tracked).terminal;
    const { emulation, scrollback, answer } = this.options;
    this.tracked = emulation().newTracked({ columns, rows }, scrollback(), (text) => this.answers && answer(text));
  }

  apply(change: Change): void {
    if (this.tracked === undefined) return;
    if (change.is === 'size') return this.tracked.terminal.resize(change.size.columns, change.size.rows);
    this.inside = 'nothing'; // a new program does not end the sequence of the one before
    this.options.emulation().beginRun(this.tracked);
  }

  /** What the screen holds, with `above` lines of its scrollback; `offset`: of the first byte not parsed. */
  checkpoint(offset: number, size: Size, above: number): Checkpoint | undefined {
    if (this.tracked === undefined) return undefined;
    const text = this.options.emulation().writeSnapshot(this.tracked, 'nothing', above);
    const packed = this.options.emulation().pack(text);
    return { offset, size, scrolled: this.scrolled, inside: this.inside, unfinished: '', packed };
  }

  putAway(as: Checkpoint): void {
    this.away = as;
    this.tracked = undefined;
    this.scrolledBefore = as.scrolled;
  }

  private wholeOf(bytes: Buffer): number {
    const found = this.isInside ? readSequences(bytes, this.inside) : wholeUpTo(bytes);
    const goesOn = this.isInside && found.whole === 0 && found.inside === this.inside;
    if (!goesOn && bytes.length - found.whole <= LONGEST) {
      this.inside = 'nothing';
      return found.whole;
    }
    this.inside = found.inside;
    const last = bytes.at(-1);
    return last === ESC || last === C1_LEAD ? bytes.length - 1 : bytes.length; // half of what may end it waits
  }
}
