// What is valid, made wrong by chance: fields left out, retyped, extended, moved; bytes turned, cut out, doubled. Always
// the same for the same chances.

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const deep = (depth: number) => JSON.parse('{"a":'.repeat(depth) + 1 + '}'.repeat(depth)) as object;

/** Values that nobody means well with. Whatever is text could also be a name, a path or a key. */
export const TEXTS = [
  ...['', ' ', '-', '.', '..', '/', '../../etc/passwd', 'a/b', 'a\nb', '-n', '*', '[', "'", '"', '\\', '%s', '$(x)'],
  ...['\x1b[2J\x1b]0;owned\x07', '\x9b31m', '\r\n', '\0', 'a\0b', '\u202eabc', '\ud800', 'ü'.repeat(40), '漢'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'is', 're', 'ok'],
  ...['1e999', '0x10', '2026-02-30T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'],
  ...['x'.repeat(65), 'x'.repeat(5000)],
];
export const VALUES: unknown[] = [
  ...TEXTS,
  ...[null, true, false, 0, -0, 1, -1, 0.5, 255, 256, 65535, 65536, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 48, 2 ** 53 - 1],
  ...[2 ** 53, 1e21, 1e308, -1e308, [], {}, [[]], [null], [{}], { length: 1e9 }, JSON.parse('{"then":1}'), deep(50)],
];

/** `value` with one to three things wrong in it; never the same object. */
export function mutated(random: Random, value: unknown): unknown {
  let result = value;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) result = once(random, result);
  return result;
}

function once(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.03) return other(random, value);
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const which = Math.floor(random() * entries.length);
  const chosen = entries[which];
  const kind = random();
  if (chosen === undefined || kind < 0.1) entries.push([pick(random, TEXTS), pick(random, VALUES)]);
  else if (kind < 0.25) entries.splice(which, 1);
  else if (kind < 0.3) entries.push([chosen[0], pick(random, VALUES)]);
  else if (kind < 0.35) chosen[0] = pick(random, TEXTS);
  else if (kind < 0.4) chosen[1] = pick(random, entries)[1];
  else chosen[1] = once(random, chosen[1]);
  // Not by assignment: a key may be __proto__.
  return list ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

function other(random: Random, value: unknown): unknown {
  if (typeof value === 'number' && random() < 0.4) return pick(random, [value + 1, -value, value + 0.5, value * 1e9]);
  if (typeof value === 'string' && random() < 0.4) {
    const at = Math.floor(random() * (value.length + 1));
    return value.slice(0, at) + pick(random, TEXTS) + value.slice(at);
  }
  if (random() < 0.1) return [value];
  return pick(random, VALUES);
}

/** `bytes` with one to four of them turned, cut out, doubled or put in. */
export function mutatedBytes(random: Random, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let left = 1 + Math.floor(random() ** 3 * 4); left > 0; left--) {
    const at = Math.floor(random() * result.length);
    const end = Math.min(result.length, at + 1 + Math.floor(random() ** 3 * 200));
    const kind = random();
    if (kind < 0.4 && result.length > 0)
      result[at] = pick(random, [0, 0x0a, 0x22, 0x2d, 0x30, 0x61, 0xff, random() * 256]);
    else if (kind < 0.6) result = Buffer.concat([result.subarray(0, at), result.subarray(end)]);
    else if (kind < 0.75) result = Buffer.concat([result.subarray(0, end), result.subarray(at)]);
    else if (kind < 0.9)
      result = Buffer.concat([result.subarray(0, at), Buffer.from(pick(random, TEXTS)), result.subarray(at)]);
    else result = Buffer.from(result.subarray(0, at));
  }
  return result;
}

/** The seed: SESSION_TEST_SEED, else one that is always the same, or with SESSION_TEST_LONG another each time. */
export function seedOf(usual: number): number {
  const given = Number(process.env.SESSION_TEST_SEED);
  if (given > 0) return given;
  return process.env.SESSION_TEST_LONG === '1' ? 1 + Math.floor(Math.random() * 2 ** 31) : usual;
}

/** So many cases, or with SESSION_TEST_LONG many more. */
export const casesOf = (usual: number, long = 20 * usual) => (process.env.SESSION_TEST_LONG === '1' ? long : usual);
