// What somebody probably meant by a word we do not know.
import { distance } from 'fastest-levenshtein';

/**
 * The one of `known` that `word` begins, else the one that is nearest to it, if near enough to be a slip: about a
 * third of it wrong, and never all of it.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const all = [...known];
  const begun = word.length >= 2 ? all.find((each) => each.startsWith(word)) : undefined;
  if (begun !== undefined) return begun;
  let best: string | undefined;
  let least = Math.min(word.length, Math.max(1, Math.floor(word.length / 3)) + 1);
  for (const each of all) {
    const away = isTurned(word, each) ? 1 : distance(word.toLowerCase(), each.toLowerCase());
    if (away < least) {
      best = each;
      least = away;
    }
  }
  return best;
}

/** Two neighbours changed places, the commonest slip of all: 'stpo'. */
function isTurned(word: string, other: string): boolean {
  if (word.length !== other.length) return false;
  const at = [...word].findIndex((letter, i) => letter !== other[i]);
  return at !== -1 && other === word.slice(0, at) + (word[at + 1] ?? '') + word[at] + word.slice(at + 2);
}
