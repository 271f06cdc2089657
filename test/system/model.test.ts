// Random lives on the real system beside a model in memory: whatever verbs, ends, kills and boots come in whatever order,
// every view, process, exit code and refusal is as the model says.
import { test } from 'node:test';
import { walkModel } from '../support/model-run.ts';

const STEPS = Number(process.env.STEPS ?? 1000);
const seed = Number(process.env.SEED ?? 1);

test('verbs, cut off or not, leave what a model of them says', async (t) => {
  await walkModel(t, {
    chances: { verbs: 12, ends: 3, deaths: 1, cutOneOf: 4 },
    seed,
    isEnough: ({ steps }) => steps >= STEPS,
  });
});
