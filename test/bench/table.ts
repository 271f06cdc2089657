// What came out, as Markdown: a table for each workload, and one of the goals.
import { type Goal, isMet } from './goals.ts';
import { quantile, spread } from './statistics.ts';
import type { Values, Workload } from './workload.ts';

const short = (value: number): string =>
  value === 0 ? '0' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const rows = (head: string[], body: string[][]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export function tableOf({ name, what, unit }: Workload, values: Values): string {
  const body = Object.entries(values).map(([system, all]) => {
    const { median, least, most, n } = spread(all);
    return [system, short(median), short(quantile(all, 0.99)), short(least), short(most), `${n}`];
  });
  return `### ${name}: ${what}\n\n${rows([unit, 'median', 'p99', 'least', 'most', 'n'], body)}\n`;
}

export function tableOfGoals(goals: Goal[], results: Record<string, Values>): string {
  const body = goals.flatMap((goal) => {
    const values = results[goal.workload];
    const ratio = values && goal.ratio(values);
    if (ratio === undefined) return [];
    const wanted = goal.atMost === undefined ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
    return [[`${goal.workload}: ${goal.what}`, short(ratio), wanted, isMet(goal, ratio) ? 'yes' : '**no**']];
  });
  return `${rows(['goal', 'is', 'wanted', 'met'], body)}\n`;
}
