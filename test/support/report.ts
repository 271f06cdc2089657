// The tests' reporter: a line a file, every failure whole, and at the end `N passed, N failed`. Under CI a
// skipped test is a failed one.
import { relative } from 'node:path';

interface TestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    file?: string;
    skip?: string | boolean;
    message?: string;
    details?: { duration_ms: number; error?: Error & { cause?: unknown }; type?: string };
  };
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const strict = process.env.CI === 'true';
  const counted: string[] = [];
  for await (const { type, data } of events) {
    if (type === 'test:diagnostic' && /^counted/.test(data.message ?? '')) {
      counted.push(`${where(data.file)} ${data.message?.replace(/^counted /, '')}`);
      yield `  ${data.message}\n`;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const isFile = data.nesting === 0 && data.name.endsWith('.test.cjs');
    const time = `${Math.round(data.details?.duration_ms ?? 0)} ms`;
    if (type === 'test:fail') {
      if (isFile && String(data.details?.error?.cause ?? '').includes('subtest')) continue; // counted by its tests
      failed++;
      yield `\nFAILED ${where(data.file)} ${data.name} (${time})\n${reason(data.details?.error)}\n`;
    } else if (data.skip !== undefined && data.skip !== false) {
      skipped++;
      yield `skipped ${where(data.file)} ${data.name}: ${data.skip}\n`;
    } else if (!isFile) {
      passed++;
      yield `ok ${where(data.file)} ${data.name} (${time})\n`;
    }
  }
  if (strict && skipped > 0) {
    failed += skipped;
    process.exitCode = 1;
    yield `\n${skipped} skipped: under CI everything must be there.\n`;
  }
  if (process.env.SESSION_TEST_LONG === '1') yield summary(counted, failed);
  yield `\n${passed} passed, ${failed} failed${!strict && skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}

/** Cases: the first number of each line. Faults: what was injected into a running system, by its kind. */
function summary(counted: string[], failed: number): string {
  const faults = new Map<string, number>();
  let cases = 0;
  for (const line of counted) {
    cases += Number(/^\S+ (?:seed \d+: )?(\d+)/.exec(line)?.[1] ?? 0);
    for (const [, number, kind] of line.matchAll(FAULTS))
      faults.set(String(kind), (faults.get(String(kind)) ?? 0) + Number(number));
  }
  const injected = [...faults].map(([kind, number]) => `${number} ${kind}`).join(', ');
  const losses = failed === 0 ? 0 : `see the ${failed} failures above`;
  return `
What was done and found:
${counted.map((line) => `  ${line}\n`).join('')}
Cases: ${cases}. Faults injected: ${[...faults.values()].reduce((sum, each) => sum + each, 0)} (${injected}).
Losses, duplicates and states between: ${losses}
`;
}

const FAULTS =
  /(\d+) (kills|cut-off points|power cuts|machine boots|settings of the clock|places|lines of nonsense|requests|records changed|streams of frames|callers that wait|floods)\b/g;

const where = (file: string | undefined) =>
  file === undefined ? '' : `${relative('dist/test', file).replace(/\.test\.cjs$/, '')}:`;

function reason(error: (Error & { cause?: unknown }) | undefined): string {
  const cause = error?.cause instanceof Error ? error.cause : error;
  return (cause?.stack ?? String(error?.cause ?? error)).replace(/^/gm, '    ');
}
