// What was typed and may have to be typed again: after a gap exactly the bytes that the session did not take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { typedBytes } from '../../src/client/typed.ts';
import { LARGEST_BYTES } from '../../src/protocol/frame.ts';

test('whatever is typed, taken and cut off, each byte reaches the session once and in order', () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant('type' as const), length: fc.integer({ min: 0, max: 200_000 }) }),
    fc.record({
      do: fc.constant('take' as const),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      say: fc.boolean(),
    }),
    fc.record({ do: fc.constant('gap' as const) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      const typed = typedBytes();
      let count = 0;
      let session: number[] = []; // lengths on the way
      let taken = 0;
      const next = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (count + i) % 251));
      const check = (pieces: Buffer[], from: number) => {
        let at = from;
        for (const piece of pieces) {
          assert.ok(piece.length > 0 && piece.length <= LARGEST_BYTES, 'a piece fits a frame');
          assert.equal(piece[0], at % 251);
          assert.equal(piece.at(-1), (at + piece.length - 1) % 251);
          at += piece.length;
        }
        assert.equal(at, count, 'all that was typed is on its way');
        session = pieces.map(({ length }) => length);
      };
      for (const each of acts) {
        if (each.do === 'type') {
          const bytes = next(each.length);
          const before = count;
          count += each.length;
          const waiting = session;
          check(typed.add(bytes), before);
          session = [...waiting, ...session];
        } else if (each.do === 'take') {
          const onTheWay = session.reduce((sum, length) => sum + length, 0);
          const some = Math.floor(onTheWay * each.part);
          taken += some;
          session = [onTheWay - some];
          if (each.say) typed.taken(taken);
          assert.ok(typed.acknowledged <= taken);
        } else {
          check(typed.resume(taken), taken);
          assert.equal(typed.acknowledged, taken);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('an older word of what was taken changes nothing', () => {
  const typed = typedBytes();
  typed.add(Buffer.from('0123456789'));
  typed.taken(6);
  typed.taken(2);
  assert.equal(typed.acknowledged, 6);
  assert.deepEqual(typed.resume(4), [Buffer.from('6789')]);
  typed.taken(10);
  assert.deepEqual(typed.resume(10), []);
});
