// Requests that a terminal answers into the session's input. One answer is wanted, however many terminals show
// the session; and none to a question that is shown again.
import { byteSet } from './byte-set.ts';
import { type Inside, readSequences } from './sequences.ts';

const ESC = '(?:\\x1b\\[|\\xc2\\x9b)';
const STRING = '(?:\\x07|\\x1b\\\\|\\xc2\\x9c)';

/** A whole sequence, as latin1 text. */
const QUESTION = new RegExp(
  `^(?:${[
    `${ESC}[>=]?[0-9;]*c`, // device attributes, primary to tertiary
    `${ESC}\\??[0-9;]*n`, // device status, cursor position, colour scheme
    `${ESC}\\??[0-9;]*\\$p`, // is a mode set?
    `${ESC}>[0-9;]*q`, // name and version
    `${ESC}[0-9;]*x`, // terminal parameters
    `${ESC}(?:11|13|14|15|16|18|19|20|21)(?:;[0-9;]*)?t`, // the window
    `${ESC}\\?[0-9;]*u`, // the keyboard's flags
    `${ESC}\\?[0-9;]*m`, // and xterm's key resources
    `${ESC}\\?[0-9;]*S`, // graphics
    `${ESC}[0-9;]*\\$w`, // presentation state
    `${ESC}[0-9;]*\\*y`, // a checksum of the screen
    `(?:\\x1b\\]|\\xc2\\x9d)(?!(?:0|1|2|7|8|9);)[0-9]+;(?:.*[;=])?\\?(?:;.*)?${STRING}`, // colours, the clipboard; titles, links and directories are only told
    `(?:\\x1bP|\\xc2\\x90)[0-9;]*[+$]q.*${STRING}`, // settings and capabilities
    `(?:\\x1b_|\\xc2\\x9f)G[^;]*a=q.*${STRING}`, // can it show images?
    '\\x1bZ',
  ].join('|')})$`,
  's',
);

/** Longer than any question. */
export const LONGEST_QUESTION = 4096;

/** What a CSI that asks can end with; colours, of which floods are full, are seen to ask nothing at once. */
const FINALS = byteSet('cnpqxtuSwy');
const ESCAPE = 0x1b;
const CSI = 0x5b;
const QUESTION_MARK = 0x3f;

/** Whether the sequence from `start` to `end` asks for an answer. */
export function isQuestion(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > LONGEST_QUESTION) return false;
  const isCsi = bytes[start] === ESCAPE && bytes[start + 1] === CSI;
  if (isCsi && FINALS[bytes[end - 1] as number] === 0 && bytes[start + 2] !== QUESTION_MARK) return false;
  return QUESTION.test(bytes.toString('latin1', start, end));
}

/** Asks for an answer by itself. */
export const ENQUIRY = 5;

/** Ends a sequence that has begun, which terminals then forget. */
const CANCEL = 0x18;

/**
 * Makes the stream for terminals that must not answer: as long as the original, with NUL, which terminals ignore,
 * in place of questions. `unfinished` is what they were shown already of a sequence that has not ended.
 */
export function silencer(unfinished: Buffer): (piece: Buffer) => Buffer {
  let begun = Buffer.from(unfinished);
  let inside: Inside = 'nothing';
  return (piece) => {
    const bytes = begun.length === 0 ? piece : Buffer.concat([begun, piece]);
    let silent: Buffer | undefined;
    const blank = (start: number, end: number) => {
      silent ??= Buffer.from(piece);
      const from = start - begun.length;
      silent.fill(0, Math.max(0, from), end - begun.length);
      if (from < 0) silent[0] = CANCEL;
    };
    const found = readSequences(bytes, inside, (start, end) => {
      if (isQuestion(bytes, start, end)) blank(start, end);
    });
    for (let at = bytes.indexOf(ENQUIRY, begun.length); at !== -1; at = bytes.indexOf(ENQUIRY, at + 1))
      blank(at, at + 1);
    // Half an ST: some terminals take the string for ended by it, and answer.
    if (bytes.at(-1) === ESCAPE && found.whole < bytes.length - 1) {
      const ended = Buffer.concat([bytes.subarray(found.whole), Buffer.from('\\')]);
      if (isQuestion(ended, 0, ended.length)) {
        silent ??= Buffer.from(piece);
        silent[silent.length - 1] = CANCEL;
      }
    }
    const isLong = bytes.length - found.whole > LONGEST_QUESTION;
    inside = isLong ? found.inside : 'nothing';
    begun = isLong ? Buffer.alloc(0) : Buffer.from(bytes.subarray(found.whole));
    return silent ?? piece;
  };
}
