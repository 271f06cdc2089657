// What the clocks of a time zone show: how far they are from UTC, and when they are changed, be it by half an hour.

/** Clocks that are changed at `at`, in ms since 1970; how far they were from UTC `before`, and are `after`, in ms. */
export interface Change {
  at: number;
  before: number;
  after: number;
}

export interface Clocks {
  offsetAt(time: number): number;
  /** The first change after `from`, up to and with `until`. */
  changeIn(from: number, until: number): Change | undefined;
}

/** No zone has changed its clocks to and fro within so short a time. */
const STEP = 7 * 86_400_000;

export function clocksOf(zone: string): Clocks {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (time: number) => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(format.format(time)) ?? [];
    const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -offset : offset;
  };
  return {
    offsetAt,
    changeIn(from, until) {
      const before = offsetAt(from);
      for (let same = from; same < until; same += STEP) {
        const end = Math.min(same + STEP, until);
        if (offsetAt(end) === before) continue;
        let [low, high] = [same, end];
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2);
          if (offsetAt(middle) === before) low = middle;
          else high = middle;
        }
        return { at: high, before, after: offsetAt(high) };
      }
      return undefined;
    },
  };
}
