// Durations and sizes as people write them: 500ms 10s 5m 2h, 10M 1G.

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Milliseconds, or undefined where `text` is no duration. A bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  const value = Math.round(Number(match[1]) * (MILLISECONDS[match[2] ?? 's'] as number));
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** The shortest exact way to write it: 60000 is 1m, 1500 is 1500ms. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = MILLISECONDS[unit] as number;
    if (ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** Bytes, or undefined where `text` is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMG]?)(?:i?B)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const value = Math.round(Number(match[1]) * (BYTES[(match[2] as string).toUpperCase()] as number));
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

export function formatSize(bytes: number): string {
  for (const unit of ['G', 'M', 'K']) {
    const size = BYTES[unit] as number;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** Roughly, for a person: 4 s, 3 minutes, 2 hours, 5 days. */
export function aboutDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const steps: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ];
  for (const [size, word] of steps) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${word}${count === 1 ? '' : 's'}`;
  }
  return `${seconds} s`;
}
