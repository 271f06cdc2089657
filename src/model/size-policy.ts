// Whose terminal's size a session has when several are attached.
import type { Size } from '../base/size.ts';

/** Of the client that typed last, of the smallest in each direction, or always the same. */
export type SizePolicy = 'latest' | 'smallest' | Size;

/** Undefined: `text` is no policy. */
export function parseSizePolicy(text: string): SizePolicy | undefined {
  if (text === 'latest' || text === 'smallest') return text;
  const found = /^([1-9]\d{0,3})x([1-9]\d{0,3})$/i.exec(text);
  if (found === null) return undefined;
  const size = { columns: Number(found[1]), rows: Number(found[2]) };
  return size.columns >= 2 && size.columns <= 1000 && size.rows <= 1000 ? size : undefined;
}
