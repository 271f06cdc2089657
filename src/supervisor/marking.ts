// How a life of this scope began and ends, noted for the next supervisor. A full disk keeps nobody from serving or
// leaving: then it is noted as soon as it can be, or not at all.
import type { Beginning } from '../model/adopt.ts';
import * as mark from '../store/mark.ts';
import type { House } from './house.ts';

export function noteBeginning(house: House, beginning: Beginning, pause = 1000): void {
  if (house.leaving()) return;
  try {
    mark.begin(house.place.mark, house.keeper.life, house.bootId, beginning);
  } catch (error) {
    house.log.warn('the beginning cannot be noted yet', { error: String(error) });
    house.clock.after(pause, () => noteBeginning(house, beginning, Math.min(60_000, pause * 2)));
  }
}

/** What ends from here on was told to: our successor must not take it for an end that nobody asked for. */
export function noteLeaving(house: House, leaving: boolean): void {
  try {
    mark.noteLeaving(house.place.mark, house.keeper.life, leaving);
  } catch (error) {
    house.log.warn('that we leave cannot be noted', { error: String(error) });
  }
}

/** The last thing written: this end was in order. */
export function noteEnd(house: House, why: string): void {
  try {
    mark.end(house.place.mark, house.keeper.life, house.bootId, why);
  } catch (error) {
    house.log.error('the mark of an orderly end cannot be set', { error: String(error) });
  }
}
