// The real scope set beside what the model believes of it: every view, every process, nobody too many.
import { existsSync, readFileSync } from 'node:fs';
import type { SessionRecord } from '../../src/model/record.ts';
import type { SessionView } from '../../src/model/view.ts';
import { loadRecords } from '../../src/store/record-store.ts';
import { type Process, readTable } from '../../src/system/process-table.ts';
import { eventually } from './deadline.ts';
import type { Home } from './home.ts';
import { type Believed, isBusy, isLive, SETTLE, type World } from './model.ts';
import { linkTo } from './torture.ts';

export interface Looked {
  views: SessionView[];
  /** Session's id -> its living processes, by the mark in their environment. */
  processes: Map<string, Process[]>;
  supervised: boolean;
  /** Session's id -> its record, as it was saved last. */
  records: Map<string, SessionRecord>;
}

/** Waits until the scope is as one of `worlds` says, and answers that one, with what was learned by looking. */
export async function untilIs(
  { h, patience }: { h: Home; patience: number },
  worlds: World[],
  after: string,
): Promise<World> {
  let seen: Looked | undefined;
  const isAs = async () => {
    const now = await look(h);
    seen = now;
    const at = worlds.findIndex((each) => differences(each, now).length === 0);
    return at === -1 ? undefined : learned(worlds[at] as World, now);
  };
  try {
    return await eventually(after, isAs, patience);
  } catch (error) {
    const last = seen;
    if (last === undefined) throw error;
    const told = worlds.map((each) => differences(each, last).join('; ')).join('\n  or ');
    throw new Error(`after ${after}, found otherwise:\n  ${told}\n${lastOf(h)}`, { cause: error });
  }
}

/** The diary's last lines. */
function lastOf(h: Home): string {
  const lines = h.diary().trim().split('\n').slice(-25);
  return lines.join('\n');
}

/** By the supervisor that is there, which is quicker; by the command where none is. */
export async function look(h: Home): Promise<Looked> {
  let views: SessionView[] | undefined;
  try {
    const link = await linkTo(h);
    ({ sessions: views } = await link.request('list', { usage: false }).finally(() => link.close()));
  } catch {
    // Nobody is there, or not any more.
  }
  const supervised = views !== undefined;
  views ??= await h.list();
  return { views, processes: marked(h), supervised, records: saved(h) };
}

function saved(h: Home): Map<string, SessionRecord> {
  const directory = `${h.path}/records`;
  const { records } = existsSync(directory) ? loadRecords(directory) : { records: [] };
  return new Map(records.map((each) => [each.id, each]));
}

function marked(h: Home): Map<string, Process[]> {
  const found = new Map<string, Process[]>();
  for (const each of readTable().all) {
    if (each.state === 'Z' || each.state === 'X') continue;
    const environment = environmentOf(each.pid);
    if (!environment.includes(`SESSION_HOME=${h.path}\0`)) continue;
    const id = /(?:^|\0)SESSION_ID=(\w+)\0/.exec(environment)?.[1];
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), each]);
  }
  return found;
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // gone, or another's
  }
}

/** In words, what is not as the model says. */
function differences(world: World, { views, processes, supervised, records }: Looked): string[] {
  const found: string[] = [];
  const names = Object.keys(world.sessions).sort().join(' ');
  const seen = views.map((each) => each.name).sort();
  if (names !== seen.join(' ')) return [`there are '${seen.join(' ')}' and not '${names}'`];
  if (supervised && !world.supervised) found.push('somebody supervises');
  if (!supervised && world.supervised && Object.values(world.sessions).some(isBusy)) found.push('nobody supervises');
  for (const view of views) {
    const it = world.sessions[view.name] as Believed;
    if (isFinalAfterAll(it, view)) continue;
    const wrong = [
      ...differencesOf(it, view, processes.get(view.id) ?? []),
      ...unsaved(it, view, records.get(view.id)),
    ];
    if (wrong.length > 0) found.push(`'${view.name}' ${wrong.join(', ')}`);
  }
  const ids = new Set(views.map((each) => each.id));
  for (const [id, of] of processes)
    if (!ids.has(id)) found.push(`nobody's processes: ${of.map((each) => each.pid).join(' ')}`);
  return found;
}

/** Its end was final before everything died: it does not come back. */
const isFinalAfterAll = (it: Believed, { state, desired, pid }: SessionView) =>
  it.perhapsFinal && state === 'stopped' && desired === 'stopped' && pid === null;

function differencesOf(it: Believed, view: SessionView, processes: Process[]): string[] {
  const wrong: string[] = [];
  const differs = (what: string, is: unknown, wanted: unknown) => wrong.push(`${what} ${is} and not ${wanted}`);
  if (view.state !== it.state) differs('is', view.state, it.state);
  if (view.desired !== it.desired && !isSettled(it, view)) differs('wishes to be', view.desired, it.desired);
  if (view.description !== it.description) differs('is described as', view.description, it.description);
  if (view.restarts !== it.restarts) differs('restarts:', view.restarts, it.restarts);
  if (!isLive(it)) {
    if (view.pid !== null) differs('has pid', view.pid, 'none');
    if (processes.length > 0) differs('has', processes.map(inWords).join(' '), 'no process');
    return wrong;
  }
  if (it.pid !== undefined && view.pid !== it.pid) differs('has pid', view.pid, it.pid);
  if (view.pid === it.former) wrong.push(`still has pid ${view.pid}`);
  if (processes.every((each) => each.pid !== view.pid)) wrong.push(`has no process ${view.pid}`);
  const others = processes.filter((each) => each.sid !== view.pid);
  if (others.length > 0) differs('has', others.map(inWords).join(' '), `only the tree of ${view.pid}`);
  const isStopped = it.state === 'suspended';
  const amiss = processes.filter((each) => (each.state === 'T') !== isStopped);
  if (amiss.length > 0) differs('has', amiss.map(inWords).join(' '), it.state);
  return wrong;
}

/** What is on the disk, and is not as it is, or as it was set. */
function unsaved(it: Believed, { desired }: SessionView, record: SessionRecord | undefined): string[] {
  const { restart, 'start-suspended': startSuspended = false } = record?.attributes ?? {};
  const wrong: string[] = [];
  if (record?.desired !== desired && record?.desired !== 'stopped') wrong.push(`is saved as ${record?.desired}`);
  if (restart !== it.restart) wrong.push(`has restart=${restart} and not ${it.restart}`);
  if (startSuspended !== it.startSuspended) wrong.push(`has start-suspended=${startSuspended}`);
  return wrong;
}

const isSettled = (it: Believed, { desired }: SessionView) =>
  desired === 'stopped' && it.toldAt !== undefined && Date.now() - it.toldAt >= SETTLE;

const inWords = ({ pid, name, state }: Process) => `${pid} (${name}, ${state})`;

/** What could not be foreseen: pids, ends that are final by now, whether the supervisor has left. */
function learned(world: World, { views, supervised }: Looked): World {
  const sessions = { ...world.sessions };
  for (const { name, pid, desired } of views) {
    const it = { ...(sessions[name] as Believed) };
    if (it.perhapsFinal && desired === 'stopped') Object.assign(it, { state: 'stopped', pid: undefined });
    if (desired === 'stopped') it.toldAt = undefined;
    if (isLive(it)) Object.assign(it, { pid: pid as number, former: undefined });
    sessions[name] = Object.assign(it, { desired, perhapsFinal: false });
  }
  return { ...world, supervised, sessions };
}
