// A session's screen and what is kept of it on disk: so that a new supervisor goes on from a checkpoint and the
// output since, and a stopped session, or one after a reboot, still has its last screen.
import type { Clock, Undo } from '../base/clock.ts';
import { type Size, sameSize } from '../base/size.ts';
import type { Output } from '../store/output.ts';
import { loadScreen, noteChange, saveScreen } from '../store/screen-file.ts';
import { freeSoon } from '../system/free-memory.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../terminal/checkpoint.ts';
import type { Beginning, Emulation } from '../terminal/drawn.ts';
import { QUIET } from '../terminal/feed.ts';
import type { Change } from '../terminal/pending.ts';
import { Screen } from '../terminal/screen.ts';

export interface KeptScreenOptions {
  directory: string;
  output: Output;
  clock: Clock;
  size: Size;
  settings(): { scrollback: number; logLimit: number; log: boolean };
  /** The emulator's answer to a question that the program asked. */
  answer(text: string): void;
  /** The program's output is not to be read for now, or is again. */
  hold(isHeld: boolean): void;
  /** What went wrong, and costs no more than the screen after a supervisor's death. */
  warn(what: string, error: unknown): void;
}

/** Kept anew when so much output has come since, if a second has passed; or when the log's limit demands it. */
const MUCH = 1024 * 1024;
const SECOND = 1000;
/** So much parsing, ms, is not to be done again. */
const SLOW = 500;
const MANY_CHANGES = 64;

/** The most output that may wait to be parsed. */
const MOST_PENDING = 512 * 1024;

/** Loaded when the first session has something to parse: it costs 15 ms and 6 MB. */
const emulation = () => require('./emulation.cjs') as Emulation;

export class KeptScreen {
  readonly screen: Screen;
  private readonly options: KeptScreenOptions;
  private generation = 0;
  private changes = 0;
  /** Of these, how many an earlier supervisor noted: ours wait with the output. */
  private found = Number.POSITIVE_INFINITY;
  private savedAt = 0;
  private savedTime = Number.NEGATIVE_INFINITY;
  private savedSpent = 0;
  private isNoted = false;
  private undoQuiet: Undo | undefined;

  constructor(options: KeptScreenOptions) {
    this.options = options;
    const { output, clock, size } = options;
    const from = output.end;
    this.savedAt = from;
    this.screen = new Screen(from, {
      size,
      scrollback: () => options.settings().scrollback,
      emulation,
      after: clock.after.bind(clock),
      answer: options.answer,
      hold: options.hold,
      failed: (error) => options.warn('the emulator failed', error),
      begin: () => this.begin(from),
      mostPending: () => {
        const { logLimit, log } = options.settings();
        return log ? Math.min(MOST_PENDING, logLimit / 4) : MOST_PENDING;
      },
      skipped: () => this.keepIfMuch(true),
      putAway: (checkpoint) => {
        this.save(() => checkpoint);
        freeSoon();
      },
    });
  }

  feed(piece: Buffer, answers: boolean): void {
    if (!this.isNoted) this.noteFirst();
    this.screen.feed(piece, answers);
    this.keepIfMuch(false);
  }

  resize(size: Size): void {
    if (sameSize(size, this.screen.size)) return;
    this.screen.resize(size);
    this.note({ is: 'size', size });
  }

  beginRun(): void {
    if (this.options.output.end === 0) return;
    this.screen.beginRun();
    this.note({ is: 'run' });
  }

  /** The supervisor leaves, or a run has ended: what is not in the log is kept here. */
  keep(): void {
    if (!this.options.settings().log && this.screen.offset > this.savedAt) this.save(() => this.screen.checkpoint());
  }

  /** The settings may have changed. */
  configure(): void {
    this.screen.setScrollback();
  }

  close(): void {
    this.undoQuiet?.();
    this.screen.close();
  }

  private begin(end: number): Beginning | undefined {
    const { directory, output } = this.options;
    if (end === 0) return undefined;
    const file = loadScreen(directory);
    let checkpoint = file.checkpoint && decodeCheckpoint(file.checkpoint);
    if (checkpoint !== undefined && checkpoint.offset > end) checkpoint = undefined; // of output that is gone
    const { from, bytes } = output.since(checkpoint?.offset ?? 0);
    const since: (Buffer | Change)[] = [];
    let at = from;
    const until = (offset: number) => {
      const to = Math.min(Math.max(offset, at), end);
      if (to > at) since.push(bytes.subarray(at - from, to - from));
      at = to;
    };
    const unfinished = Buffer.from(checkpoint?.unfinished ?? '', 'latin1');
    if (from > 0 && from === (checkpoint?.offset ?? 0) + unfinished.length) since.push(unfinished); // in no log
    for (const each of file.changes.slice(0, this.found)) {
      const change = each as { at?: unknown } & Change;
      if (typeof change?.at !== 'number' || !isChange(change)) continue;
      until(change.at);
      since.push(change);
    }
    until(end);
    return { checkpoint, since };
  }

  private noteFirst(): void {
    this.isNoted = true;
    const file = loadScreen(this.options.directory);
    this.generation = file.generation;
    this.changes = file.changes.length;
    this.found = file.changes.length;
    if (file.checkpoint === undefined && file.changes.length === 0) this.note({ is: 'size', size: this.screen.size });
  }

  private note(change: Change): void {
    const { output, directory, warn } = this.options;
    if (output.end === 0 && !this.isNoted) return; // the first byte's note has the size
    if (!this.isNoted) this.noteFirst();
    try {
      noteChange(directory, this.generation, { at: output.end, ...change });
    } catch (error) {
      warn('a change of the screen cannot be noted', error);
    }
    if (++this.changes > MANY_CHANGES) this.save(() => this.screen.checkpoint());
  }

  /** Before what the last checkpoint needs is rotated away, and before much would have to be parsed again. */
  private keepIfMuch(isFlood: boolean): void {
    const { clock, settings } = this.options;
    const { logLimit, log } = settings();
    const since = this.screen.offset - this.savedAt;
    const most = logLimit * (isFlood ? 0.4 : 0.5); // in a flood, before one with all lines is due, which takes ten times as long
    const isSlow = this.screen.spent - this.savedSpent >= SLOW;
    if (since < Math.min(MUCH, logLimit / 2) && !isSlow) {
      if (!log) this.undoQuiet ??= clock.after(QUIET, () => this.whenQuiet());
      return;
    }
    if (!isSlow && since < most && clock.passed() - this.savedTime < SECOND) return;
    this.save(() => (isFlood ? this.screen.lightCheckpoint() : this.screen.checkpoint()));
  }

  private whenQuiet(): void {
    this.undoQuiet = undefined;
    this.keep();
  }

  private save(make: () => Checkpoint | undefined): void {
    const { directory, clock, warn } = this.options;
    this.changes = 0; // also where it fails: it is not tried again at once
    try {
      const checkpoint = make();
      if (checkpoint === undefined) return;
      this.savedAt = checkpoint.offset;
      this.savedTime = clock.passed();
      this.savedSpent = this.screen.spent;
      if (!this.isNoted) this.noteFirst();
      saveScreen(directory, this.generation + 1, encodeCheckpoint(checkpoint));
      this.generation++;
    } catch (error) {
      warn('the screen cannot be kept', error);
    }
  }
}

/** How large the screen of a session was when it was kept. */
export function keptSize(directory: string): Size | undefined {
  const { checkpoint, changes } = loadScreen(directory);
  const sizes = changes.flatMap((each) => {
    const change = each as Change;
    return isChange(change) && change.is === 'size' ? [change.size] : [];
  });
  return sizes.at(-1) ?? (checkpoint && decodeCheckpoint(checkpoint)?.size);
}

function isChange(change: Change): boolean {
  if (change?.is === 'run') return true;
  const { columns, rows } = change?.is === 'size' ? (change.size ?? {}) : ({} as Size);
  return Number.isSafeInteger(columns) && Number.isSafeInteger(rows) && columns > 0 && rows > 0 && columns * rows < 1e7;
}
