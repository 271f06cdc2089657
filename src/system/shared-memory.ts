// One anonymous shared memory for all sessions of a keeper, cut into slots of one session each. It outlives
// the supervisor that reads into it, so a read(2) cut short by SIGKILL still leaves its bytes (terminal output
// is read straight into a slot). A memfd and not a file: a sparse file on a full disk faults.
import { ftruncateSync, readSync } from 'node:fs';
import { checked, mapShared } from './libc.ts';

const memfdCreate = checked('int memfd_create(const char*, uint)');

/** A flood is read, kept and shown in pieces of this size at most: half of it costs a tenth of the speed. */
export const SLOT_SIZE = 65536;

/** A memory of `slots` slots; pages cost nothing until written. Returns its descriptor, close-on-exec. */
export function createSharedMemory(slots: number): number {
  const fd = memfdCreate('session', 1 /* MFD_CLOEXEC */);
  ftruncateSync(fd, slots * SLOT_SIZE);
  return fd;
}

/** The bytes of slot `index`, shared with whoever maps them too. */
export function mapSlot(fd: number, index: number): Buffer {
  return mapShared(fd, SLOT_SIZE, index * SLOT_SIZE);
}

/** What is in slot `index`, valid until the next one is loaded. */
export function loadSlot(fd: number, index: number): Buffer {
  readSync(fd, loaded, 0, SLOT_SIZE, index * SLOT_SIZE);
  return loaded;
}
const loaded = Buffer.alloc(SLOT_SIZE);

/** Gives the slot's pages back; it reads as zeros until written again. */
export function emptySlot(fd: number, index: number): void {
  fallocate(fd, 3 /* PUNCH_HOLE | KEEP_SIZE */, index * SLOT_SIZE, SLOT_SIZE);
}
const fallocate = checked('int fallocate(int, int, long, long)');
