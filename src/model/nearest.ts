// What somebody probably meant by a word we do not know.
import { distance } from 'fastest-levenshtein';

/** The one of `known` that is nearest to `word`, if near enough to be a slip: about a third of it wrong. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const each of known) {
    const away = distance(word.toLowerCase(), each.toLowerCase());
    if (away < least) {
      best = each;
      least = away;
    }
  }
  return best;
}
