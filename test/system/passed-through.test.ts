// What the emulator does not know reaches every attached terminal untouched, byte for byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { home } from '../support/home.ts';
import { attached, speaker } from '../support/speaker.ts';

const STRANGE = Buffer.concat([
  Buffer.from('\x1b]7777;what=?x\x07\x1b_Ga=T,f=24,s=1,v=1;AAAA\x1b\\\x1b^private\x1b\\\x1bXstring\x1b\\\ufeff'),
  Buffer.from('\x1b[?77777h\x1b[>4;1m\x1b[=5;1u\x1b[<9;8;7!z\x1b[?5W\x1b#6\x1b%G'),
  Buffer.from('\x1b]8;;https://a.example/?q=?\x1b\\\x1b]8;;\x07\x1b]2;what;?\x07'), // these ask nothing
  Buffer.of(0xff, 0xfe, 0xc3, 0x28, 0x1b, 0x5b, 0x31, 0x18, 0x00, 0x7f),
  Buffer.from(`\x1bP0;0;0q"1;1;8;8#0;2;0;0;0${'#1~~$-'.repeat(3000)}\x1b\\`), // sixel
]);

test('what nobody knows reaches every terminal byte for byte, in one piece and cut at every byte', async (t) => {
  const h = home(t);
  const s = await speaker(h, 'x');
  const one = await attached(h);
  const bySingle = STRANGE.subarray(0, 240);
  for (const round of [1, 2]) {
    const there = round === 1 ? [one] : [one, await attached(h), await attached(h, 'x', ['-r'])];
    await s.says(`<<<${round}`);
    await s.says(STRANGE);
    for (const byte of bySingle) await s.says(Buffer.of(byte));
    await s.says(`${round}>>>`);
    for (const each of there) {
      await each.receives(new RegExp(`${round}>>>`));
      const bytes = each.bytes();
      const from = bytes.lastIndexOf(`<<<${round}`) + 3 + String(round).length;
      const shown = bytes.subarray(from, bytes.lastIndexOf(`${round}>>>`)).toString('latin1');
      assert.ok(shown === Buffer.concat([STRANGE, bySingle]).toString('latin1'), JSON.stringify(shown.slice(0, 400)));
    }
  }
});
