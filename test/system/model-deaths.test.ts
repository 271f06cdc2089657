// As model.test.ts, with programs that end by themselves, supervisors, keepers and machines that die, and clocks that are
// set, as often as there are verbs.
import { test } from 'node:test';
import { walkModel } from '../support/model-run.ts';

test('whatever ends or dies in any order leaves what a model of it says', (t) =>
  walkModel(t, 100_001, { verbs: 14, ends: 16, deaths: 3, cutOneOf: 12 }));
