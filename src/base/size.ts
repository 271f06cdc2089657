// How large a terminal is.

export interface Size {
  columns: number;
  rows: number;
}

export const sameSize = (a: Size, b: Size) => a.columns === b.columns && a.rows === b.rows;
