// How large a terminal is.

export interface Size {
  columns: number;
  rows: number;
}

/** No screen is larger: a terminal, or a program in it, can say that it has 65535 times 65535 cells. */
const LARGEST = 1000;
/** None is narrower than a wide character. */
const NARROWEST = 2;

/** The nearest size that a screen can have. */
export const bounded = ({ columns, rows }: Size): Size => ({
  columns: Math.max(NARROWEST, Math.min(columns, LARGEST)),
  rows: Math.max(1, Math.min(rows, LARGEST)),
});

export const sameSize = (a: Size, b: Size) => a.columns === b.columns && a.rows === b.rows;
