// Every process of one session: those of its POSIX session, their descendants, and the orphans that ran from
// it (setsid, double fork), who have become the keeper's children and carry the session's mark.
import { readFileSync } from 'node:fs';
import { isKeeper } from './keeper-names.ts';
import { environmentOf, isAlive, type Process, readProcess, sharedTable, type Table } from './process-table.ts';

export interface Tree {
  /** The process that was spawned; leader of its POSIX session. */
  pid: number;
  start: number;
  /** `SESSION_ID=…`, found in the environment of everything that the session started. */
  mark: string;
  /** Who adopts orphans: the keeper's pid; undefined where it is gone and they may be anybody's children. */
  keeper: number | undefined;
  /** Where that one is gone: the keeper of now, whose children carry the same mark and are no remains. */
  spared?: number | undefined;
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
export function membersOf(tree: Tree, table: Table = sharedTable()): Process[] {
  const members = new Map<number, Process>();
  const include = (each: Process) => {
    if (members.has(each.pid) || each.pid <= 1 || each.pid === process.pid || each.pid === tree.keeper) return;
    if (tree.spared !== undefined && (each.pid === tree.spared || each.parent === tree.spared)) return;
    members.set(each.pid, each);
    for (const child of table.childrenOf(each.pid)) include(child);
  };
  const leader = table.byPid.get(tree.pid);
  const isReused = leader !== undefined && leader.start !== tree.start;
  /** Whoever had its number after it may have left some of his own; the kernel gives it to nobody while ours are there. */
  const isOurs = (each: Process) => tree.isOld !== true || leader !== undefined || markOf(each) === tree.mark;
  if (!isReused) {
    if (leader !== undefined) include(leader);
    for (const each of table.ofSession(tree.pid)) if (isOurs(each)) include(each);
  }
  for (const [pid, start] of tree.known) {
    const each = table.byPid.get(pid);
    if (each?.start === start) include(each);
  }
  const orphans = tree.keeper === undefined ? table.all.filter((p) => isAdopted(p)) : table.childrenOf(tree.keeper);
  for (const each of orphans) {
    if (each.start < tree.start || members.has(each.pid) || markOf(each) !== tree.mark) continue;
    if (tree.keeper === undefined && isKeeper(each.parent)) continue; // of a copy of this home
    include(each);
  }
  const alive = [...members.values()].filter((each) => each.state !== 'Z' && each.state !== 'X');
  tree.known = new Map(alive.map((each) => [each.pid, each.start]));
  return parentsFirst(alive);
}

/** With more sessions than this a table that they share is quicker. */
const FEW = 50;

/**
 * Whether it is certain without a table that nothing is left of `tree`, whose leader has ended: what it left would be the
 * keeper's own child by now, who has none but us and the leaders of the others, `roots`. A list in which one ends while it
 * is read may lack another: it is read twice.
 */
export function isNothingLeft(tree: Tree, roots: Set<number>): boolean {
  if (tree.keeper === undefined || roots.size > FEW) return false;
  const children = childrenNow(tree.keeper);
  if (children === undefined || children !== childrenNow(tree.keeper)) return false;
  const others = children.split(' ').filter((pid) => pid !== '' && Number(pid) !== process.pid);
  return others.every((pid) => roots.has(Number(pid)) && Number(pid) !== tree.pid);
}

/** Undefined where the kernel does not tell (CONFIG_PROC_CHILDREN). */
function childrenNow(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  } catch {
    return undefined;
  }
}

/** Children of the keeper that no session's mark explains and that began after `tree` did: to be named. */
export function strangersSince(tree: Tree, roots: Set<number>, table: Table = sharedTable()): Process[] {
  return table.childrenOf(tree.keeper ?? -1).filter((each) => {
    if (each.start < tree.start || each.state === 'Z' || roots.has(each.pid)) return false;
    const environment = environmentOf(each.pid);
    const isMarked = environment?.some((line) => /^SESSION_(ID|PART)=/.test(line)) === true;
    return !isMarked && isAlive(each.pid, each.start); // one that has ended since the table was read has no environment
  });
}

export const isStopped = (member: Process) => member.state === 'T' || member.state === 't';

/** An orphan's parent is init, or some service manager that adopted it: one that is no ancestor of its kind. */
function isAdopted(each: Process): boolean {
  return each.parent === 1 || readProcess(each.parent)?.parent === 1;
}

/** What was found of those that were looked at, pid -> start and mark: an environment is read once. */
const marks = new Map<number, { start: number; mark: string | undefined }>();
const MOST_MARKS = 10_000;

/** The mark of a session in its environment; undefined: it has none, or is of our own kind. */
function markOf({ pid, start }: Process): string | undefined {
  const found = marks.get(pid);
  if (found?.start === start) return found.mark;
  const environment = environmentOf(pid);
  const isOwn = environment?.some((line) => line.startsWith('SESSION_PART='));
  const mark = isOwn === false ? environment?.find((line) => line.startsWith(MARK)) : undefined;
  if (marks.size >= MOST_MARKS) marks.clear();
  if (mark !== undefined) marks.set(pid, { start, mark }); // one without may be just between fork and exec
  return mark;
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
