// The supervisor that is there, for the verbs that start none.
import { passed } from '../base/clock.ts';
import type { Place } from '../base/paths.ts';
import { pokeKeeper } from './keeper.ts';
import { type Link, openLink } from './link.ts';

/** A keeper that lives answers within this, ms. */
const HIDDEN = 2000;

/** Undefined where none is there. */
export async function findLink(place: Place): Promise<Link | undefined> {
  return (await openLink({ place })) ?? (await openHiddenLink(place));
}

/** Nobody listens, and yet a keeper lives: its socket was swept away, and it is asked to make it anew. */
async function openHiddenLink(place: Place): Promise<Link | undefined> {
  for (const deadline = passed() + HIDDEN; passed() < deadline && pokeKeeper(place); ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const link = await openLink({ place });
    if (link !== undefined) return link;
  }
  return undefined;
}
