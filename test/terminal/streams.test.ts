// What programs write that are not full-screen ones, and the less common states of a terminal, as a program on a
// terminal would leave them when somebody detaches.
import { describe, test } from 'node:test';
import { FEED, type Judge, judge } from '../support/judge.ts';

/** What is on the screen when somebody leaves, and what comes after the return. */
interface Stream {
  before: string;
  after: string;
}

const rows = (count: number, text: (row: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i + 1)).join('\r\n');

const STREAMS: Record<string, Stream> = {
  'a progress bar that returns to the start of its line': {
    before: `start\r\n${Array.from({ length: 50 }, (_, i) => `\r\x1b[K${i * 2}% [\x1b[32m${'#'.repeat(i)}\x1b[m`).join('')}`,
    after: `\r\x1b[K100% [${'#'.repeat(50)}]\r\ndone\r\n`,
  },
  'progress bars in several lines': {
    before: `\x1b[?25l${Array.from({ length: 40 }, (_, i) => `${rows(4, (row) => `\x1b[2K\x1b[1;3${row}mpart ${row}\x1b[0m ${'━'.repeat(i)}\x1b[90m${'━'.repeat(40 - i)}\x1b[m`)}\x1b[3A\r`).join('')}`,
    after: `\x1b[3B\r\n\x1b[?25hall done\r\n`,
  },
  'emoji, wide, combining and right-to-left text': {
    before: rows(
      9,
      (row) =>
        `${row} 漢字かな 한글 ｗｉｄｅ 😀🚀 e\u0301a\u0308\u0304 न\u093Fк\u0483 אבג ﷺ ½ ① ⏰ ✂ — ${'語'.repeat(row)}`,
    ),
    after: '\r\n漢\b\bx\x1b[1P\x1b[2@é\u0301\r\n',
  },
  'emoji made of several characters': {
    before: rows(4, (row) => `${row} ❤\uFE0F 👍🏽 👩\u200D👩\u200D👧 🇩🇪 #\uFE0F\u20E3 end`),
    after: '\r\nnext 👍🏽 end\r\n',
  },
  'wide text at the right edge': {
    before: `${'漢'.repeat(100)}x${'語'.repeat(39)}\x1b[10;79H漢字\x1b[12;80H漢\x1b[14;79H漢`,
    after: '字 and on\x1b[14;80Hx',
  },
  'all the attributes and colours': {
    before: [
      ...[1, 2, 3, 4, 5, 7, 8, 9, 53, '4:2', '4:3', '4:4', '4:5', '1;3;4;7'].map((each) => `\x1b[0;${each}m<${each}>`),
      ...['31', '97', '38;5;1', '38;5;99', '38;2;1;2;3', '48;5;3', '48;2;9;8;7', '41', '107'].map(
        (each) => `\x1b[0;${each}m<${each}>`,
      ),
      '\x1b[0;4;58:2::9:8:7m<58>\x1b[0;4:3;58:5:3m<58:5>\x1b[1;34;45m',
    ].join(' '),
    after: 'with the pen that was left \x1b[22;39mchanged\x1b[0m',
  },
  'rows filled with a colour': {
    before:
      '\x1b[44m\x1b[2J\x1b[5;5Htext\x1b[42m\x1b[K\x1b[8;1H\x1b[2K\x1b[10;20H\x1b[1K\x1b[12;10H\x1b[41m\x1b[9X\x1b[15;4Hend',
    after: '\x1b[3P\x1b[2;1H\x1b[2L\x1b[24;1H\n\n',
  },
  'a status line below margins': {
    before: `\x1b[1;22r\x1b[24;1H\x1b[7mstatus\x1b[K\x1b[m\x1b[1;1H${rows(60, (row) => `line ${row}`)}`,
    after: '\r\n\x1b7\x1b[24;1H\x1b[7mstatus 2\x1b[m\x1b8more\r\nlines\r\n\x1bM\x1bM',
  },
  'origin mode inside margins': {
    before: '\x1b[5;10r\x1b[?6h\x1b[2;3Hinside\x1b[9;1Hlast',
    after: '\x1b[2Ahigher\x1b[99B\x1b[20Clower\x1b[1;1H\x1bMfirst\x1b[?6l\x1b[1;1Houtside',
  },
  'a line that is full': {
    before: `${'x'.repeat(80)}\x1b[5;1H${'y'.repeat(80)}`,
    after: 'wrapped\r\n',
  },
  'a full line in the last row': {
    before: `${rows(30, (row) => `line ${row}`)}\r\n${'z'.repeat(80)}`,
    after: 'Z and on',
  },
  'no wrapping, and insert mode': {
    before: `\x1b[?7l${'a'.repeat(100)}\r\n\x1b[4h\x1b[2;1Hold text\x1b[2;1Hnew `,
    after: `inserted \x1b[4l\x1b[?7h\x1b[2;78Hover and over`,
  },
  'line drawing': {
    before: '\x1b(0lqqqk\r\nx\x0e \x0fx\r\n\x1b(B\x1b)0plain\x0eqqq',
    after: 'jkl\x0fplain\x1b(0jkl',
  },
  'tab stops of its own': {
    before: '\x1b[3g\x1b[1;5H\x1bH\x1b[1;30H\x1bH\x1b[2;1H\ta\tb\tc',
    after: '\r\n\td\te\x1b[2Zf\x1b[g\rg\th\ti',
  },
  'a saved cursor with its pen': {
    before: '\x1b[3;7H\x1b[1;35m\x1b(0\x1b7\x1b[0m\x1b(B\x1b[12;1Helsewhere',
    after: '\x1b8qqq\x1b(B back',
  },
  'modes of the mouse, keys and cursor': {
    before: '\x1b[?1002h\x1b[?1006h\x1b[?1h\x1b=\x1b[?25l\x1b[?2004h\x1b[?1004hmodes',
    after: '\x1b[?1006l\x1b[?1005h\x1b[?1002l\x1b[?1003h\x1b[?1l\x1b>\x1b[?25h',
  },
  'the alternate screen over text, with its own saved cursor': {
    before: `${rows(30, (row) => `line ${row}`)}\x1b[5;5H\x1b[33m\x1b[?1049h\x1b[2J\x1b[3;3H\x1b7\x1b[8;1Hon the other`,
    after: '\x1b8three\x1b[?1049l\x1b7back',
  },
  'the alternate screen of ?47 and ?1047': {
    before: `${rows(10, (row) => `line ${row}`)}\x1b[?47h\x1b[2;2Hother`,
    after: '\x1b[?47lback\x1b[?1047hagain\x1b[?1047lend',
  },
  'a title': { before: '\x1b]2;a \u{1F600} title\x07text', after: '\x1b]0;another\x1b\\more' },
  'many lines, wrapped ones among them': {
    before: rows(300, (row) => `${row} \x1b[3${row % 8}m${'word '.repeat(row % 30)}\x1b[m`),
    after: `\r\n${rows(50, (row) => `again ${row}`)}`,
  },
  'a screen cleared with its scrollback': {
    before: `${rows(100, (row) => `line ${row}`)}\x1b[H\x1b[2J\x1b[3Jfresh\r\n`,
    after: rows(30, (row) => `new ${row}`),
  },
  'a screen scrolled and edited': {
    before: `${rows(24, (row) => `line ${row}`)}\x1b[2T\x1b[5;1H\x1b[2M\x1b[5;3H\x1b[4P\x1b[3@\x1b[20;1H\x1b[2L`,
    after: '\x1b[24;1H\n\n\x1b[H\x1bM\x1bM',
  },
  'a screen scrolled up by a program': {
    before: `${rows(24, (row) => `line ${row}`)}\x1b[3S\x1b[42m\x1b[2S`,
    after: '\x1b[mnew\r\n\x1b[1Sand on',
  },
};

describe('after a detach and an attach it looks the same, and after more output:', { concurrency: 3 }, () => {
  for (const [what, { before, after }] of Object.entries(STREAMS)) {
    test(what, async (t) => {
      const j = await judge(t, FEED);
      await j.feeds(before);
      await j.same('never left');
      await j.sameAfterReturn('come back');
      await j.feeds(after);
      await j.same('written on');
      await j.sameAfterReturn('come back again');
      await j.sameWithin('come back again');
    });
  }
});

/** Text with sequences of every kind, to be cut in the middle of each. */
const CUT =
  'before \x1b[1;31mred 漢語x \x1b]2;title\x07\x1b(0q\x1b(B\x1b[38:2::1:2:3mRGB \x1b[?25l\x1bP$qm\x1b\\end\x1b[3;4Hthere';

test('a sequence cut in the middle by a detach goes on where it was', async (t) => {
  const j = await judge(t, FEED);
  await j.feeds('');
  const bytes = Buffer.from(CUT);
  const cuts = [9, 12, 18, 20, 22, 24, 27, 30, 34, 37, 44, 52, 62, 68, 73, 81];
  await cutAt(j, bytes, cuts);
  await j.sameWithin('at the end');
});

async function cutAt(j: Judge, bytes: Buffer, cuts: number[]): Promise<void> {
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    await j.feeds(bytes.subarray(at, cut));
    await j.leaves();
    await j.returns();
    await j.same(`cut at ${cut}, after ${JSON.stringify(bytes.toString('latin1', Math.max(0, cut - 6), cut))}`);
    at = cut;
  }
}
