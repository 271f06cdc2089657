// The detach key in what is typed: found however a terminal writes it and wherever a read cuts it, and nothing
// else is changed, held up or lost.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { detachKey } from '../../src/model/detach-key.ts';
import { type Key, parseKeys, showKeys } from '../../src/model/key.ts';

const KEYS = {
  'the plain byte': '\x1c',
  'CSI u of kitty and others': '\x1b[92;5u',
  'CSI u with the kind of event': '\x1b[92;5:1u',
  'CSI u with a lock on': '\x1b[92;133u',
  'CSI u with what other keys are there': '\x1b[92:124:92;5u',
  'CSI u with the text of it': '\x1b[92;5:1;28u',
  "xterm's modifyOtherKeys": '\x1b[27;5;92~',
  'Ctrl-4 in CSI u': '\x1b[52;5u',
  "Ctrl-4 in xterm's modifyOtherKeys": '\x1b[27;5;52~',
};

/** What goes through, and whether the key was found, when `chunks` are typed. */
function type(chunks: string[], keys = 'ctrl-\\'): { typed: string; detach: boolean } {
  const finder = detachKey(parseKeys(keys) as Key[]);
  let typed = '';
  for (const chunk of chunks) {
    const found = finder.look(Buffer.from(chunk, 'latin1'));
    typed += found.typed.toString('latin1');
    if (found.detach) return { typed, detach: true };
  }
  return { typed, detach: false };
}

for (const [what, key] of Object.entries(KEYS)) {
  test(`${what} is found, also in the middle of other bytes`, () => {
    assert.deepEqual(type([key]), { typed: '', detach: true });
    assert.deepEqual(type([`vi x\r\x1b[A${key}dropped`]), { typed: 'vi x\r\x1b[A', detach: true });
    assert.deepEqual(type(['abc', key]), { typed: 'abc', detach: true });
  });

  test(`${what} is found when a read cuts it at any byte`, () => {
    for (let cut = 1; cut < key.length; cut++) {
      const { typed, detach } = type([`ab${key.slice(0, cut)}`, `${key.slice(cut)}c`]);
      assert.ok(detach, `cut at ${cut}`);
      // An Esc that came alone has gone through: it could have been a key of its own.
      assert.ok(['ab', 'ab\x1b', 'ab\x1b['].includes(typed), JSON.stringify(typed));
    }
    assert.ok(type([...`ab${key}c`]).detach, 'byte by byte');
  });
}

test('an Esc, Alt-[ and every whole key go through at once', () => {
  for (const key of [
    '\x1b',
    '\x1b[',
    '\x1b\x1b',
    '\x1b[A',
    '\x1bOP',
    '\x1b[27~',
    '\x1b[20~',
    '\x1b[92u',
    '\x1b[92;6u', // with Shift
    '\x1b[92;5:3u', // let go
    '\x1b[200~',
    '[',
    '9',
  ]) {
    assert.deepEqual(type([key]), { typed: key, detach: false }, JSON.stringify(key));
  }
});

test('on a layout without Latin letters the key counts by what a Latin one has there, on others by what is on it', () => {
  assert.ok(type(['\x1b[1092::97;5u', 'd'], 'ctrl-a d').detach, 'Russian');
  for (const key of ['\x1b[35::92;5u', '\x1b[39::52;5u', '\x1b[42::92;5u', '\x1b[120::98;5ud']) {
    const { typed, detach } = type([key, 'd'], key.endsWith('ud') ? 'ctrl-b d' : 'ctrl-\\');
    assert.deepEqual([typed, detach], [`${key}d`, false]);
  }
});

test('keys that begin like the detach key come through whole', () => {
  for (const key of ['\x1b[92;6u', '\x1b[27;5;91~', '\x1b[92;5:3u', '\x1b[9;5u', '\x1b[27;2;13~']) {
    assert.deepEqual(type([`a${key}b`]), { typed: `a${key}b`, detach: false });
    assert.deepEqual(type([...`a${key}b`]), { typed: `a${key}b`, detach: false }, 'byte by byte');
  }
});

test('whatever is typed without the key comes through unchanged, however it is cut', () => {
  const piece = fc.constantFrom('\x1b', '[', '9', '2', ';', '5', ':', '1', '7', '~', 'a', '\r', '\xe4');
  fc.assert(
    fc.property(fc.array(fc.array(piece, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), (chunks) => {
      const texts = chunks.map((each) => each.join(''));
      const whole = texts.join('');
      fc.pre(!Object.values(KEYS).some((key) => whole.includes(key)));
      assert.deepEqual(type([...texts, 'x', 'x']), { typed: `${whole}xx`, detach: false });
    }),
    { numRuns: 500 },
  );
});

describe('two keys in a row', () => {
  const CTRL_A = ['\x01', '\x1b[97;5u', '\x1b[97;5:1u', '\x1b[27;5;97~'];
  const D = ['d', '\x1b[100u', '\x1b[100;129u'];
  const two = (chunks: string[]) => type(chunks, 'ctrl-a d');

  test('are found however they are encoded and cut, with keys let go and modifiers in between', () => {
    for (const first of CTRL_A) {
      for (const second of D) {
        for (const between of ['', '\x1b[97;5:3u', '\x1b[57442;5:3u']) {
          const keys = first + between + second;
          assert.deepEqual(two([`ab${keys}dropped`]), { typed: 'ab', detach: true }, JSON.stringify(keys));
          assert.ok(two([...`ab${keys}`]).detach, `byte by byte ${JSON.stringify(keys)}`);
        }
      }
    }
  });

  test('come through where it is not both, the first one at the next key', () => {
    assert.deepEqual(two(['\x01']), { typed: '', detach: false });
    assert.deepEqual(two(['x\x01', 'e', 'd']), { typed: 'x\x01ed', detach: false });
    assert.deepEqual(two(['\x01\x1b[A', 'd']), { typed: '\x01\x1b[Ad', detach: false });
    assert.deepEqual(two(['\x01\x1b[100;2u']), { typed: '\x01\x1b[100;2u', detach: false });
  });

  test('the first one twice is that one, once', () => {
    assert.deepEqual(two(['\x01\x01', 'd']), { typed: '\x01d', detach: false });
    assert.deepEqual(two(['a\x01', '\x01', '\x01d']), { typed: 'a\x01', detach: true });
  });
});

test('keys are read as people write them, and what a terminal has for other things is refused', () => {
  const shown = (text: string) => {
    const keys = parseKeys(text);
    return keys && showKeys(keys);
  };
  assert.deepEqual(['ctrl-\\', 'Ctrl-4', '^\\', 'C-a  D', 'ctrl-] ctrl-]'].map(shown), [
    'Ctrl-\\',
    'Ctrl-\\',
    'Ctrl-\\',
    'Ctrl-a D',
    'Ctrl-] Ctrl-]',
  ]);
  for (const text of ['', 'd', 'd ctrl-a', 'ctrl-m', 'ctrl-[', 'ctrl-i', 'ctrl-ab', 'alt-x', 'ctrl-a é', 'ctrl-1']) {
    assert.equal(parseKeys(text), undefined, text);
  }
});
