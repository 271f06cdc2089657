// What a row of programs begun has let go is given back, without a harm to what is loaded later.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { freeAfterMany } from '../../src/system/free-memory.ts';

/** Held here: one that nobody holds tells nothing. */
const registry = new FinalizationRegistry((collected: () => void) => collected());

test(
  'behind a row of many programs begun what they let go is collected, and compiled code is still taken',
  {
    timeout: 60_000,
  },
  async () => {
    const source = 'function answer() { return 42; }';
    const cachedData = new Script(source).createCachedData();
    const waits = setInterval(() => {}, 60_000); // a collection keeps no process alive
    const collected = new Promise<void>((then) => registry.register({}, then));
    for (let begun = 0; begun < 16; begun++) freeAfterMany();
    await collected.finally(() => clearInterval(waits));
    const later = new Script(source, { cachedData, filename: 'later' }); // V8 remembers what it compiled, by name
    assert.equal(later.cachedDataRejected, false);
  },
);
