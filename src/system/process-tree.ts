// Every process of one session: those of its POSIX session, their descendants, and the orphans that ran from
// it (setsid, double fork), who have become the keeper's children and carry the session's mark.
import { errnoOf } from '../base/errors.ts';
import { environmentOf, type Process, readProcess, readProcesses } from './process-table.ts';

export interface Tree {
  /** The process that was spawned; leader of its POSIX session. */
  pid: number;
  start: number;
  /** `SESSION_ID=…`, found in the environment of everything that the session started. */
  mark: string;
  /** Who adopts orphans: the keeper's pid; undefined where it is gone and they may be anybody's children. */
  keeper: number | undefined;
  /** Known by a record alone: its number may have been others' since. */
  isOld?: boolean;
  /** Processes found in it before, pid -> start: an orphan stays known even when it drops its environment. */
  known: Map<number, number>;
}

/** What marks a process as a session's, in its environment. */
export const MARK = 'SESSION_ID=';

/** The tree of a session's run, nothing of it known so far. */
export const treeOf = (id: string, pid: number, start: number, keeper: number | undefined): Tree => ({
  pid,
  start,
  mark: `${MARK}${id}`,
  keeper,
  known: new Map(),
});

/** The living processes of a tree, parents before children. Keepers and their kind are never among them. */
export function membersOf(tree: Tree, table: Process[] = readProcesses()): Process[] {
  const children = new Map<number, Process[]>();
  for (const each of table) {
    const siblings = children.get(each.parent);
    if (siblings === undefined) children.set(each.parent, [each]);
    else siblings.push(each);
  }
  const members = new Map<number, Process>();
  const include = (each: Process) => {
    if (members.has(each.pid) || each.pid <= 1 || each.pid === process.pid || each.pid === tree.keeper) return;
    members.set(each.pid, each);
    for (const child of children.get(each.pid) ?? []) include(child);
  };
  const leader = table.find((each) => each.pid === tree.pid);
  const isReused = leader !== undefined && leader.start !== tree.start;
  /** Whoever had its number after it may have left some of his own; the kernel gives it to nobody while ours are there. */
  const isOurs = (each: Process) => tree.isOld !== true || leader !== undefined || carries(each, tree.mark);
  for (const each of table) {
    if (!isReused && (each === leader || (each.sid === tree.pid && isOurs(each)))) include(each);
    else if (tree.known.get(each.pid) === each.start) include(each);
  }
  const orphans = tree.keeper === undefined ? table.filter((p) => isAdopted(p)) : children.get(tree.keeper);
  for (const each of orphans ?? []) {
    if (each.start >= tree.start && !members.has(each.pid) && carries(each, tree.mark)) include(each);
  }
  const alive = [...members.values()].filter((each) => each.state !== 'Z' && each.state !== 'X');
  tree.known = new Map(alive.map((each) => [each.pid, each.start]));
  return parentsFirst(alive);
}

/** Children of the keeper that no session's mark explains and that began after `tree` did: to be named. */
export function strangersSince(tree: Tree, roots: Set<number>, table: Process[] = readProcesses()): Process[] {
  return table.filter((each) => {
    if (each.parent !== tree.keeper || each.start < tree.start || each.state === 'Z' || roots.has(each.pid))
      return false;
    const environment = environmentOf(each.pid);
    return environment === undefined || !environment.some((line) => /^SESSION_(ID|PART)=/.test(line));
  });
}

/** Sends `signal` to `member` unless the pid is another process by now. False where we may not. */
export function signalProcess(member: Process, signal: NodeJS.Signals): boolean {
  if (readProcess(member.pid)?.start !== member.start) return true;
  try {
    process.kill(member.pid, signal);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'EPERM';
  }
}

export const isStopped = (member: Process) => member.state === 'T' || member.state === 't';

/** An orphan's parent is init, or some service manager that adopted it: one that is no ancestor of its kind. */
function isAdopted(each: Process): boolean {
  return each.parent === 1 || readProcess(each.parent)?.parent === 1;
}

function carries(each: Process, mark: string): boolean {
  const environment = environmentOf(each.pid);
  return environment?.includes(mark) === true && !environment.some((line) => line.startsWith('SESSION_PART='));
}

function parentsFirst(members: Process[]): Process[] {
  const byPid = new Map(members.map((each) => [each.pid, each]));
  const depth = (each: Process): number => {
    const parent = byPid.get(each.parent);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return members
    .map((each) => ({ each, depth: depth(each) }))
    .sort((a, b) => a.depth - b.depth)
    .map(({ each }) => each);
}
