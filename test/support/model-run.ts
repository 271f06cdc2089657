// Runs lives of random steps until enough were done: each begins in an empty home, and one in which model and scope part
// is shortened, for a while, and told step by step with the seed that brings it back.
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { PARTS } from './crash-points.ts';
import { DEADLINE } from './deadline.ts';
import { EMPTY } from './model.ts';
import { type Cut, DeathStep, EndStep, type Model, type Step, VerbStep } from './model-commands.ts';
import { newScope, newTally, type Scope, type Tally } from './model-scope.ts';
import type { Verb } from './model-verbs.ts';

const LONGEST = 60;

/** A failed life is shortened for so long, ms. */
const SHORTENING = Number(process.env.SHORT ?? 120_000);

export interface Chances {
  /** Of verbs, ends, and deaths at rest. */
  verbs: number;
  ends: number;
  deaths: number;
  /** Of so many verbs one is cut off. */
  cutOneOf: number;
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });
const restart = fc.constantFrom('never' as const, 'on-failure' as const, 'always' as const);

const several = (...words: ('suspend' | 'resume' | 'stop' | 'start' | 'restart' | 'rm' | 'rm -f' | 'status')[]) =>
  fc.record({ is: fc.constantFrom(...words), names });
const created = fc.record({
  is: fc.constantFrom('create' as const, 'create' as const, 'create -s' as const),
  name,
  restart,
  quick: fc.boolean(),
  tree: fc.boolean(),
});
const set = fc.oneof(
  fc.record({
    is: fc.constant('set' as const),
    name,
    key: fc.constant('description' as const),
    value: fc.constantFrom('this', 'that'),
  }),
  fc.record({ is: fc.constant('set' as const), name, key: fc.constant('restart' as const), value: restart }),
  fc.record({
    is: fc.constant('set' as const),
    name,
    key: fc.constant('start-suspended' as const),
    value: fc.constantFrom('yes', 'no', 'no'),
  }),
  fc.record({ is: fc.constant('unset' as const), name }),
);
const verb: fc.Arbitrary<Verb> = fc.oneof(
  { weight: 8, arbitrary: created },
  { weight: 12, arbitrary: several('suspend', 'resume', 'stop', 'start', 'restart') },
  { weight: 2, arbitrary: several('rm', 'rm -f') },
  { weight: 1, arbitrary: several('status') },
  { weight: 4, arbitrary: set },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('rename' as const), name, to: name }) },
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constantFrom('boot', 'boot', 'shutdown', 'upgrade', 'status of all', 'ls') }),
  },
);

const cut: fc.Arbitrary<Cut> = fc.record({
  part: fc.constantFrom(...PARTS),
  at: fc.integer({ min: 1, max: 24 }),
  torn: fc.boolean(),
});

const stepsBy = ({ verbs, ends, deaths, cutOneOf }: Chances): fc.Arbitrary<Step>[] => {
  const rarely = fc.nat({ max: 9 }).map((each) => each === 9);
  return [
    fc.oneof(
      {
        weight: verbs,
        arbitrary: fc
          .tuple(verb, fc.option(cut, { freq: cutOneOf - 1, nil: undefined }), rarely)
          .map(([one, at, senseless]): Step => new VerbStep(one, at, senseless)),
      },
      {
        weight: ends,
        arbitrary: fc
          .tuple(name, fc.constantFrom('exit 0', 'exit 3', 'SIGSEGV', 'SIGTERM', 'SIGKILL'), rarely)
          .map(([one, how, unseen]): Step => new EndStep(one, how, unseen)),
      },
      {
        weight: deaths,
        arbitrary: fc
          .constantFrom('supervisor', 'supervisor', 'keeper', 'machine, in order', 'machine, by the plug')
          .map((each): Step => new DeathStep(each)),
      },
    ),
  ];
};

/** Lives from `seed` on, `width` at once, until `isEnough`. */
export async function walkModel(
  t: TestContext,
  { chances, seed, isEnough }: { chances: Chances; seed: number; isEnough(tally: Tally): boolean },
): Promise<void> {
  const tally = newTally();
  let lives = 0;
  let differs = false;
  const walk = async () => {
    while (!differs && !isEnough(tally)) {
      await live(chances, seed + lives++, tally).catch((error: unknown) => {
        differs = true;
        throw error;
      });
    }
  };
  for (const each of await Promise.allSettled([walk(), walk(), walk()]))
    if (each.status === 'rejected') throw each.reason;
  const { steps, refused, ends, boots, cli, supervisor, keeper, supervisorAtRest, keeperAtRest } = tally;
  const kills = cli + supervisor + keeper + supervisorAtRest + keeperAtRest;
  t.diagnostic(
    `counted ${steps} steps in ${lives} lives from seed ${seed}: ${kills} kills (in the middle of a verb ${cli} clients, ` +
      `${supervisor} supervisors, ${keeper} keepers; at rest ${supervisorAtRest} supervisors, ${keeperAtRest} keepers), ` +
      `${boots} machine boots, ${ends} ends of programs, ${refused} refusals; 0 differ from the model`,
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
