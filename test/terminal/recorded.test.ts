// Programs whose screen is never twice the same: recorded once, and the same bytes then written directly and in a
// session, with somebody who leaves and comes back again and again in the middle.
import { describe, test } from 'node:test';
import { home } from '../support/home.ts';
import { FEED, judge, missing } from '../support/judge.ts';
import { person } from '../support/person.ts';

const LEAVINGS = 6;

const PROGRAMS: Record<string, { argv: string[]; sees: RegExp; keys: [string, RegExp][] }> = {
  htop: {
    argv: ['htop', '-d', '2'],
    sees: /Load average/,
    keys: [
      ['\x1b[15~', /─ /], // as a tree
      ['\x1bOQ', /Categories|Setup/],
    ],
  },
  top: {
    argv: ['top', '-d', '0.3'],
    sees: /load average/,
    keys: [['h', /Help for Interactive Commands/]],
  },
  mc: {
    argv: ['mc', '-u', '/etc'],
    sees: /10Quit/,
    keys: [
      ['\x1b[20~', /Options/],
      ['\r', /Listing/],
    ],
  },
};

describe('left and come back to in the middle of it, it looks the same:', { concurrency: 3 }, () => {
  for (const [name, { argv, sees, keys }] of Object.entries(PROGRAMS)) {
    test(name, { skip: missing(name) }, async (t) => {
      const bytes = await record(t, argv, sees, keys);
      const j = await judge(t, FEED);
      for (let i = 0; i < LEAVINGS; i++) {
        const [from, to] = [i, i + 1].map((each) => Math.floor((bytes.length * each) / LEAVINGS));
        await j.feeds(bytes.subarray(from, to));
        await j.same(`written up to ${to} of ${bytes.length}`);
        await j.leaves();
        await j.returns();
        await j.same(`come back at ${to} of ${bytes.length}`);
      }
      await j.sameWithin('at the end');
    });
  }
});

/** The bytes that a program writes while somebody uses it. */
async function record(
  t: Parameters<typeof home>[0],
  argv: string[],
  sees: RegExp,
  keys: [string, RegExp][],
): Promise<Buffer> {
  const h = home(t);
  const someone = person(h, ['create', '-a', '-n', 'recorded', '--', ...argv]);
  await someone.sees(sees);
  for (const [key, shows] of keys) {
    someone.types(key);
    await someone.sees(shows);
  }
  await h.ok('stop', 'recorded');
  const { stdout } = await h.run(['logs', 'recorded', '--raw']);
  return Buffer.from(stdout);
}
