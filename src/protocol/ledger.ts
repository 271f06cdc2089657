// The memory that goes with a terminal which a client lends to the supervisor: how far showing and typing have come. The
// supervisor writes it, and the kernel for it; the client, who holds it too, reads it when the supervisor is dead and goes
// on from there, with no byte lost or shown twice. Each number is stored whole: a kill finds the old or the new one.
//
//   word 0      which ledger this is
//   word 1      the record that counts: 0 or 1
//   words 2, 3  record 0: the output's offset of what lies in the buffer of shown bytes, and where in this memory the kernel
//   words 4, 5  record 1  has come with it, an int64 that sendfile(2) itself moves with the bytes
//   word 6      how many typed bytes the session had been given before those in the buffer of typed bytes
//   word 7      which of the client's loans all this is about
//   word 8      which loan the client takes back, the supervisor being overdue: it reads no more
//   4096..      typed: what was read of the terminal and is not yet given to the session, then 0xff
//   8192..      shown

export const LEDGER_SIZE = 12288;
export const TYPED = 4096;
export const SHOWN = 8192;
/** What either buffer holds. */
export const LEDGER_ROOM = 4096;

/** Stands where nothing is: no keyboard sends it. */
export const NOTHING = 0xff;

export const WORDS = { which: 0, record: 1, records: 2, given: 6, loan: 7, recalled: 8, all: 9 };

export interface Ledger {
  which: number;
  loan: number;
  /** The output's offset behind all that the terminal was shown. */
  shownTo: number;
  /** The end of what it was shown, as far as it is there. */
  shown: Buffer;
  given: number;
  /** Typed, and perhaps not given. */
  typed: Buffer;
}

/** What stands in `memory`, or a copy of it. */
export function readLedger(memory: Buffer): Ledger {
  const word = (index: number) => memory.readDoubleLE(8 * index);
  const record = WORDS.records + 2 * word(WORDS.record);
  const position = Number(memory.readBigInt64LE(8 * (record + 1)));
  let end = TYPED + LEDGER_ROOM;
  while (end > TYPED && memory[end - 1] === NOTHING) end--;
  return {
    which: word(WORDS.which),
    loan: word(WORDS.loan),
    shownTo: word(record) + position - SHOWN,
    shown: memory.subarray(SHOWN, position),
    given: word(WORDS.given),
    typed: memory.subarray(TYPED, end),
  };
}
