// One attached client: what it is shown, and what happens when it cannot follow.
import type { SessionView } from '../model/view.ts';
import type { Connection } from '../protocol/connection.ts';
import { encodeBytes, OUTPUT, REDRAW } from '../protocol/frame.ts';
import type { Left, Size, ToClient } from '../protocol/messages.ts';
import { redrawOf } from '../terminal/tail.ts';

/** More than this unsent, and a client is shown nothing more until it has taken all of it. */
const MOST_QUEUED = 1024 * 1024;

/** How much of the newest output makes a redraw. */
export const TAIL = 64 * 1024;

export interface ScreenSource {
  /** Offset behind the newest output. */
  readonly end: number;
  /** The newest output, at most `length` bytes; `whole`: it begins where the session began. */
  tail(length: number): { bytes: Buffer; whole: boolean };
  since(from: number): { from: number; bytes: Buffer };
  view(): SessionView;
}

export class AttachedClient {
  readonly connection: Connection;
  /** Names it over its reconnections. */
  readonly id: number;
  readonly readOnly: boolean;
  size: Size;
  /** How many bytes it has typed, as far as the session has been given them. */
  typed: number;
  private readonly source: ScreenSource;
  private behind = false;
  private told: number;

  constructor(
    connection: Connection,
    source: ScreenSource,
    as: { id: number; readOnly: boolean; size: Size; typed: number },
  ) {
    this.connection = connection;
    this.source = source;
    this.id = as.id;
    this.readOnly = as.readOnly;
    this.size = as.size;
    this.typed = as.typed;
    this.told = as.typed;
    connection.socket.on('drain', () => {
      if (!this.behind) return;
      this.behind = false;
      this.redraw();
      this.say({ is: 'changed', session: this.source.view() });
    });
  }

  /** Shows a new client the screen, or one that comes back all since `from` if it is kept. */
  begin(from: number | undefined): void {
    const isNear = from !== undefined && from <= this.source.end && this.source.end - from <= MOST_QUEUED;
    const kept = isNear ? this.source.since(from) : undefined;
    if (kept === undefined || kept.from !== from) this.redraw(from === undefined);
    else this.connection.sendBytes(OUTPUT, kept.bytes);
  }

  /** The session put out more: `frame` holds it. */
  output(frame: Buffer): void {
    if (this.behind) return;
    if (this.connection.queued > MOST_QUEUED) this.behind = true;
    else this.connection.sendFrame(frame);
  }

  redraw(first = false): void {
    if (this.connection.queued > MOST_QUEUED) {
      this.behind = true; // it asks and does not take: it is shown the screen when it has taken what waits
      return;
    }
    const { bytes, whole } = this.source.tail(TAIL);
    this.connection.sendFrame(encodeBytes(REDRAW, redrawOf(bytes, whole, first)));
    this.say({ is: 'redrawn', from: this.source.end });
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
    if (!this.behind) this.say({ is: 'changed', session });
  }

  say(message: ToClient): void {
    this.connection.send(message);
  }

  leave(left: Left): void {
    this.say({ is: 'left', ...left });
    this.connection.end();
  }
}

const ACKNOWLEDGE_EVERY = 32 * 1024;
