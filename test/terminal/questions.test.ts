// One answer to each question: what is one, and the stream for terminals that must not answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENQUIRY, isQuestion, silencer } from '../../src/terminal/questions.ts';
import { readSequences } from '../../src/terminal/sequences.ts';
import { newTracked } from '../../src/terminal/tracked.ts';
import { type Chance, chance } from '../support/stream-words.ts';
import { wildStream } from '../support/wild-streams.ts';

const STREAMS = process.env.SESSION_TEST_LONG === '1' ? 10_000 : 400;

/** With how many answers the emulator has for each. */
const QUESTIONS: readonly (readonly [string, number])[] = [
  ...(['\x1b[c', '\x1b[0c', '\x1b[>c', '\x1b[>0c', '\u009bc', '\x1b[5n', '\x1b[6n', '\x1b[?6n'] as const).map(
    (each) => [each, 1] as const,
  ),
  ...[['\x1b[?25$p', 1] as const, ['\x1b[4$p', 1] as const, ['\x1b]10;?\x07', 1] as const],
  ...[['\x1b]11;?\x1b\\', 1] as const, ['\x1b]4;1;?\u009c', 1] as const, ['\x1b]4;1;?;2;?\x07', 2] as const],
  ...[['\x1b]12;?\x07', 1] as const, ['\u009d10;?;?\x07', 2] as const, ['\x1bP$qm\x1b\\', 1] as const],
  ...[['\x1bP$q"p\u009c', 1] as const, ['\u0090$qr\x1b\\', 1] as const, ['\x1b[18t', 1] as const],
  ...(
    [
      ...[
        '\x1b[=c',
        '\x1bZ',
        '\x1b[>q',
        '\x1b[>0q',
        '\x1b[x',
        '\x1b[1x',
        '\x1b[11t',
        '\x1b[13;2t',
        '\x1b[14t',
        '\x1b[16t',
      ],
      ...['\x1b[19t', '\x1b[20t', '\x1b[21t', '\x1b[?u', '\x1b[?4m', '\x1b[?2;1;0S', '\x1b[1$w', '\x1b[1;1;1;1;1;1*y'],
      ...[
        '\x1b]52;c;?\x07',
        '\x1bP+q544e\x1b\\',
        '\x1b_Gi=1,a=q;AAAA\x1b\\',
        '\x1b[?996n',
        '\x1b[?15n',
        '\x1b]702;?\x07',
      ],
    ] as const
  ).map((each) => [each, -1] as const),
];

const ASKS_NOTHING = [
  ...['\x1b[m', '\x1b[1;31m', '\x1b[H', '\x1b[2J', '\x1b[?25h', '\x1b[4l', '\x1b[1;5r', '\x1b[u', '\x1b[s', '\x1b[>1u'],
  ...[
    '\x1b[<u',
    '\x1b[=1;2u',
    '\x1b[>4;2m',
    '\x1b[2 q',
    '\x1b[1"q',
    '\x1b[!p',
    '\x1b[22;2t',
    '\x1b[23;0t',
    '\x1b[8;24;80t',
  ],
  ...[
    '\x1b[S',
    '\x1b[2S',
    '\x1b[3b',
    '\x1b7',
    '\x1b(0',
    '\x1bc',
    '\x1b]2;why?\x07',
    '\x1b]0;a;?b\x07',
    '\x1b]8;;http://x/?a\x07',
  ],
  ...[
    '\x1b]10;#fff\x07',
    '\x1b]4;1;red\x1b\\',
    '\x1b]104\x07',
    '\x1b]52;c;YQ==\x07',
    '\x1bPq#0~\x1b\\',
    '\x1b_Ga=t;AA\x1b\\',
  ],
];

const asks = (text: string) => isQuestion(Buffer.from(text), 0, Buffer.byteLength(text));

test('what a terminal answers is a question, and nothing else is', () => {
  for (const [text] of QUESTIONS) assert.ok(asks(text), JSON.stringify(text));
  for (const text of ASKS_NOTHING) assert.ok(!asks(text), JSON.stringify(text));
});

function answersTo(pieces: Buffer[]): string[] {
  const answers: string[] = [];
  const { parse } = newTracked({ columns: 20, rows: 5 }, 0, (text) => answers.push(text));
  for (const each of pieces) parse(each);
  return answers;
}

test('the emulator answers what it can', () => {
  for (const [text, count] of QUESTIONS) {
    if (count >= 0) assert.equal(answersTo([Buffer.from(text)]).length, count, JSON.stringify(text));
  }
});

/** A stream with questions, how many answers it gets, and what is to be left of it. */
function asking(c: Chance, seed: number) {
  const parts: Buffer[] = [];
  const left: Buffer[] = [];
  let answers = 0;
  for (let count = c.from(1, 6); count > 0; count--) {
    const quiet = withoutQuestions(wildStream(seed * 10 + count, 20, 5, 6));
    const [question, its] = c.of(QUESTIONS.filter(([, each]) => each >= 0));
    const [other] = c.of(QUESTIONS);
    const silent = c.once(3) ? Buffer.of(ENQUIRY) : Buffer.alloc(0);
    parts.push(quiet, Buffer.from(question), silent);
    left.push(quiet, Buffer.alloc(Buffer.byteLength(question)), Buffer.alloc(silent.length));
    answers += its;
    if (answersTo([Buffer.from(other)]).length > 0) continue;
    parts.push(Buffer.from(other));
    left.push(Buffer.alloc(Buffer.byteLength(other)));
  }
  return { bytes: Buffer.concat(parts), left: Buffer.concat(left), answers };
}

/** What it ends in is ended, so that questions behind it are seen as such. */
function withoutQuestions(bytes: Buffer): Buffer {
  const ended = Buffer.concat([bytes, Buffer.from('\x18\x1b\\')]);
  const copy = Buffer.from(ended);
  readSequences(ended, 'nothing', (start, end) => {
    if (isQuestion(ended, start, end)) copy.fill(0x20, start, end);
  });
  for (let at = copy.indexOf(ENQUIRY); at !== -1; at = copy.indexOf(ENQUIRY)) copy[at] = 0x20;
  return copy;
}

function* cut(c: Chance, bytes: Buffer): Generator<Buffer> {
  const most = c.of([1, 4, 30, 1000]);
  for (let at = 0; at < bytes.length; ) {
    const length = c.from(1, most);
    yield Buffer.from(bytes.subarray(at, at + length));
    at += length;
  }
}

test('a terminal that is shown the silenced stream answers nothing, one that is shown the stream all', (t) => {
  let asked = 0;
  for (let seed = 1; seed <= STREAMS; seed++) {
    const c = chance(seed);
    const { bytes, left, answers } = asking(c, seed);
    const say = `seed ${seed}: ${JSON.stringify(bytes.toString())}`;
    assert.equal(answersTo([bytes]).length, answers, say);
    const silence = silencer(Buffer.alloc(0));
    const pieces = [...cut(c, bytes)];
    const silent = pieces.map((each) => {
      const quiet = silence(each);
      assert.equal(quiet.length, each.length, say);
      return quiet;
    });
    assert.deepEqual(answersTo(silent), [], say);
    // In one piece all of a question is gone and nothing else; cut, what of it was shown before is cancelled.
    assert.deepEqual(silencer(Buffer.alloc(0))(bytes), left, say);
    assert.deepEqual(shownBy(silent), shownBy([left]), say);
    asked += answers;
  }
  t.diagnostic(`counted ${asked} questions silenced in ${STREAMS} streams`);
});

/** What is seen on the screen. */
function shownBy(pieces: Buffer[]): string[] {
  const { parse, terminal } = newTracked({ columns: 20, rows: 5 }, 100, () => {});
  for (const each of pieces) parse(each);
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
  return [...rows, `${active.cursorX},${active.cursorY}`];
}

test('a question that had begun before the silence is silenced, too', () => {
  for (const [text] of QUESTIONS) {
    const bytes = Buffer.from(text);
    for (let at = 1; at < bytes.length; at++) {
      const begun = bytes.subarray(0, at);
      if (begun.at(-1) === 0x1b && at > 1) continue; // of half an ST the emulator makes a whole one: it has been asked
      const rest = silencer(begun)(Buffer.from(bytes.subarray(at)));
      assert.deepEqual(answersTo([begun, rest]), [], `${JSON.stringify(text)} at ${at}`);
    }
  }
});
