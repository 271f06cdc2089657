// The names that a person means: plain ones, and patterns with * ? [...] in quotes.

import { SessionError } from '../base/errors.ts';
import { quote } from '../base/quote.ts';
import { nearest } from './nearest.ts';

const isPattern = (text: string) => /[*?[]/.test(text);

/**
 * The sessions named by `wanted`, each once, in the order asked (a pattern's by name). One unknown name, or a
 * pattern that matches nothing, is not-found and nothing is done.
 */
export function resolveNames<S extends { name: string }>(wanted: string[], sessions: S[]): S[] {
  const byName = new Map(sessions.map((each) => [each.name, each]));
  const found = new Set<S>();
  for (const each of wanted) {
    const matches = isPattern(each) ? matching(each, sessions) : [byName.get(each)].filter((s) => s !== undefined);
    if (matches.length === 0) throw notFound(each, [...byName.keys()]);
    for (const match of matches) found.add(match);
  }
  return [...found];
}

/** The one session that `name` means, also as a pattern. */
export function resolveOne<S extends { name: string }>(name: string, sessions: S[]): S {
  const found = resolveNames([name], sessions);
  if (found.length === 1) return found[0] as S;
  const names = found.map((each) => each.name).join(', ');
  throw new SessionError('usage', `${quote(name)} matches ${found.length} sessions (${names}).`, 'Name one of them.');
}

/** `no session 'x'`, with the nearest name there is. */
export function notFound(name: string, names: string[]): SessionError {
  const shown = quote(name);
  if (isPattern(name)) {
    return new SessionError('not-found', `no session matches ${shown}.`, 'See session ls.');
  }
  const near = nearest(name, names);
  const hint = near === undefined ? 'See session ls.' : `Did you mean '${near}'?`;
  return new SessionError('not-found', `no session ${shown}.`, hint);
}

function matching<S extends { name: string }>(pattern: string, sessions: S[]): S[] {
  const parts = parse(pattern);
  return sessions.filter((each) => matches(parts, each.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One character of a name: is it right here? `ANY` stands for any text. */
type Part = ((char: string) => boolean) | typeof ANY;
const ANY = '*';

/** Shell-like: * any text, ? one character, [abc] [a-z] [!a] one of a set. */
function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    const end = char === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (char === '*') parts.push(ANY);
    else if (char === '?') parts.push(() => true);
    else if (end !== -1) {
      parts.push(oneOf(pattern.slice(at + 1, end)));
      at = end;
    } else parts.push((other) => other === char);
  }
  return parts;
}

function oneOf(set: string): (char: string) => boolean {
  const isNegated = set.startsWith('!') || set.startsWith('^');
  const members = isNegated ? set.slice(1) : set;
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at++) {
    const from = members[at] as string;
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    ranges.push([from, isRange ? (members[at + 2] as string) : from]);
    if (isRange) at += 2;
  }
  return (char) => ranges.some(([from, to]) => char >= from && char <= to) !== isNegated;
}

/** Goes back to the last star only, which is enough, so that many stars cost no more than one. */
function matches(parts: Part[], name: string): boolean {
  let part = 0;
  let star = -1;
  let retry = 0;
  for (let at = 0; at < name.length; ) {
    const wanted = parts[part];
    if (wanted === ANY) {
      star = part++;
      retry = at;
    } else if (wanted?.(name[at] as string)) {
      part++;
      at++;
    } else if (star !== -1) {
      part = star + 1;
      at = ++retry;
    } else return false;
  }
  return parts.slice(part).every((each) => each === ANY);
}
