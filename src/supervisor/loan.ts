// The loan of a client's terminal: taken when nothing is on the way in either direction, given back as soon as anything is
// not plain typing and showing (the detach key, a full-screen program that comes or goes, more at once than the terminal
// takes), and when neither has happened for a second. Everything else about an attached client goes the framed way.
import type { Undo } from '../base/clock.ts';
import { LONGEST_SWITCH, switched } from '../model/alternate-screen.ts';
import { type DetachKey, detachKey } from '../model/detach-key.ts';
import type { Connection } from '../protocol/connection.ts';
import { LEDGER_ROOM } from '../protocol/ledger.ts';
import type { Offer, ToClient } from '../protocol/messages.ts';
import { BorrowedTerminal } from './borrowed-terminal.ts';

/** How long a terminal is kept that nothing is typed or shown at, ms. A client waits twice as long for a word of ours. */
const IDLE = 1000;

/** More than this is a flood, bytes. */
const MOST_AT_ONCE = LEDGER_ROOM / 2;

export interface Borrower {
  /** Offset behind the newest output. */
  readonly end: number;
  after(ms: number, deed: () => void): Undo;
  /** How many typed bytes the session was given. */
  given(): number;
  /** Gives it more, which is the caller's again then; answers how many bytes at their end the program has not taken. */
  type(bytes: Buffer): number;
  /** Looks for its echo at once. */
  look(): void;
}

export class Loan {
  private readonly connection: Connection;
  private readonly borrower: Borrower;
  private terminal: BorrowedTerminal | undefined;
  private isRefused = false;
  private isOut = false;
  private wasUsed = false;
  private undoIdle: Undo | undefined;
  private shownTo = 0;
  /** The end of what was shown: so many bytes, with room behind them for what comes next. */
  private readonly edge = Buffer.alloc(LONGEST_SWITCH + MOST_AT_ONCE);
  private edgeLength = 0;
  private finder: DetachKey | undefined;

  constructor(connection: Connection, borrower: Borrower) {
    this.connection = connection;
    this.borrower = borrower;
  }

  /** The client lends it; `mayTake`: there is nothing but plain typing and showing. */
  offered(offer: Offer, mayTake: boolean): void {
    if (this.isOut) return;
    if (this.terminal === undefined && !this.isRefused) this.open();
    if (this.terminal === undefined) return this.say({ is: 'declined', forGood: true });
    const { which, fd } = this.terminal;
    if (offer.ledger !== which) return this.say({ is: 'declined', ledger: { pid: process.pid, fd, which } });
    if (!mayTake || offer.received !== this.connection.sent) return this.say({ is: 'declined' });
    this.isOut = true;
    this.shownTo = this.borrower.end;
    this.edgeLength = 0;
    this.finder = detachKey(offer.detachKeys, Buffer.from(offer.remembered, 'base64'));
    this.terminal.begin(offer.loan, this.shownTo, this.borrower.given(), (bytes) => this.typed(bytes));
    this.look();
  }

  /** Shows `piece`, the newest output. Answers what of it is to go the framed way. */
  show(piece: Buffer): Buffer {
    if (!this.isOut || this.terminal === undefined) return piece;
    this.wasUsed = true;
    if (piece.length > MOST_AT_ONCE || this.switches(piece)) {
      this.giveBack();
      return piece;
    }
    const taken = this.terminal.show(piece, this.shownTo);
    this.shownTo += taken;
    this.moveEdge(taken);
    if (taken < piece.length) this.giveBack();
    return piece.subarray(taken);
  }

  /** Whether `piece`, with what was shown before it, turns to another screen. */
  private switches(piece: Buffer): boolean {
    piece.copy(this.edge, this.edgeLength);
    return switched(this.edge.subarray(0, this.edgeLength + piece.length)) !== undefined;
  }

  /** So many bytes behind the edge were shown. */
  private moveEdge(by: number): void {
    const end = this.edgeLength + by;
    this.edgeLength = Math.min(end, LONGEST_SWITCH);
    this.edge.copyWithin(0, end - this.edgeLength, end);
  }

  /** The terminal is the client's again; `unread` is for it to look at, `given` for it to give again to whoever comes after us. */
  giveBack(
    unread: Buffer = Buffer.alloc(0),
    given: Buffer = Buffer.alloc(0),
    remembered = this.finder?.remembered,
  ): void {
    if (!this.isOut) return;
    this.isOut = false;
    this.terminal?.stop();
    this.undoIdle?.();
    this.say({
      is: 'returned',
      from: this.shownTo,
      shown: this.edge.toString('base64', 0, this.edgeLength),
      taken: this.borrower.given() - given.length,
      given: given.toString('base64'),
      unread: unread.toString('base64'),
      remembered: remembered?.toString('base64') ?? '',
    });
  }

  /** The client is gone: its terminal is somebody else's at once. */
  close(): void {
    this.isOut = false;
    this.undoIdle?.();
    this.terminal?.close();
    this.terminal = undefined;
    this.isRefused = true;
  }

  private open(): void {
    this.terminal = BorrowedTerminal.of(this.connection.socket);
    this.isRefused = this.terminal === undefined;
  }

  private typed(bytes: Buffer | undefined): void {
    const { terminal, finder } = this;
    if (bytes === undefined || terminal === undefined || finder === undefined) return this.giveBack();
    this.wasUsed = true;
    const { remembered } = finder;
    const { typed, detach } = finder.look(bytes);
    if (detach || finder.withholds || typed.length < bytes.length) {
      return this.giveBack(Buffer.from(bytes), Buffer.alloc(0), remembered);
    }
    const left = this.borrower.type(typed);
    if (left > 0) this.giveBack(Buffer.alloc(0), Buffer.from(typed.subarray(typed.length - left)));
    terminal.given(bytes.length, this.borrower.given());
    this.borrower.look();
  }

  /** Looked at a second later again, as long as it is in use. */
  private look(): void {
    this.wasUsed = false;
    this.undoIdle = this.borrower.after(IDLE, () => {
      if (!this.wasUsed) return this.giveBack();
      this.say({ is: 'borrowing' });
      this.look();
    });
  }

  private say(message: ToClient): void {
    this.connection.send(message);
  }
}
