// The beginning of a supervisor: the records are read, what the keeper holds is adopted, and where the keeper
// is new and the last one went without an orderly end, what that one left running is ended first.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import type { Place } from '../base/paths.ts';
import { bounded } from '../base/size.ts';
import type { HeldProcess } from '../keeper/wire.ts';
import { adopt, type Found, type Held } from '../model/adopt.ts';
import { NEW_LIFE } from '../model/lifecycle.ts';
import type { SessionRecord } from '../model/record.ts';
import { loadRecords, setAside, sweepHalfSaved } from '../store/record-store.ts';
import { keeperByLife } from '../system/keeper-names.ts';
import { ensurePrivateDirectory } from '../system/private-directory.ts';
import { environmentOf, readProcess, readTable } from '../system/process-table.ts';
import { isStopped, MARK, membersOf, type Tree, treeOf } from '../system/process-tree.ts';
import { getWindowSize } from '../system/pty-device.ts';
import { perform } from './effects.ts';
import type { House } from './house.ts';
import type { KeeperHello } from './keeper-link.ts';
import { keptSize } from './kept-screen.ts';
import { onEnded, takeRun } from './news.ts';
import type { Registry } from './registry.ts';
import { parseRunKey } from './run.ts';
import { Session } from './session.ts';
import { nameProcesses, signalKill } from './tree-signals.ts';

export interface Unreadable {
  file: string;
  why: string;
}

/** Makes what the home lacks. Throws where it cannot be used. */
export function openHome({ home, records, logs }: Place): void {
  for (const each of [home, records, logs]) ensurePrivateDirectory(each);
  readdirSync(records);
}

/** Reads the records of the home. Bad ones are set aside under another name, and told. */
export function readRecords(house: Pick<House, 'place'> & { log: Log }): {
  records: SessionRecord[];
  unreadable: Unreadable[];
} {
  const { records: directory } = house.place;
  sweepHalfSaved(directory);
  const { records, bad } = loadRecords(directory);
  const unreadable = bad.map(({ file, why, forEver }) => {
    let name = file;
    try {
      if (forEver) name = setAside(directory, file);
    } catch (error) {
      house.log.error('a bad record cannot be set aside', { file, error: String(error) });
    }
    house.log.warn('a record cannot be read', { file: name, why });
    return { file: join(directory, name), why };
  });
  return { records, unreadable: [...unreadable, ...setAsideNoFolders(house)] };
}

/** What lies where a session's output is kept and is no folder, such as a link to another: nothing is written there. */
function setAsideNoFolders({ place: { logs }, log }: Parameters<typeof readRecords>[0]): Unreadable[] {
  const strange = readdirSync(logs, { withFileTypes: true }).filter(
    (each) => OUTPUT.test(each.name) && !each.isDirectory(),
  );
  return strange.map(({ name }) => {
    const file = join(logs, setAside(logs, name));
    log.warn('no folder for output', { file });
    return { file, why: 'it is not a directory' };
  });
}

const OUTPUT = /^[a-z0-9]{4,16}$/;

/** Makes every session anew from its record and the keeper's word. Answers those to relaunch. */
export function recover(
  house: House,
  registry: Registry,
  records: SessionRecord[],
  keeper: Pick<Found, 'beginning' | 'isNewKeeper'> & { isEnding: boolean },
  hello: KeeperHello,
  masters: Map<string, number>,
): Session[] {
  const held = newestRuns(house, hello);
  endRemains(house, records);
  const sessions = records.map((record) => {
    const session = new Session(house, record, NEW_LIFE, keptSize(`${house.place.logs}/${record.id}`));
    registry.put(session);
    return session;
  });
  const relaunch = sessions.filter((session) => {
    const process = held.get(session.id);
    const { record } = session;
    const adopted = adopt(
      {
        desired: record.desired,
        run: record.run,
        settled: record.settled,
        attempts: record.attempts,
        ...keeper,
        held: process && heldBy(house, process),
        last: record.last === null ? undefined : lastOf(record.last, house),
      },
      session.policy(),
    );
    session.life = adopted.life;
    if (process !== undefined) adoptRun(session, process, masters.get(process.id) as number);
    for (const effect of adopted.effects) perform(session, effect);
    if (keeper.isEnding) session.dispatch({ is: 'shutdown' }); // before the end that this brought about is told
    if (process?.ended !== undefined && session.run !== undefined) onEnded(session, process.ended);
    return adopted.relaunch === true;
  });
  for (const each of hello.sessions) {
    if (registry.find(parseRunKey(each.id).id) === undefined) keepUnowned(house, registry, each);
  }
  removeOrphanedOutput(house, registry);
  for (const session of sessions) session.timetable.arm();
  return relaunch;
}

/** What the keeper cannot tell is looked up: whether the rest of an ended tree lives, whether a leader stands still. */
function heldBy(house: House, process: KeeperHello['sessions'][number]): Held {
  const { pid, start } = process;
  const { id, run } = parseRunKey(process.id);
  const ended = process.ended !== undefined;
  const tree = treeOf(id, pid, start, house.keeper.pid);
  const leftovers = ended && membersOf(tree).some((each) => each.pid !== pid);
  const leader = ended ? undefined : readProcess(pid);
  return { run, ended, leftovers, frozen: leader?.start === start && isStopped(leader) };
}

/** The newest run of each session that the keeper holds. An older one's end waited for a disk with room. */
function newestRuns(house: House, hello: KeeperHello): Map<string, HeldProcess> {
  const newest = new Map<string, HeldProcess>();
  for (const each of [...hello.sessions].sort((a, b) => parseRunKey(a.id).run - parseRunKey(b.id).run)) {
    const { id } = parseRunKey(each.id);
    const older = newest.get(id);
    if (older !== undefined) house.keeper.acknowledge(older.id);
    newest.set(id, each);
  }
  return newest;
}

const lastOf = (last: NonNullable<SessionRecord['last']>, house: House) => ({
  run: last.run,
  thisKeeper: last.keeper === house.keeper.life,
  thisBoot: last.bootId === house.bootId,
  exit: last.exit,
  gaveUp: last.gaveUp,
  rests: last.rests,
  refused: last.refused !== undefined,
});

/** Goes on where the last supervisor was cut off: bytes that it had read and not stored are stored now. */
function adoptRun(session: Session, process: KeeperHello['sessions'][number], fd: number): void {
  const { house, output } = session;
  const slot = house.slot(process.slot);
  if (slot.begun) {
    output.catchUp(slot.base);
    const left = slot.leftover();
    const stored = output.end - slot.base;
    if (stored < left.length) output.append(left.subarray(stored), house.clock.now());
    slot.stored(left.length, output.end);
  } else {
    slot.begin(output.end);
  }
  session.answeredFrom = output.end;
  const { last } = session.record;
  if (last === null || last.pid !== process.pid || last.run !== parseRunKey(process.id).run) {
    const startedAt = new Date(house.clock.now()).toISOString();
    const history = {
      run: parseRunKey(process.id).run,
      keeper: house.keeper.life,
      pid: process.pid,
      pidStart: process.start,
    };
    session.record = {
      ...session.record,
      last: { ...history, bootId: house.bootId, startedAt, endedAt: null, exit: null, gaveUp: false },
    };
  }
  session.size = bounded(getWindowSize(fd)); // the last one stays; a program may have set another
  takeRun(session, process, fd);
}

/**
 * A keeper that died leaves nothing behind that nobody owns: before anything is spawned, it is ended. The process
 * table is read once, however many records there are.
 */
function endRemains(house: House, records: SessionRecord[]): void {
  const ended = records.filter(
    ({ last }) => last !== null && last.pid > 1 && last.bootId === house.bootId && last.keeper !== house.keeper.life,
  );
  if (ended.length === 0) return;
  // Of a keeper that lives this home is a copy: what it holds are no remains.
  const lives = new Set(ended.map(({ last }) => last?.keeper ?? ''));
  const living = new Set([...lives].filter((life) => keeperByLife(life) !== undefined));
  const suspects = ended.filter(({ last }) => !living.has(last?.keeper ?? ''));
  const table = readTable();
  const sids = new Set(table.all.map((each) => each.sid));
  const marks = new Set(
    table.all.flatMap((each) => environmentOf(each.pid)?.filter((line) => line.startsWith(MARK)) ?? []),
  );
  const remains: Tree[] = [];
  for (const { id, name, last } of suspects) {
    if (last === null || (!sids.has(last.pid) && !marks.has(`${MARK}${id}`))) continue;
    const tree = { ...treeOf(id, last.pid, last.pidStart, undefined), isOld: true, spared: house.keeper.pid };
    const left = membersOf(tree, table);
    if (left.length === 0) continue;
    house.log.warn('ending what the last keeper left', { session: name, processes: nameProcesses(left) });
    remains.push(tree);
  }
  signalKill(...remains);
}

/** Its record is gone or cannot be read: it runs on, and ends with the supervisor. */
function keepUnowned(house: House, registry: Registry, held: KeeperHello['sessions'][number]): void {
  if (held.ended !== undefined) return house.keeper.acknowledge(held.id);
  house.log.error('a process without a record', { key: held.id, pid: held.pid });
  registry.unowned.set(held.id, treeOf(parseRunKey(held.id).id, held.pid, held.start, house.keeper.pid));
}

/** Output of a session whose removal was cut short. */
function removeOrphanedOutput(house: House, registry: Registry): void {
  if (!existsSync(house.place.logs)) return;
  for (const id of readdirSync(house.place.logs)) {
    const record = `${house.place.records}/${id}.json`;
    const isOurs = OUTPUT.test(id) && registry.find(id) === undefined;
    const mayComeBack =
      existsSync(record) || readdirSync(house.place.records).some((file) => file.startsWith(`${id}.json.bad`));
    if (isOurs && !mayComeBack) rmSync(join(house.place.logs, id), { recursive: true, force: true });
  }
}
