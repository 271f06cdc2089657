// Random lives on the real system beside a model in memory: whatever verbs, kills in their middle, ends of programs and
// boots come in whatever order, every view, process, exit code and refusal is as the model says.
import { test } from 'node:test';
import { walkModel } from '../support/model-run.ts';

test('verbs in any order, many cut off in the middle, leave what a model of them says', (t) =>
  walkModel(t, 1, { verbs: 18, ends: 6, deaths: 1, cutOneOf: 3 }));
