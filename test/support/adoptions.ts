// What a new supervisor may find where the last one was cut off in the middle of a step, and what it makes of it:
// supervisor/recovery.ts in little.
import assert from 'node:assert/strict';
import { type Adopted, adopt, type Beginning } from '../../src/model/adopt.ts';
import type { ExitStatus } from '../../src/model/exit.ts';
import type { Policy } from '../../src/model/lifecycle.ts';
import { BIRTH, type Point, perform, type Saved, step } from './lives.ts';

export const CLEAN: ExitStatus = { code: 0 };
export const CRASH: ExitStatus = { signal: 'SIGSEGV' };

/** What a new supervisor finds: the disk, and what the keeper holds. */
export interface Remains {
  disk: Saved;
  tree: Point['tree'];
  /** How this keeper's life began. */
  beginning: Beginning;
  /** This keeper has only just begun: nothing was asked of it yet. */
  isNewKeeper: boolean;
}

export interface Adoption {
  found: Remains;
  adopted: Adopted;
  /** After the first effects, and the news that the keeper had. */
  point: Point;
}

/** Everything that can have happened by the time a new supervisor is there: it or the keeper too was killed. */
export function remainsOf({ disk, tree, asked, leaving }: Point): Remains[] {
  if (disk === undefined) {
    assert.ok(asked === undefined && tree === undefined, 'nothing runs without a record');
    return [];
  }
  const trees: Point['tree'][] = [tree];
  if (asked !== undefined) trees.push({ run: asked, leader: 'alive', leftovers: false, frozen: false });
  for (const each of [...trees]) {
    if (each?.leader !== 'alive') continue;
    for (const leader of [CLEAN, CRASH])
      for (const leftovers of [true, false]) trees.push({ ...each, leader, leftovers });
  }
  if (tree?.leftovers) trees.push({ ...tree, leftovers: false });
  const sameKeeper = trees.flatMap((each) =>
    BEGINNINGS.map((beginning) => ({ disk, tree: each, beginning, isNewKeeper: false })),
  );

  const before = { ...disk, last: disk.last && { ...disk.last, thisKeeper: false } };
  const isOrdered = leaving && tree === undefined && asked === undefined;
  const newKeeper = BEGINNINGS.filter((each) => each === 'crashed' || isOrdered);
  return [
    ...sameKeeper,
    ...newKeeper.map((beginning) => ({ disk: before, tree: undefined, beginning, isNewKeeper: true })),
  ];
}

const BEGINNINGS = ['ordered', 'crashed'] as const;

/** A new supervisor takes over. */
export function takeOver(found: Remains, policy: Policy): Adoption {
  const { disk, tree } = found;
  const held = tree && { ...tree, ended: tree.leader !== 'alive' };
  const adopted = adopt({ ...found, ...disk, last: disk.last && { ...disk.last, thisBoot: true }, held }, policy);
  const isNews = tree !== undefined && disk.last?.run !== tree.run;
  const last = isNews ? { run: tree.run, thisKeeper: true, exit: null, gaveUp: false, refused: false } : disk.last;
  let point: Point = { ...BIRTH, disk, tree, life: adopted.life, memory: { ...disk, last } };
  for (const effect of adopted.effects) point = perform(point, effect);
  if (point.tree !== undefined && point.tree.leader !== 'alive') {
    const { leader: exit, leftovers } = point.tree;
    point = step(point, { is: 'exited', exit, leftovers }, policy).point;
  }
  if (adopted.relaunch) point = step(point, { is: 'boot' }, policy).point;
  return { found, adopted, point };
}
