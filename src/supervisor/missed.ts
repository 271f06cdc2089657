// What a client missed that comes back after its supervisor was replaced. What the program asked meanwhile was
// answered, with nobody there; what it asked before that is still to be answered, by the first who comes back.
import { silencer } from '../terminal/questions.ts';
import type { Session } from './session.ts';

/** A question may have begun so long before what was missed. */
const LONGEST = 4096;

/** Output since `from`, or since the first byte that is still kept. `mayAnswer`: its terminal is not only watched. */
export function missedOf(session: Session, from: number, mayAnswer: boolean): { from: number; bytes: Buffer } {
  const { output } = session;
  const before = output.since(Math.max(0, from - LONGEST));
  if (before.from > from) return before;
  const at = (offset: number) => Math.min(Math.max(0, offset - before.from), before.bytes.length);
  const silence = silencer(Buffer.alloc(0));
  silence(before.bytes.subarray(0, at(from)));
  const asked = before.bytes.subarray(at(from), at(Math.max(from, session.answeredFrom)));
  const silent = silence(asked);
  const rest = silence(before.bytes.subarray(at(Math.max(from, session.answeredFrom))));
  if (mayAnswer) session.answeredFrom = Math.min(session.answeredFrom, from);
  return { from, bytes: Buffer.concat([mayAnswer ? asked : silent, rest]) };
}
