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
  const expression = toExpression(pattern);
  return sessions.filter((each) => expression.test(each.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Shell-like: * any text, ? one character, [abc] [a-z] [!a] one of a set. */
function toExpression(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    const end = char === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (end !== -1) {
      const set = pattern
        .slice(at + 1, end)
        .replace(/[\\\]^]/g, '\\$&')
        .replace(/^!/, '^');
      source += `[${set}]`;
      at = end;
    } else source += char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return /(?!)/; // a set like [z-a] matches nothing
  }
}
