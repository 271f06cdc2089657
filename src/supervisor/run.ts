// One run of a session: the process that the keeper holds for it, its terminal and its process tree.

import type { HeldProcess } from '../keeper/wire.ts';
import { type Master, openMaster } from '../system/master.ts';
import { type Tree, treeOf } from '../system/process-tree.ts';
import type { ReadSlot } from '../system/read-slot.ts';

export interface Run {
  /** The keeper's id of it: record id and run number. */
  key: string;
  number: number;
  pid: number;
  master: Master;
  slot: ReadSlot;
  tree: Tree;
}

export const runKey = (id: string, run: number) => `${id}.${run}`;

/** The session and run that a keeper's id stands for. */
export function parseRunKey(key: string): { id: string; run: number } {
  const dot = key.lastIndexOf('.');
  return { id: key.slice(0, dot), run: Number(key.slice(dot + 1)) };
}

export function openRun(
  held: HeldProcess,
  fd: number,
  slot: ReadSlot,
  keeper: number,
  store: (piece: Buffer) => number,
  onTaken: (client: number, taken: number) => void,
  most: () => number,
): Run {
  const { id, run } = parseRunKey(held.id);
  return {
    key: held.id,
    number: run,
    pid: held.pid,
    slot,
    master: openMaster(fd, slot, store, onTaken, most),
    tree: treeOf(id, held.pid, held.start, keeper),
  };
}
