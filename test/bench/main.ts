// How fast it is beside others, in one run on one machine: the same work, taken in turn, on terminals of our own. The
// ratios count, not the numbers.
//   npm run bench -- [--only WORKLOAD,...] [--quick] [--json FILE]
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { GOALS } from './goals.ts';
import { tableOf, tableOfGoals } from './table.ts';
import { replaced, restarted } from './work/again.ts';
import { attachFlooded, attachQuiet } from './work/attach.ts';
import { createCold, createWarm } from './work/create.ts';
import { echo } from './work/echo.ts';
import { FLOODS } from './work/flood.ts';
import { idle } from './work/idle.ts';
import { EVERY, list } from './work/list.ts';
import { memory, memoryFilled } from './work/memory.ts';
import { boot, scale } from './work/scale.ts';
import { SURVIVALS } from './work/survival.ts';
import { bench, type Values, type Workload } from './workload.ts';

const WORKLOADS: Workload[] = [
  ...[list, createWarm, createCold, attachQuiet, attachFlooded, echo],
  ...FLOODS,
  ...[memory, memoryFilled, ...SURVIVALS, idle, replaced, restarted, scale, boot],
];

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean' }, json: { type: 'string' } },
});
const wanted = options.only?.split(',');
const unknown = wanted?.filter((name) => !WORKLOADS.some((each) => each.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`no workload '${unknown[0]}'. There are: ${WORKLOADS.map((each) => each.name).join(', ')}`);
  process.exit(2);
}
delete process.env.NODE_EXTRA_CA_CERTS; // 33 ms at every start of Node 20, ours and others'
delete process.env.NODE_OPTIONS;

const own = bench(options.quick === true, (line) => console.error(line));
const results: Record<string, Values> = {};
const versions: string[] = [];
own.with(EVERY, (systems) => {
  versions.push(...systems.map(({ name, version }) => `${name} (${version})`));
});
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Linux ${release()}, Node ${process.version}; ${versions.join(', ')}`;
console.log(`${new Date().toISOString().slice(0, 16)}Z, ${machine}\n`);
try {
  for (const each of WORKLOADS) {
    if (wanted !== undefined && !wanted.includes(each.name)) continue;
    const values = each.measure(own);
    results[each.name] = values;
    console.log(tableOf(each, values));
  }
} finally {
  own.clean();
}
console.log(tableOfGoals(GOALS, results));
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 1)}\n`);
