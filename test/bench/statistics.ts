// Medians and spreads: what is compared on a machine that others use, too.

export interface Spread {
  median: number;
  least: number;
  most: number;
  n: number;
}

/** The value below which the share `part` of them lies. */
export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number;
}

export const spread = (values: number[]): Spread => ({
  median: quantile(values, 0.5),
  least: Math.min(...values),
  most: Math.max(...values),
  n: values.length,
});
