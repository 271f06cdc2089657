// Where sequences begin and end: the scanner and the emulator's own parser agree at every byte.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cutCharacter, type Inside, readSequences, wholeUpTo } from '../../src/terminal/sequences.ts';
import { newTracked } from '../../src/terminal/tracked.ts';
import { type Chance, chance } from '../support/stream-words.ts';
import { wildStream } from '../support/wild-streams.ts';

const STREAMS = process.env.SESSION_TEST_LONG === '1' ? 10_000 : 500;
const RECORDED = join('test', 'fixtures', 'recorded');

/** The states of xterm.js's parser, by number. */
const STATES: readonly Inside[] = [
  ...['nothing', 'escape', 'escape', 'csi', 'csi', 'csi', 'csi'],
  ...['string', 'osc', 'dcs', 'dcs', 'dcs', 'dcs', 'dcs'],
] as Inside[];

const PARTS = [0x1b, 0x1b, 0x5b, 0x5d, 0x50, 0x58, 0x5e, 0x5f, 0x5c, 0x9c, 0x9b, 0x9d, 0x90, 0xc2, 0xc2, 0x18, 0x1a];
const MORE = [7, 10, 13, 0x20, 0x24, 0x2f, 0x30, 0x3b, 0x3f, 0x3a, 0x41, 0x6d, 0x7e, 0x7f, 0x80, 0xe2, 0xf0, 0xff, 0];

/** Bytes that begin, end and break sequences, in no order. */
const garbage = (c: Chance) =>
  Buffer.from(Array.from({ length: c.from(1, 120) }, () => c.of(c.once(3) ? MORE : PARTS)));

/** What the parser is in after each byte; before the first: nothing. */
function statesOf(bytes: Buffer): Inside[] {
  const { parse, core } = newTracked({ columns: 20, rows: 5 }, 0, () => {});
  const states: Inside[] = ['nothing'];
  for (const byte of bytes) {
    parse(Buffer.of(byte));
    states.push(STATES[core._inputHandler._parser.currentState] as Inside);
  }
  return states;
}

/** An ESC inside a string has ended it for the parser; half an ST, it is the string's for the scanner. */
const endsInEscape = (bytes: Buffer) => bytes.at(-1) === 0x1b;

const beginsSequence = (bytes: Buffer, at: number) =>
  bytes[at] === 0x1b || (bytes[at] === 0xc2 && ((bytes[at + 1] ?? 0) & 0xe0) === 0x80);

function agree(bytes: Buffer, what: string): void {
  const states = statesOf(bytes);
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    const say = `${what}, ${length} bytes of ${bytes.toString('latin1').replaceAll('\x1b', '␛')}`;
    const { whole, inside } = readSequences(part);
    assert.deepEqual(wholeUpTo(part), { whole, inside }, say);
    // What is open there, if anything, is ended by the sequence that begins there.
    if (!beginsSequence(bytes, whole)) assert.equal(states[whole], 'nothing', say);
    if (states[length] === 'nothing' && cutCharacter(part) === 0) assert.equal(whole, length, say);
    if (cutCharacter(part) > 0 || endsInEscape(part)) continue;
    assert.equal(inside, states[length], say);
  }
}

test('the scanner knows at every byte what the parser is in, and cuts where it is in nothing', (t) => {
  for (let seed = 1; seed <= STREAMS; seed++) {
    agree(wildStream(seed, 20, 5, 15).subarray(0, 300), `seed ${seed}`);
    agree(garbage(chance(seed)), `garbage ${seed}`);
  }
  for (const file of readdirSync(RECORDED)) agree(readFileSync(join(RECORDED, file)).subarray(0, 1500), file);
  t.diagnostic(`counted ${2 * STREAMS} streams, cut at every byte`);
});

test('the sequences of a stream are the same however it is begun in the middle', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const bytes = seed % 2 ? wildStream(seed, 20, 5, 10) : garbage(chance(seed));
    const all: string[] = [];
    const found = readSequences(bytes, 'nothing', (start, end) => all.push(bytes.toString('latin1', start, end)));
    // From each cut on, with what was left unfinished before it.
    for (let cut = 0; cut <= bytes.length; cut += 7) {
      const parts: string[] = [];
      const { whole } = readSequences(bytes.subarray(0, cut), 'nothing', (start, end) =>
        parts.push(bytes.toString('latin1', start, end)),
      );
      const rest = bytes.subarray(whole);
      const last = readSequences(rest, 'nothing', (start, end) => parts.push(rest.toString('latin1', start, end)));
      assert.deepEqual(parts, all, `seed ${seed}, cut at ${cut}`);
      assert.deepEqual({ whole: whole + last.whole, inside: last.inside }, found);
    }
  }
});

test('what ends in the middle of a string of which the beginning is gone is known by what it is', () => {
  for (const [text, inside, whole, after] of [
    ['still a title', 'osc', 0, 'osc'],
    ['title\x07text', 'osc', 10, 'nothing'],
    ['title\x1b\\text', 'osc', 11, 'nothing'],
    ['title\x1b', 'osc', 0, 'osc'],
    ['data\x07more', 'dcs', 0, 'dcs'],
    ['data\u009cmore', 'string', 10, 'nothing'],
    ['1;2', 'csi', 0, 'csi'],
    ['1;2mtext', 'csi', 8, 'nothing'],
    ['\x18text', 'dcs', 5, 'nothing'],
    ['title\x1b[1', 'osc', 5, 'csi'],
  ] as const) {
    assert.deepEqual(readSequences(Buffer.from(text), inside), { whole, inside: after }, JSON.stringify(text));
  }
});
