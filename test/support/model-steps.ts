// The steps that a random life is made of, and how often each comes.
import fc from 'fast-check';
import { PARTS } from './crash-points.ts';
import { ClockStep, type Cut, DeathStep, EndStep, type Step, VerbStep } from './model-commands.ts';
import type { Verb } from './model-verbs.ts';

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

export const stepsBy = ({ verbs, ends, deaths, cutOneOf }: Chances): fc.Arbitrary<Step>[] => {
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
      { weight: 1, arbitrary: fc.integer({ min: -25, max: 25 }).map((each): Step => new ClockStep(each)) },
      {
        weight: deaths,
        arbitrary: fc
          .constantFrom('supervisor', 'supervisor', 'keeper', 'machine, in order', 'machine, by the plug')
          .map((each): Step => new DeathStep(each)),
      },
    ),
  ];
};
