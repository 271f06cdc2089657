// The home deleted or replaced under us: what was acknowledged is still known here. The keeper is asked to be there anew;
// then all of it is written again, so that the sessions, which run on, are found, and a successor goes on there.
import { existsSync, readdirSync, watch } from 'node:fs';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import type { House } from './house.ts';
import type { Registry } from './registry.ts';

/** Whoever deletes it has finished when nothing of it has changed for so long, ms. */
const PAUSE = 500;

/** Looks out for the end of the records' directory, as long as this supervisor lives. */
export function watchHome(house: House): void {
  const { home, records } = house.place;
  const onceItRests = (before: string | undefined) => {
    const now = filesIn(home);
    if (now === undefined || now === before) process.kill(house.keeper.pid, 'SIGURG');
    else house.clock.after(PAUSE, () => onceItRests(now));
  };
  try {
    const watcher = watch(records, () => {
      if (existsSync(records)) return; // a record was saved
      watcher.close();
      onceItRests(undefined);
    });
    watcher.on('error', () => {});
  } catch (error) {
    house.log.info('the home cannot be watched', { error: String(error) }); // the machine's limit of watches
  }
}

/** What is in a directory, in one word; undefined: it is gone. */
function filesIn(path: string): string | undefined {
  try {
    return readdirSync(path, { recursive: true }).sort().join('\n');
  } catch {
    return existsSync(path) ? `changes at ${performance.now()}` : undefined;
  }
}

/** Saves every session to where the home is now, however long that takes; then `saved` is called. */
export function saveAnew(house: House, registry: Registry, saved: () => void, pause = 1000): void {
  const { home, records, logs } = house.place;
  try {
    for (const each of [home, records, logs]) ensurePrivateDirectory(each);
    for (const session of registry.all()) {
      session.amend(session.record);
      session.keepScreen();
    }
    house.log.warn('the home was deleted or replaced; all is saved anew', { sessions: registry.all().length });
    saved();
  } catch (error) {
    house.log.warn('the home was deleted or replaced, and nothing can be saved yet', { error: String(error) });
    house.clock.after(pause, () => saveAnew(house, registry, saved, Math.min(60_000, pause * 2)));
  }
}
