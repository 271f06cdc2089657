// One attached client: what it is shown, and what happens when it cannot follow.
import type { Undo } from '../base/clock.ts';
import { type Size, sameSize } from '../base/size.ts';
import type { SessionView } from '../model/view.ts';
import type { Connection } from '../protocol/connection.ts';
import { encodeBytes, OUTPUT, REDRAW } from '../protocol/frame.ts';
import type { Left, Offer, ToClient } from '../protocol/messages.ts';
import type { Screen } from '../terminal/screen.ts';
import { Loan } from './loan.ts';

/** More than this unsent, and a client is shown nothing more until it has taken all of it. */
const MOST_QUEUED = 1024 * 1024;

/** How long a terminal of another size waits for more before it is painted, ms. */
const PAINT_AFTER = 30;

/** What a session lets its clients see. */
export interface Shown {
  /** Offset behind the newest output. */
  readonly end: number;
  /** Since `from`, with the questions in it that are still to be answered, if it may. */
  missed(from: number, mayAnswer: boolean): { from: number; bytes: Buffer };
  readonly screen: Screen;
  readonly size: Size;
  /** Its program is gone: who comes is shown the last screen, and let go. */
  readonly isAtRest: boolean;
  /** It runs, has taken all that was typed, and nobody else is attached. */
  readonly isPlain: boolean;
  /** Answers how many bytes at their end the program has not taken. */
  type(client: AttachedClient, bytes: Buffer): number;
  /** Takes what the program answers to that at once. */
  look(): void;
  view(): SessionView;
  after(ms: number, deed: () => void): Undo;
}

export class AttachedClient {
  readonly connection: Connection;
  /** Names it over its reconnections. */
  readonly id: number;
  readonly readOnly: boolean;
  size: Size;
  /** How many bytes it has typed, as far as the session has been given them. */
  typed: number;
  private readonly shown: Shown;
  private told: number;
  /** Nothing more is sent until it has taken what waits. */
  private behind = false;
  /** Lines that had left the screen upwards when it fell behind. */
  private scrolled = 0;
  /** Its terminal shows a picture of the screen, being of another size. */
  private isPicture = false;
  private painting: Undo | undefined;
  /** Its terminal shows the last screen of a program that is gone. */
  private isStill = false;
  private readonly loan: Loan;

  constructor(connection: Connection, shown: Shown, as: { id: number; readOnly: boolean; size: Size; typed: number }) {
    this.connection = connection;
    this.shown = shown;
    this.id = as.id;
    this.readOnly = as.readOnly;
    this.size = as.size;
    this.typed = as.typed;
    this.told = as.typed;
    this.loan = new Loan(connection, {
      get end() {
        return shown.end;
      },
      after: shown.after,
      given: () => this.typed,
      type: (bytes) => shown.type(this, bytes),
      look: shown.look,
    });
    connection.socket.on('drain', () => {
      if (!this.behind) return;
      this.behind = false;
      this.redraw('missed');
      this.say({ is: 'changed', session: this.shown.view() });
    });
  }

  /** Whether it is shown output as it comes, so that its terminal answers what the program asks. */
  get follows(): boolean {
    return !this.behind && !this.isPicture;
  }

  /** Shows a new client the screen, or one that comes back all since `from` if it is kept. */
  begin(from: number | undefined): void {
    const { end } = this.shown;
    const isNear = from !== undefined && from <= end && end - from <= MOST_QUEUED;
    this.isPicture = !sameSize(this.size, this.shown.size);
    if (this.isPicture) this.scrolled = Number.NEGATIVE_INFINITY; // it has seen none of the lines above
    const kept = isNear && !this.isPicture ? this.shown.missed(from, !this.readOnly) : undefined;
    if (this.shown.isAtRest) this.showStill();
    else if (from === undefined) this.redraw('first');
    else if (kept?.from !== from) this.redraw('all');
    else this.connection.sendBytes(OUTPUT, kept.bytes);
  }

  private showStill(): void {
    this.isStill = true;
    this.connection.sendFrame(encodeBytes(REDRAW, this.shown.screen.still(this.size)));
    this.say({ is: 'redrawn', from: this.shown.end, atLineStart: true });
  }

  /** Its terminal may be read and written by us. */
  lends(offer: Offer): void {
    const isFramed = this.behind || this.isPicture || this.isStill;
    this.loan.offered(offer, !isFramed && !this.readOnly && this.shown.isPlain);
  }

  /** Before anything is done with it but typing and showing. */
  giveBack(): void {
    this.loan.giveBack();
  }

  /** The session put out more. */
  output(bytes: Buffer): void {
    const piece = this.loan.show(bytes);
    if (this.behind || piece.length === 0) return;
    if (this.connection.queued > MOST_QUEUED) this.fallBehind();
    else if (this.isPicture) this.painting ??= this.shown.after(PAINT_AFTER, () => this.redraw('screen'));
    else this.connection.sendBytes(OUTPUT, piece);
  }

  /**
   * The session's terminal or this one is of another size now; `scrolled` lines had left the screen before that. A
   * terminal that is `taller` now has taken so many lines back from above, where the redraw is; or, if less than 0, has put them there.
   */
  fit(scrolled: number, taller = 0): void {
    const wasPicture = this.isPicture;
    if (wasPicture) this.scrolled -= taller;
    this.isPicture = !sameSize(this.size, this.shown.size);
    if (this.isPicture && !wasPicture && !this.behind) this.scrolled = scrolled;
    this.redraw(wasPicture && !this.isPicture ? 'missed' : 'screen');
  }

  /**
   * Draws the screen anew; with the lines above it on a terminal that is shown it for the `first` time, that has
   * `missed` some, or, not knowing which, `all` of them.
   */
  redraw(what: 'first' | 'screen' | 'missed' | 'all' = 'screen'): void {
    this.giveBack();
    this.painting?.();
    this.painting = undefined;
    if (this.behind) return; // it gets all that it missed when it has taken what waits
    if (this.connection.queued > MOST_QUEUED) return this.fallBehind(); // it asks and does not take
    const { screen } = this.shown;
    const isFirst = what === 'first';
    if (this.isPicture) {
      this.connection.sendFrame(encodeBytes(REDRAW, screen.picture(this.size, isFirst)));
    } else {
      const missed = () => Math.max(0, screen.scrolled - this.scrolled); // a screen that grew has lines back
      const above = what === 'screen' ? 0 : what === 'missed' ? missed() : Number.POSITIVE_INFINITY;
      this.connection.sendFrame(encodeBytes(REDRAW, screen.snapshot(isFirst ? 'shell' : 'session', above)));
    }
    this.say({ is: 'redrawn', from: this.shown.end, atLineStart: screen.column === 0 });
  }

  /** The session took typed bytes up to `taken`; said now and then, to let the client forget them. */
  taken(taken: number, now: boolean): void {
    if (!now && taken - this.told < ACKNOWLEDGE_EVERY) return;
    if (taken === this.told) return;
    this.told = taken;
    this.say({ is: 'taken', upTo: taken });
  }

  /** Left out while it is behind; the redraw that ends that is followed by the newest. */
  changed(session: SessionView): void {
    if (session.state !== 'running') this.giveBack();
    if (!this.behind) this.say({ is: 'changed', session });
  }

  say(message: ToClient): void {
    this.connection.send(message);
  }

  leave(left: Left): void {
    this.giveBack();
    this.gone();
    if (!this.behind && !this.isStill) {
      this.connection.sendFrame(encodeBytes(REDRAW, Buffer.from(this.shown.screen.farewell())));
      this.say({ is: 'redrawn', from: this.shown.end, atLineStart: true });
    }
    this.say({ is: 'left', ...left });
    this.connection.end();
  }

  /** It is not there any more. */
  gone(): void {
    this.painting?.();
    this.painting = undefined;
    this.loan.close();
  }

  private fallBehind(): void {
    this.behind = true;
    this.scrolled = this.shown.screen.scrolled; // of all that was sent: the screen has had no more
  }
}

const ACKNOWLEDGE_EVERY = 32 * 1024;
