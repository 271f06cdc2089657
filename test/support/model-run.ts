// Runs lives of random steps until enough were done: each begins in an empty home, and one in which model and scope part
// is shortened, for a while, and told step by step with the seed that brings it back.
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { DEADLINE } from './deadline.ts';
import { EMPTY } from './model.ts';
import type { Model } from './model-commands.ts';
import { newScope, newTally, type Scope, type Tally } from './model-scope.ts';
import { type Chances, stepsBy } from './model-steps.ts';

/** Steps of a life, at most. */
const LONGEST = 120;

/** A failed life is shortened for so long, ms. */
const SHORTENING = 120_000;

const ENOUGH = Number(process.env.SESSION_TEST_STEPS ?? 1000);
const LONG = process.env.SESSION_TEST_LONG === '1';
const MINUTES = Number(process.env.SESSION_TEST_MINUTES ?? 30); // twice: with kills in the middle of verbs, and without

/**
 * Lives from a seed on, three at once, until there were steps enough; in the long run from one that is new each time,
 * for half an hour. SESSION_TEST_SEED begins with another, that of a life which failed.
 */
export async function walkModel(t: TestContext, first: number, chances: Chances): Promise<void> {
  const seed = Number(process.env.SESSION_TEST_SEED ?? (LONG ? Date.now() % 2 ** 31 : first));
  const until = Date.now() + MINUTES * 60_000;
  const tally = newTally();
  const isEnough = () => (LONG ? Date.now() >= until : tally.steps >= ENOUGH);
  let lives = 0;
  let differs = false;
  const walk = async () => {
    while (!differs && !isEnough()) {
      await live(chances, seed + lives++, tally).catch((error: unknown) => {
        differs = true;
        throw error;
      });
    }
  };
  for (const each of await Promise.allSettled([walk(), walk(), walk()]))
    if (each.status === 'rejected') throw each.reason;
  const { steps, refused, ends, boots, clocks, cli, supervisor, keeper, supervisorAtRest, keeperAtRest } = tally;
  const kills = cli + supervisor + keeper + supervisorAtRest + keeperAtRest;
  t.diagnostic(
    `counted ${steps} steps in ${lives} lives from seed ${seed}: ${kills} kills (in the middle of a verb ${cli} clients, ` +
      `${supervisor} supervisors, ${keeper} keepers; at rest ${supervisorAtRest} supervisors, ${keeperAtRest} keepers), ` +
      `${boots} machine boots, ${clocks} clocks set, ${ends} ends of programs, ${refused} refusals; 0 differ from the model`,
  );
}

async function live(chances: Chances, seed: number, tally: Tally): Promise<void> {
  let giveUpAt = Number.POSITIVE_INFINITY;
  const steps = fc.commands<Model, Scope, false>(stepsBy(chances), {
    maxCommands: LONGEST,
    size: 'max',
  });
  const life = fc.asyncProperty(steps, async (commands) => {
    if (Date.now() > giveUpAt) return; // no shorter one was found in time
    const ends: (() => unknown)[] = [];
    const patience = giveUpAt === Number.POSITIVE_INFINITY ? DEADLINE : DEADLINE / 6;
    const scope = newScope({ after: (deed: () => unknown) => void ends.push(deed) }, tally, patience);
    try {
      await fc.asyncModelRun(() => ({ model: { world: EMPTY }, real: scope }), commands);
      await scope.wake();
      for (const each of ends.splice(0)) await each();
    } catch (error) {
      giveUpAt = Math.min(giveUpAt, Date.now() + SHORTENING);
      for (const each of ends) await Promise.resolve(each()).catch(() => {});
      throw error;
    }
  });
  await fc.assert(life, { seed, numRuns: 1, unbiased: true }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.stack : error.cause;
    throw new Error(`the life of seed ${seed}:\n${error.message}\n${cause}`);
  });
}
