// With nothing to do nobody wakes up: no thread of keeper or supervisor runs, however many sessions there are.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';
import { casesOf } from '../support/mutations.ts';
import { person } from '../support/person.ts';
import { pause } from '../support/torture.ts';

/** How often each thread of a process was given the processor so far. */
const runsOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[2]))
    .reduce((sum, each) => sum + each, 0);

/** So long, ms, nothing is to happen. */
const STILL = casesOf(10_000, 60_000);
const SESSIONS = casesOf(30, 300);

test('keeper and supervisor of sessions that do nothing do nothing', async (t) => {
  const h = home(t);
  for (let i = 0; i < SESSIONS; i++) await h.ok('create', '-n', `s${i}`, '--set', 'restart-steady=1s', 'sleep', '1000');
  await h.ok('suspend', 's1');
  await h.ok('create', '-s', '-n', 'held', 'sleep', '1000');
  const someone = person(h, ['attach', 's2']);
  await someone.receives(/Detach/);
  // Typed into a program that says nothing to it, which is no reason to wait for it.
  await h.ok('create', '-n', 'mute', 'sh', '-c', 'stty -echo; echo mute; exec sleep 1000');
  const typist = person(h, ['attach', 'mute']);
  await typist.sees(/^mute$/m);
  typist.types('x');
  const { keeper, supervisor } = h.pids();
  const runs = () => [keeper, supervisor].map(runsOf);
  // What was begun comes to its end first: the collection of garbage, the steady mark, what is kept of a screen.
  let woken: number[] = [];
  await eventually(
    'a while in which nobody wakes',
    async () => {
      const before = runs();
      await pause(STILL);
      woken = runs().map((each, i) => each - (before[i] as number));
      return woken.every((each) => each === 0);
    },
    4 * STILL,
  );
  assert.deepEqual(woken, [0, 0]);
  t.diagnostic(
    `counted ${SESSIONS + 2} sessions and two clients: ${woken.join(' and ')} wake-ups in ${STILL / 1000} s`,
  );
});
