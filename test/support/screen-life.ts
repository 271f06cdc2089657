// A lazy screen lives through everything that can happen to one, beside an emulator that parses all of it at once.
import assert from 'node:assert/strict';
import type { Size } from '../../src/base/size.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/terminal/checkpoint.ts';
import type { Beginning } from '../../src/terminal/drawn.ts';
import type { Change } from '../../src/terminal/pending.ts';
import { Screen } from '../../src/terminal/screen.ts';
import { readSequences } from '../../src/terminal/sequences.ts';
import * as emulation from '../../src/terminal/tracked.ts';
import { lose, stateOf } from './state.ts';

const ALL = Number.POSITIVE_INFINITY;

/** Time that passes when it is told to. */
function manualClock() {
  let now = 0;
  let timers: { at: number; deed: () => void }[] = [];
  return {
    after(ms: number, deed: () => void) {
      const timer = { at: now + ms, deed };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    pass(ms: number) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((each) => each !== next);
        now = next.at;
        next.deed();
      }
      now = end;
    },
  };
}

export class ScreenLife {
  /** Bytes that an emulator has parsed, and times that some were left out, or a screen put away. */
  parsed = 0;
  skips = 0;
  putAways = 0;
  readonly answered: string[] = [];
  readonly wanted: string[] = [];
  private readonly clock = manualClock();
  private readonly reference: emulation.Tracked;
  private screen: Screen;
  private size: Size;
  /** What the emulator has thrown. */
  private failure: unknown;
  private isReferenceAsked = false;
  private rest: Buffer = Buffer.alloc(0);
  /** What the reference has not parsed yet, and the offset of that. */
  private readonly behind: { piece: Buffer; answers: boolean }[] = [];
  private referred = 0;
  private output: Buffer[] = [];
  private end = 0;
  private changes: (Change & { at: number })[] = [];
  private kept: Checkpoint | undefined;
  /** What it does now is for nothing: the next one begins from what is kept. */
  isDoomed = false;
  /** The wrap marks are not known to be the same any more, so that another width would show. */
  keepsWidth = false;
  private readonly settings: { scrollback: number; most: number; isLightKept: boolean };

  constructor(size: Size, settings: { scrollback: number; most: number; isLightKept: boolean }) {
    this.size = size;
    this.settings = settings;
    this.reference = emulation.newTracked(size, settings.scrollback, (text) => {
      if (this.isReferenceAsked) this.wanted.push(text);
    });
    this.changes.push({ at: 0, is: 'size', size });
    this.screen = this.newScreen(undefined);
  }

  private newScreen(beginning: Beginning | undefined): Screen {
    const counting = (...args: Parameters<typeof emulation.newTracked>) => {
      const tracked = emulation.newTracked(...args);
      const { parse } = tracked;
      tracked.parse = (bytes) => {
        this.parsed += bytes.length;
        parse(bytes);
      };
      return tracked;
    };
    return new Screen(this.end, {
      size: this.size,
      scrollback: () => this.settings.scrollback,
      emulation: () => ({ ...emulation, newTracked: counting }),
      after: this.clock.after,
      begin: () => beginning,
      answer: (text) => this.answered.push(text),
      failed: (error) => {
        this.failure ??= error;
      },
      mostPending: () => this.settings.most,
      skipped: () => this.skipped(),
      hold: () => {},
      putAway: ({ offset }) => {
        this.putAways++;
        this.loseAt(offset);
      },
    });
  }

  feed(piece: Buffer, answers: boolean): void {
    this.screen.feed(piece, answers);
    this.output.push(piece);
    this.end += piece.length;
    this.behind.push({ piece, answers });
  }

  /** The reference parses all up to `offset`: what is kept of a screen may lack what waits, so that it is no further. */
  private parseUpTo(offset: number): void {
    while (this.behind[0] !== undefined && this.referred < offset) {
      const { piece, answers } = this.behind.shift() as { piece: Buffer; answers: boolean };
      const now = piece.subarray(0, offset - this.referred);
      if (now.length < piece.length) this.behind.unshift({ piece: piece.subarray(now.length), answers });
      this.referred += now.length;
      const bytes = Buffer.concat([this.rest, now]);
      const { whole } = readSequences(bytes);
      this.isReferenceAsked = answers;
      this.reference.parse(bytes.subarray(0, whole));
      this.isReferenceAsked = false;
      this.rest = Buffer.from(bytes.subarray(whole));
    }
  }

  private loseAt(offset: number): void {
    this.parseUpTo(offset);
    lose(this.reference);
  }

  resize(size: Size): void {
    this.size = { columns: this.keepsWidth ? this.size.columns : size.columns, rows: size.rows };
    this.parseUpTo(this.end);
    this.screen.resize(this.size);
    this.changes.push({ at: this.end, is: 'size', size: this.size });
    this.reference.terminal.resize(this.size.columns, this.size.rows);
  }

  beginRun(): void {
    this.parseUpTo(this.end);
    this.screen.beginRun();
    this.changes.push({ at: this.end, is: 'run' });
    this.rest = Buffer.alloc(0);
    emulation.beginRun(this.reference);
  }

  /** Somebody looks: everything is parsed. */
  look(): void {
    this.screen.snapshot('session', 0);
  }

  pass(ms: number): void {
    if (!this.isDoomed || ms < 1000) this.clock.pass(ms);
  }

  /** What the next supervisor will begin from is kept now. */
  keep(): void {
    this.isDoomed = true;
    const checkpoint = this.screen.checkpoint();
    this.keepAs(checkpoint);
    this.loseAt(checkpoint.offset);
  }

  private keepAs(checkpoint: Checkpoint | undefined): void {
    this.kept = checkpoint && decodeCheckpoint(encodeCheckpoint(checkpoint));
    assert.ok(this.kept);
    this.changes = [];
  }

  private skipped(): void {
    this.skips++;
    if (!this.settings.isLightKept || this.isDoomed) return;
    this.isDoomed = true;
    this.keepsWidth = true;
    this.keepAs(this.screen.lightCheckpoint());
  }

  /** The supervisor dies, and another begins from what was kept and the output since. */
  die(): void {
    this.screen.close();
    const from = this.kept?.offset ?? 0;
    const bytes = Buffer.concat(this.output);
    const since: (Buffer | Change)[] = [];
    let at = from;
    for (const each of [...this.changes, { at: this.end, is: 'end' as const }]) {
      if (each.at > at) since.push(bytes.subarray(at, each.at));
      at = Math.max(at, each.at);
      if (each.is !== 'end') since.push(each);
    }
    this.isDoomed = false;
    this.screen = this.newScreen({ checkpoint: this.kept, since });
  }

  /** Holds to this: the screen is that of a full parse. */
  check(what: () => string): void {
    if (this.isDoomed) this.die();
    assert.equal(this.failure, undefined, what());
    this.parseUpTo(this.end);
    const snapshot = this.screen.snapshot('nothing', ALL);
    const reader = emulation.newTracked(this.size, this.settings.scrollback, () => {});
    reader.parse(snapshot);
    lose(this.reference);
    this.reference.parse(this.rest);
    const [ours, full] = [stateOf(reader), stateOf(this.reference)];
    if (ours.length !== full.length || ours.some((line, at) => line !== full[at])) assert.deepEqual(ours, full, what());
    if (this.skips === 0) assert.equal(this.screen.scrolled, this.reference.scrolled, what());
    this.screen.close();
  }
}
