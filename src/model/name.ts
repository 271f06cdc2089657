// What a session may be called, and what it is called when nobody says.

import { SessionError } from '../base/errors.ts';
import { quote } from '../base/quote.ts';

export const LONGEST_NAME = 64;

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;

export const isName = (text: string) => text.length <= LONGEST_NAME && NAME.test(text);

/** Throws bad-name, with the rule, unless `text` may be a session's name. */
export function checkName(text: string): string {
  if (isName(text)) return text;
  throw new SessionError(
    'bad-name',
    `${quote(text, 80)} cannot be a name.`,
    `A name has letters, digits and _ . - +, begins with a letter, digit or _, and is at most ${LONGEST_NAME} bytes long.`,
  );
}

/** A free name from a program's: bash, bash2, bash3; after one that ends in a digit, python3, python3-2. */
export function automaticName(program: string, isTaken: (name: string) => boolean): string {
  const base = program.slice(program.lastIndexOf('/') + 1);
  const cleaned = base
    .replace(/^[-.]+/, '')
    .replace(/[^A-Za-z0-9_.+-]/g, '-')
    .replace(/^[-.+]+/, '');
  const stem = cleaned === '' ? 'session' : cleaned.slice(0, LONGEST_NAME);
  if (!isTaken(stem)) return stem;
  for (let number = 2; ; number++) {
    const suffix = /\d$/.test(stem) ? `-${number}` : String(number);
    const name = cut(stem, LONGEST_NAME - suffix.length, suffix) + suffix;
    if (!isTaken(name)) return name;
  }
}

/** The cut must not leave a digit before a bare number, or `ab12` + `3` would read as another number. */
function cut(stem: string, length: number, suffix: string): string {
  if (stem.length <= length) return stem;
  const short = stem.slice(0, length);
  return suffix.startsWith('-') ? short : short.replace(/\d+$/, '');
}
