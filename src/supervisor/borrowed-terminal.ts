// A terminal that a client lends, read and written by us: what is typed and shown does not pass through the client, which
// would take twice as long as all the rest. We may be killed at any moment, so both go through a memory that the client
// holds, too (protocol/ledger.ts): sendfile(2) shows bytes of it and counts them there in one system call, which no kill
// divides, and what is read of the terminal is read into it.
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { descriptorOf } from '../base/descriptor.ts';
import { LEDGER_ROOM, NOTHING, SHOWN, TYPED, WORDS } from '../protocol/ledger.ts';
import { lastErrno, read, sendFile, unmap, watch, yieldProcessor } from '../system/libc.ts';
import { readProcess } from '../system/process-table.ts';
import { createSharedMemory, mapSlot } from '../system/shared-memory.ts';
import { peerOf } from '../system/sockets.ts';
import { openCallerTerminal } from './caller-terminal.ts';

const EAGAIN = 11;

/** Behind a pause as long as this, ms, the client may have been stopped: what is typed then is for the shell. */
const PAUSE = 100;

/** No two ledgers have the same number while a supervisor lives; another's have another beginning. */
let last = Math.floor(Math.random() * 2 ** 40);

export class BorrowedTerminal {
  readonly which = ++last;
  /** Where the client finds the memory, as long as we live. */
  readonly fd: number;
  private readonly terminal: number;
  private readonly client: number;
  private readonly memory: Buffer;
  private readonly words: Float64Array;
  private readonly halves: Int32Array;
  private readonly typed: Buffer;
  /** Where the kernel counts on, of either record. */
  private readonly positions: Buffer[];
  private stopWatching: (() => void) | undefined;

  private constructor(terminal: number, client: number) {
    this.terminal = terminal;
    this.client = client;
    this.fd = createSharedMemory(1);
    this.memory = mapSlot(this.fd, 0);
    this.words = new Float64Array(this.memory.buffer, this.memory.byteOffset, WORDS.all);
    this.halves = new Int32Array(this.memory.buffer, this.memory.byteOffset, 2 * WORDS.all);
    this.typed = this.memory.subarray(TYPED, TYPED + LEDGER_ROOM);
    this.positions = [0, 1].map((record) => {
      const at = 8 * (WORDS.records + 2 * record + 1);
      return this.memory.subarray(at, at + 8);
    });
    this.words[WORDS.which] = this.which;
  }

  /** Undefined where the terminal of who is at the other end of `socket` cannot be opened. */
  static of(socket: Socket): BorrowedTerminal | undefined {
    const terminal = openCallerTerminal(socket);
    if (terminal === undefined) return undefined;
    try {
      return new BorrowedTerminal(terminal, peerOf(descriptorOf(socket)).pid);
    } catch {
      closeSync(terminal); // there are no more descriptors, perhaps
      return undefined;
    }
  }

  /**
   * The output was shown up to `offset`, and the session was given so many typed bytes. `take` gets what is typed from now
   * on; undefined: it is not ours to read any more.
   */
  begin(loan: number, offset: number, given: number, take: (bytes: Buffer | undefined) => void): void {
    this.count(offset);
    this.given(LEDGER_ROOM, given);
    this.words[WORDS.loan] = loan; // last: until then the client goes by what it knows itself
    let typedAt = 0;
    this.stopWatching = watch(this.terminal, () => {
      const now = performance.now();
      const isPaused = now - typedAt > PAUSE;
      typedAt = now;
      const isRecalled = this.words[WORDS.recalled] === loan;
      if (isRecalled || (isPaused && !this.isInFront())) return take(undefined);
      const length = read(this.terminal, this.typed, LEDGER_ROOM);
      if (length > 0) take(this.typed.subarray(0, length));
      else if (length === 0 || lastErrno() !== EAGAIN) take(undefined);
    });
  }

  /** The first `length` bytes typed are done with; `given` is how many the session was given of all. */
  given(length: number, given: number): void {
    this.typed.fill(NOTHING, 0, length);
    this.words[WORDS.given] = given;
  }

  /** Shows at most LEDGER_ROOM bytes, the output's from `offset` on. Answers how many the terminal took. */
  show(bytes: Buffer, offset: number): number {
    bytes.copy(this.memory, SHOWN);
    const position = this.count(offset);
    const shown = sendFile(this.terminal, this.fd, position, bytes.length);
    yieldProcessor(); // it is on its way to the user's eyes: what we do with it besides can wait
    return Math.max(0, shown);
  }

  stop(): void {
    this.stopWatching?.();
    this.stopWatching = undefined;
  }

  /** Of no use afterwards. */
  close(): void {
    this.stop();
    closeSync(this.terminal);
    closeSync(this.fd);
    unmap(this.memory);
  }

  /** The client is the one whom its terminal's keys are for. */
  private isInFront(): boolean {
    const client = readProcess(this.client);
    return (
      client !== undefined && !'Tt'.includes(client.state) && (client.front === client.group || client.front === -1)
    );
  }

  /** From here on `offset` counts. Answers where the kernel is to count on. */
  private count(offset: number): Buffer {
    const next = this.words[WORDS.record] === 0 ? 1 : 0;
    const record = WORDS.records + 2 * next;
    this.words[record] = offset;
    this.halves[2 * (record + 1)] = SHOWN;
    this.halves[2 * (record + 1) + 1] = 0;
    this.words[WORDS.record] = next;
    return this.positions[next] as Buffer;
  }
}
