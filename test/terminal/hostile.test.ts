// What a stream may do to whoever parses it: answers that a shell would run, and lines that were not to be skipped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Screen } from '../../src/terminal/screen.ts';
import * as emulation from '../../src/terminal/tracked.ts';

const SIZE = { columns: 80, rows: 24 };

function screen(mostPending: number, size = SIZE) {
  let answers = '';
  let skips = 0;
  let isHeld = false;
  const soon: (() => void)[] = [];
  const it = new Screen(0, {
    size,
    scrollback: () => 100,
    emulation: () => emulation,
    after: (ms, deed) => {
      if (ms === 0) soon.push(deed);
      return () => {};
    },
    answer: (text) => {
      answers += text;
    },
    failed: (error) => {
      throw error;
    },
    begin: () => undefined,
    mostPending: () => mostPending,
    skipped: () => {
      skips++;
    },
    hold: (held) => {
      isHeld = held;
    },
    putAway: () => {},
  });
  return { it, answers: () => answers, skips: () => skips, isHeld: () => isHeld, goOn: () => soon.shift()?.() };
}

test('an answer holds nothing of the question that a shell would take for a line', () => {
  const { it, answers } = screen(262_144);
  it.feed(Buffer.from('\x1bP+q\rtouch /tmp/x\r\x1b\\\x1bP+q544e;436f\x1b\\\x1bP$q\rls\r\x1b\\'), true);
  assert.match(answers(), /^\x1bP0\+r\x1b\\\x1bP0\+r544e;436f\x1b\\/);
  assert.doesNotMatch(answers(), /[\r\n]|touch|ls/);
});

for (const [what, enter] of [
  ['main', ''],
  ['alternate', '\x1b[?1049h'],
] as const) {
  test(`what stands below the cursor on the ${what} screen is gone when all that follows it was skipped`, () => {
    const lazy = screen(16_384);
    const full = screen(1e9);
    const feed = (text: string) => {
      for (const { it } of [lazy, full]) it.feed(Buffer.from(text), false);
    };
    const old = Array.from({ length: SIZE.rows }, (_, row) => `${'old '.repeat(15)}${row}`).join('\r\n');
    let seen = 0;
    for (let line = 0; seen < 5; line++) {
      if (line === 0 || lazy.skips() > seen) {
        seen = lazy.skips();
        const [one, other] = [lazy, full].map(({ it }) => it.snapshot('nothing', 1000).toString());
        assert.equal(one, other, `after ${line} lines`);
        feed(`${enter}\x1b[H${old}\x1b[H`);
        for (const { it } of [lazy, full]) it.snapshot('nothing', 0);
      }
      feed(`${line}\r\n`);
    }
  });
}

const SLOW = [
  '\x1bc',
  "\x1b[99'}",
  '\x1b[9 @',
  '\x1b[999T',
  '\x1b[999S',
  '\x1b[999L',
  '\x1b[999M',
  '\x1b#8',
  '\x1b[2J',
  '\x1b[?2J',
];

for (const size of [SIZE, { columns: 300, rows: 100 }]) {
  test(`what is slow to parse on ${size.columns}x${size.rows} is parsed little by little, and the program waits`, () => {
    for (const slow of SLOW) {
      const { it, isHeld, goOn } = screen(262_144, size);
      for (let i = 0; i < 60; i++) it.feed(Buffer.from('text that is parsed quickly\r\n'.repeat(150)), false);
      const piece = Buffer.from(slow.repeat(Math.floor(4096 / slow.length)));
      let longest = 0;
      let turns = 0;
      const turn = (deed: () => void) => {
        const began = process.cpuUsage();
        deed();
        longest = Math.max(longest, process.cpuUsage(began).user / 1000);
        turns++;
      };
      for (let fed = 0; fed < 4; fed++) {
        turn(() => it.feed(piece, false));
        while (isHeld()) turn(goOn);
      }
      turn(() => it.snapshot('nothing', 0)); // who comes now
      assert.ok(turns > 4);
      assert.ok(longest < 700, `${JSON.stringify(slow)}: ${Math.round(longest)} ms at once`);
    }
  });
}

test('a string that does not end is looked through once, however small its pieces are', () => {
  const { it } = screen(262_144);
  it.feed(Buffer.from('\x1b]52;c;'), true);
  const began = process.cpuUsage();
  for (let i = 0; i < 50_000; i++) it.feed(Buffer.from('A'), true);
  const { user } = process.cpuUsage(began);
  assert.ok(user < 1_500_000, `${Math.round(user / 1000)} ms`);
});

test('links that are said again and again do not make a snapshot of any length', () => {
  const { it } = screen(262_144);
  const link = (n: number) => `\x1b]8;;http://${String(n).repeat(1000)}\x1b\\x`;
  for (let i = 0; i < 200; i++) it.feed(Buffer.from((link(1) + link(2)).repeat(40)), false);
  const length = it.snapshot('nothing', 1000).length;
  assert.ok(length < 10 * 2 ** 20, `${length} bytes`);
});

test('the end of a string that was too long to wait for is seen, wherever it is cut', () => {
  for (const [begin, end] of [
    ['\x1bP', '\x1b\\'],
    ['\x1b_', '\x1b\\'],
    ['\x1b]52;c;', '\x07'],
    ['\x1bP', '\xc2\x9c'],
  ] as const) {
    const { it } = screen(262_144);
    it.feed(Buffer.from(begin + 'A'.repeat(100_000)), false);
    assert.notEqual(it.unfinished.length, 0);
    for (const byte of Buffer.from(end, 'latin1')) {
      it.feed(Buffer.from([byte]), false);
      it.snapshot('nothing', 0);
    }
    assert.equal(it.unfinished.length, 0, JSON.stringify(begin + end));
    it.feed(Buffer.from('shown'), false);
    assert.match(it.snapshot('nothing', 0).toString(), /^shown/);
  }
});
