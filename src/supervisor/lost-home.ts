// The home, or its records, deleted or replaced under us: what was acknowledged is still known here. The keeper is asked to
// be there anew; once it is, all of it is written again, so that the sessions, which run on, are found, and a successor
// goes on there. Until that is done, however long the disk is full, this one serves.
import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Undo } from '../base/clock.ts';
import { reasonOf, SessionError } from '../base/errors.ts';
import { loadRecords, setAside } from '../store/record-store.ts';
import { lastLife } from '../system/living-keeper.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import type { House } from './house.ts';
import type { Registry } from './registry.ts';
import { turn } from './turns.ts';

/** Whoever deletes it has finished when nothing of it has changed for so long, ms. */
const PAUSE = 500;

export interface HomeGuard {
  /** Looks out for the end of the records' directory, as long as this supervisor lives. */
  watch(): void;
  /** The home is another: saves every session to where it is now, however long that takes. */
  saveAnew(): void;
  /** Tries again now, if that is not done yet: nobody else knows what would be lost. Rejects with cannot-save. */
  mustBeSaved(): Promise<void>;
}

/** `saved` is called when all of it is saved anew. */
export function guardHome(house: House, registry: Registry, saved: () => void): HomeGuard {
  const { home, records } = house.place;
  /** It is to be saved anew. */
  let saving = false;
  let isSaving = false;
  let tries: Undo | undefined;

  const onceItRests = (before: string | undefined) => {
    const now = filesIn(home);
    if (now !== undefined && now !== before) return void house.clock.after(PAUSE, () => onceItRests(now));
    process.kill(house.keeper.pid, 'SIGURG'); // it may have lost lock and socket, too
    self.saveAnew();
  };

  /** Our own files never go while we know their session. */
  const onChange = (file: string | null) => {
    const id = /^([a-z0-9]+)\.json$/.exec(file ?? '')?.[1];
    const isGone = () =>
      id !== undefined && registry.find(id) !== undefined && !existsSync(join(records, `${id}.json`));
    if (isGone()) house.clock.after(PAUSE, () => isGone() && existsSync(records) && self.saveAnew());
  };

  const saveAll = async () => {
    // What another keeper has there by now is not ours to write over.
    if (lastLife(house.place) !== house.keeper.life) throw new Error('the keeper is not there');
    await writeAll(house, registry);
    saving = false;
    house.log.warn('the home was deleted or replaced; all is saved anew', { sessions: registry.all().length });
  };

  /** At once, and then ever less often. */
  const trySaving = async (pause: number) => {
    tries?.();
    tries = undefined;
    if (!saving || isSaving) return;
    isSaving = true;
    try {
      await saveAll();
    } catch (error) {
      house.log.warn('the home was deleted or replaced, and nothing can be saved yet', { error: String(error) });
      tries = house.clock.after(pause, () => void trySaving(Math.min(60_000, pause * 2)));
      return;
    } finally {
      isSaving = false;
    }
    saved();
  };

  const self: HomeGuard = {
    watch() {
      try {
        const watcher = watch(records, (_, file) => {
          if (existsSync(records)) return onChange(file); // mostly a record was saved
          watcher.close();
          onceItRests(undefined);
        });
        watcher.on('error', () => {});
      } catch (error) {
        house.log.info('the home cannot be watched', { error: String(error) }); // the machine's limit of watches
        if (!existsSync(records)) house.clock.after(0, () => onceItRests(undefined));
      }
    },
    saveAnew() {
      saving = true;
      void trySaving(50);
    },
    async mustBeSaved() {
      if (!saving && existsSync(records)) return;
      try {
        await saveAll();
      } catch (error) {
        throw new SessionError('cannot-save', `cannot save to ${records}: ${reasonOf(error)}.`, 'Try it again.', error);
      }
    },
  };
  return self;
}

/** What is in a directory, in one word; undefined: it is gone. */
function filesIn(path: string): string | undefined {
  try {
    return readdirSync(path, { recursive: true }).sort().join('\n');
  } catch {
    return existsSync(path) ? `changes at ${performance.now()}` : undefined;
  }
}

async function writeAll(house: House, registry: Registry): Promise<void> {
  const { home, records, logs } = house.place;
  for (const each of [home, records, logs]) ensurePrivateDirectory(each);
  makeWay(house, registry);
  for (const session of registry.all()) {
    await turn();
    session.amend(session.record);
    session.keepScreen();
  }
}

/** What an older copy says of a name that one of ours has by now must not be read in its place. */
function makeWay({ place: { records }, log }: House, registry: Registry): void {
  const names = new Set(registry.all().map((each) => each.name));
  for (const { id, name } of loadRecords(records).records) {
    if (registry.find(id) !== undefined || !names.has(name)) continue;
    log.warn('a record of the same name is set aside', { session: name, file: setAside(records, `${id}.json`) });
  }
}
