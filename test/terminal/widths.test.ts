// The columns that characters take and what they join: every code point against tmux, whose judge is glibc.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Terminal } from '@xterm/headless';
import { describe, joinsNext, measure, widthOf } from '../../src/terminal/widths.ts';
import { hasTmux } from '../support/tmux.ts';
import { tmuxPane } from '../support/tmux-pane.ts';

/** A character between a and b, in a field of five columns that ends with Z in its fourth: the gaps tell its width. */
const FIELD = 5;
const COLUMNS = 80;
const PER_ROW = COLUMNS / FIELD;
const BATCH = 32_768;

function field(code: number, at: number): string {
  const begin = at % PER_ROW === 0 ? '\r\n' : `\x1b[${(at % PER_ROW) * FIELD + 1}G`;
  return `${begin}a${String.fromCodePoint(code)}b\x1b[${(at % PER_ROW) * FIELD + 4}GZ`;
}

/** 0, 1, 2; undefined: tmux drops what its Unicode does not know. */
function widthIn(shown: string, code: number): number | undefined {
  const text = String.fromCodePoint(code);
  if (shown === `a${text}`) return 2;
  if (shown === `a${text}b`) return 1;
  if (shown === `a${text}b `) return 0;
  assert.equal(shown, 'ab ', `a field with U+${code.toString(16)}`);
  return undefined;
}

test(
  'every code point that tmux draws is as wide as there',
  {
    skip: hasTmux ? false : 'tmux is missing',
  },
  async (t) => {
    const pane = await tmuxPane(t, COLUMNS, 10, BATCH / PER_ROW + 100);
    const codes: number[] = [];
    // Planes 4 to 13 are empty, 15 and 16 private: samples will do. A joiner swallows what follows, however far.
    for (let code = 0xa0; code < 0x110000; code += code < 0x40000 || code >> 12 === 0xe0 ? 1 : 64) {
      if ((code < 0xd800 || code > 0xdfff) && code !== 0x200d) codes.push(code);
    }
    let compared = 0;
    const different: string[] = [];
    for (let at = 0; at < codes.length; at += BATCH) {
      const batch = codes.slice(at, at + BATCH);
      await pane.reset();
      await pane.feed(batch.map(field).join(''));
      const { lines } = await pane.read();
      const fields = lines.slice(1).flatMap((line) =>
        line
          .split('Z')
          .slice(0, -1)
          .map((each) => each.trimStart()),
      );
      assert.equal(fields.length, batch.length);
      batch.forEach((code, index) => {
        const width = widthIn(fields[index] as string, code);
        if (width === undefined) return;
        compared++;
        if (width !== widthOf(code)) different.push(`U+${code.toString(16)} ${width}, not ${widthOf(code)}`);
      });
    }
    t.diagnostic(`counted ${compared} code points compared, ${different.length} different`);
    assert.deepEqual(different, []);
    assert.ok(compared > 145_000, `${compared} were compared`);
  },
);

test('characters that Unicode 15 does not know are as wide as they are defined since', () => {
  assert.equal(widthOf(0x1fae9), 2, 'a face of Unicode 16');
  assert.equal(widthOf(0x10ec5), 1, 'a letter of Unicode 16');
});

test('what has no width joins the character before it, and a joiner draws the next one in', () => {
  const info = (text: string) => [...text].reduce((before, each) => describe(each.codePointAt(0) as number, before), 0);
  const joins = (packed: number) => (packed & 1) === 1;
  const width = (packed: number) => (packed >> 1) & 3;
  for (const [text, joined, columns] of [
    ['a', false, 1],
    ['漢', false, 2],
    ['e\u0301', true, 1],
    ['漢\u0301', true, 2],
    ['❤\ufe0f', true, 1], // a variation selector makes nothing wider
    ['👩\u200d', true, 2],
    ['👩\u200d🚀', true, 2],
    ['👍🏽', false, 2], // a skin tone stands for itself
    ['🇩🇪', false, 1], // regional indicators do not pair
    ['한', false, 2],
    ['\u1112\u1161\u11ab', true, 2], // the same syllable in three parts
    ['a\u200d ', false, 1],
  ] as const) {
    assert.deepEqual([joins(info(text)), width(info(text))], [joined, columns], JSON.stringify(text));
  }
  assert.ok(joinsNext(info('👩\u200d')));
  assert.ok(!joinsNext(info('👩')));
});

test('a terminal measures with it', async () => {
  const terminal = new Terminal({ cols: 20, rows: 3, allowProposedApi: true });
  measure(terminal);
  await new Promise<void>((resolve) => terminal.write('🫩漢e\u0301👩\u200d🚀x', resolve));
  assert.equal(terminal.buffer.active.cursorX, 8);
  assert.equal(terminal.buffer.active.getLine(0)?.getCell(5)?.getChars(), '👩\u200d🚀');
});
