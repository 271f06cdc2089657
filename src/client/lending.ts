// Lends the terminal to the supervisor (supervisor/loan.ts) while nothing but typing and showing goes on: a moment after
// something has stirred. In return we hold the ledger: when the supervisor dies, it says from where to go on.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { LEDGER_SIZE, readLedger, WORDS } from '../protocol/ledger.ts';
import type { Offer, ToClient, ToSupervisor } from '../protocol/messages.ts';

/** After something has stirred, ms; the longer, the shorter the last loan was. */
const SOON = 5;
const LATEST = 250;
/** The supervisor says a word about a loan at least every second; after twice that, ms, it is taken to hang. */
const OVERDUE = 2000;

/** Where things stand when the terminal is ours again. */
export interface Standing {
  /** Shown up to this offset of the output; the last bytes of that. */
  from: number;
  shown: Buffer;
  /** So many typed bytes were taken, and these given to the session besides. */
  taken: number;
  given: Buffer;
  /** Typed, and for us to look at; before that, perhaps, the beginning of a detach key. */
  unread: Buffer;
  remembered: Buffer;
}

export interface Lender {
  input: ReadStream;
  /** What is lent with it; undefined where this is no moment for it. All that was shown is on the terminal. */
  offer(): Pick<Offer, 'received' | 'detachKeys' | 'remembered'> | undefined;
  say(message: ToSupervisor): void;
  /** The terminal is ours again; undefined: it has been all the time. */
  goOn(standing: Standing | undefined): void;
  /** The supervisor is overdue: keys come to us again, though the terminal is lent. */
  overdue(): void;
}

export interface Lending {
  readonly isOut: boolean;
  /** Something was typed or shown. */
  stirred(): void;
  /** Whether it was about the loan. */
  hears(message: ToClient): boolean;
  /** The line to the supervisor has ended. */
  lost(): void;
  /** Resolves when the terminal is ours, or after `within` ms. */
  takeBack(within: number): Promise<void>;
  close(): void;
}

/** Whether standard input and output are one terminal, which alone can be lent. */
export function isOneTerminal(): boolean {
  const [input, output] = [fstatSync(0), fstatSync(1)];
  return input.isCharacterDevice() && input.dev === output.dev && input.ino === output.ino;
}

export function lending(lender: Lender): Lending {
  const { input } = lender;
  let ledger: { fd: number; which: number } | undefined;
  let isOut = false;
  let isClosed = false;
  let soon = SOON;
  let lentAt = 0;
  let loan = 0;
  let attempt: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let back = () => {};

  const lend = () => {
    attempt = undefined;
    if (isClosed || isOut || lender.offer() === undefined) return;
    input.pause();
    setImmediate(() => {
      // It reads no more by now, and what it had read is with the supervisor.
      const offer = input.readableLength > 0 || isClosed ? undefined : lender.offer();
      if (offer === undefined) return void input.resume();
      isOut = true;
      lentAt = performance.now();
      lender.say({ is: 'lend', loan: ++loan, ledger: ledger?.which ?? 0, ...offer });
      expectWord();
    });
  };
  const expectWord = () => {
    clearTimeout(deadline);
    deadline = setTimeout(() => {
      lender.say({ is: 'giveBack' });
      lender.overdue();
      if (ledger !== undefined) recall(ledger.fd, loan);
      input.resume();
    }, OVERDUE);
    deadline.unref();
  };
  const goOn = (standing?: Standing) => {
    soon = performance.now() - lentAt < LATEST ? Math.min(LATEST, 2 * soon) : SOON;
    clearTimeout(deadline);
    isOut = false;
    back();
    lender.goOn(standing);
    input.resume();
  };
  const declined = (message: Extract<ToClient, { is: 'declined' }>) => {
    goOn();
    if (message.forGood === true) isClosed = true;
    if (message.ledger === undefined) return;
    open(message.ledger);
    self.stirred();
  };
  const open = ({ pid, fd, which }: { pid: number; fd: number; which: number }) => {
    if (ledger !== undefined) closeSync(ledger.fd);
    ledger = undefined;
    try {
      ledger = { fd: openSync(`/proc/${pid}/fd/${fd}`, 'r+'), which };
      if (read(ledger.fd).which !== which) isClosed = true; // another's: we do not see the same processes
    } catch {
      isClosed = true;
    }
  };

  const self: Lending = {
    get isOut() {
      return isOut;
    },
    stirred() {
      if (isClosed || isOut || attempt !== undefined) return;
      attempt = setTimeout(lend, soon);
      attempt.unref();
    },
    hears(message) {
      if (!('is' in message)) return false;
      if (message.is === 'borrowing') expectWord();
      else if (message.is === 'declined') declined(message);
      else if (message.is === 'returned') {
        const bytes = (text: string) => Buffer.from(text, 'base64');
        const { shown, given, unread, remembered } = message;
        goOn({
          ...message,
          shown: bytes(shown),
          given: bytes(given),
          unread: bytes(unread),
          remembered: bytes(remembered),
        });
      } else return false;
      return true;
    },
    lost() {
      const found = isOut && ledger !== undefined ? read(ledger.fd) : undefined;
      if (found?.loan === loan) {
        const none = Buffer.alloc(0);
        goOn({
          from: found.shownTo,
          shown: found.shown,
          taken: found.given,
          given: none,
          unread: found.typed,
          remembered: none,
        });
      } else if (isOut) {
        goOn(); // it had not been taken yet
      }
      if (ledger !== undefined) closeSync(ledger.fd);
      ledger = undefined;
    },
    takeBack(within) {
      if (!isOut) return Promise.resolve();
      lender.say({ is: 'giveBack' });
      return new Promise((resolve) => {
        back = resolve;
        setTimeout(resolve, within).unref();
      });
    },
    close() {
      isClosed = true;
      clearTimeout(attempt);
      clearTimeout(deadline);
    },
  };
  return self;
}

function recall(fd: number, loan: number): void {
  const word = Buffer.alloc(8);
  word.writeDoubleLE(loan);
  writeSync(fd, word, 0, 8, 8 * WORDS.recalled);
}

function read(fd: number) {
  const memory = Buffer.alloc(LEDGER_SIZE);
  readSync(fd, memory, 0, LEDGER_SIZE, 0);
  return readLedger(memory);
}
