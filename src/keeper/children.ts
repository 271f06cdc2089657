// The sessions' processes: spawned on a pty, held, reaped, and remembered until the supervisor has stored
// how they ended. Nothing here knows why.
import { closeSync, fchownSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { peekEnded, reap } from '../system/children.ts';
import { freeAfterMany } from '../system/free-memory.ts';
import { roomForFiles } from '../system/open-files.ts';
import { readProcess } from '../system/process-table.ts';
import { emptySlot } from '../system/shared-memory.ts';
import { spawnOnTerminal } from '../system/spawn.ts';
import { openPty } from './pty.ts';
import type { HeldProcess, SpawnRequest } from './wire.ts';

export interface Child extends HeldProcess {
  master: number;
  slave: number;
}

export interface Children {
  all(): Child[];
  /** Starts a process, or throws why not: an errno name, 'exists', or 'full'. */
  spawn(request: SpawnRequest): Child;
  /** The end is stored: forget it. */
  acknowledge(id: string): void;
  /** Takes every child that has ended, save those of `libuv` (it waits for them itself). */
  sweep(libuv: () => number | undefined): void;
}

/** Sessions at once: each needs two descriptors here and three in the supervisor. */
export const MOST_SESSIONS = 4096;

/** Descriptors that no session gets: without them the next supervisor could not be started. */
const RESERVE = 16;

export function holdChildren(held: Child[], memoryFd: number, onEnded: (child: Child) => void): Children {
  const children = new Map(held.map((child) => [child.id, child]));
  let looksAgain = false;

  const freeSlot = () => {
    const used = new Set([...children.values()].map((child) => child.slot));
    for (let slot = 0; slot < MOST_SESSIONS; slot++) if (!used.has(slot)) return slot;
    throw new Error('full');
  };

  const self: Children = {
    all: () => [...children.values()],

    spawn(request) {
      if (children.has(request.id)) throw new Error('exists');
      if (roomForFiles() < RESERVE) throw Object.assign(new Error(), { code: 'EMFILE' });
      const slot = freeSlot();
      emptySlot(memoryFd, slot); // of its last user's bytes
      const pty = openPty({ columns: request.columns, rows: request.rows });
      try {
        if (request.owner !== undefined) fchownSync(pty.slave, request.owner, -1); // the group stays: tty's
        const pid = spawnOnTerminal(pty.path, {
          file: request.file,
          argv: request.argv,
          env: request.env,
          directory: request.directory,
          umask: request.umask,
          openFiles: request.openFiles,
        });
        // Not reaped before the next sweep, so even one that has ended still has its entry.
        const start = readProcess(pid)?.start ?? 0;
        const child = { id: request.id, pid, start, pts: pty.path, slot, tag: request.tag, ...ends(pty) };
        children.set(child.id, child);
        freeAfterMany();
        return child;
      } catch (error) {
        closeSync(pty.master);
        closeSync(pty.slave);
        throw error;
      }
    },

    acknowledge(id) {
      const child = children.get(id);
      if (child?.ended === undefined) return;
      children.delete(id);
      closeSync(child.master);
      closeSync(child.slave);
    },

    sweep(libuv) {
      for (let pid = peekEnded(); pid !== undefined; pid = peekEnded()) {
        if (pid === libuv()) {
          // libuv's own hides those behind it until libuv has taken it: look again in a moment.
          if (!looksAgain)
            setTimeout(() => {
              looksAgain = false;
              self.sweep(libuv);
            }, 2);
          looksAgain = true;
          return;
        }
        const ended = reap(pid);
        const child = self.all().find((each) => each.pid === pid && each.ended === undefined);
        if (child === undefined || ended === undefined) continue; // an adopted orphan: reaped, no more
        child.ended = ended;
        onEnded(child);
      }
    },
  };
  return self;
}

/** Why a spawn was refused, for the wire. */
export const refusalOf = (error: unknown): string => errnoOf(error) ?? (error instanceof Error ? error.message : 'EIO');

const ends = ({ master, slave }: { master: number; slave: number }) => ({ master, slave });
