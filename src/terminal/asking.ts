// Looks through output that waits, each byte once, for questions that somebody has to answer at once.
import { ENQUIRY, isQuestion, LONGEST_QUESTION } from './questions.ts';
import { type Inside, readSequences } from './sequences.ts';

export class Asking {
  /** So much of what waits was looked through; it ended inside this. */
  private looked = 0;
  private inside: Inside = 'nothing';

  /** Whether anything new in `pending` asks. `first`: what its first byte belongs to. */
  asks(pending: Buffer, first: Inside): boolean {
    const bytes = pending.subarray(this.looked);
    let asks = bytes.includes(ENQUIRY);
    const found = readSequences(bytes, this.looked === 0 ? first : this.inside, (start, end) => {
      asks ||= isQuestion(bytes, start, end);
    });
    // No question is so long: its end is looked for, without its beginning.
    const isLong = bytes.length - found.whole > LONGEST_QUESTION && found.inside !== 'nothing';
    this.looked += isLong ? bytes.length : found.whole;
    this.inside = isLong ? found.inside : 'nothing';
    return asks;
  }

  /** What waits is `by` bytes longer at its beginning, or shorter. */
  moved(by: number): void {
    this.looked = Math.max(0, this.looked + by);
  }

  /** All that waits is looked through anew. */
  lookAgain(): void {
    this.looked = 0;
  }
}
