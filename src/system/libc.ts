// The one door to koffi: libc calls that Node lacks, each declared by its C prototype.

import { closeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import type Koffi from 'koffi';

const koffi = loadKoffi();
const libc = koffi.load(null); // our own process: no library name to guess, glibc and musl alike

/** Its native part where it mostly is; to find that, its own loader takes as long as a fifth of Node's whole start. */
function loadKoffi(): typeof Koffi {
  try {
    return require(`@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`);
  } catch {
    return require('koffi'); // another libc, or a place that it knows
  }
}

type Argument = number | bigint | string | Buffer | null | object;

/** A libc function; its result as it is. Declared on first use: a declaration costs some 30 us. */
export function declare(prototype: string): (...args: Argument[]) => number {
  let call: ((...args: Argument[]) => number | bigint) | undefined;
  return (...args) => {
    call ??= libc.func(prototype) as (...args: Argument[]) => number | bigint;
    return Number(call(...args));
  };
}

/** The same, throwing a Node-like error ({ code: 'ENOENT', errno: 2 }) where the call answers less than 0. */
export function checked(prototype: string): (...args: Argument[]) => number {
  const call = declare(prototype);
  const name = /(\w+)\s*\(/.exec(prototype)?.[1] ?? prototype;
  return (...args) => {
    const result = call(...args);
    if (result < 0) throw systemError(koffi.errno(), name);
    return result;
  };
}

/** The error of an errno number, in the shape of Node's own. */
export function systemError(errno: number, call: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${call}: ${code}`), { code, errno, syscall: call });
}

/** The errno of the last call that failed. */
export const lastErrno = (): number => koffi.errno();

/** `fd` is not inherited by what this process executes. */
export function setCloseOnExec(fd: number, on: boolean): void {
  setDescriptorFlags(fd, 2 /* F_SETFD */, 'int', on ? 1 /* FD_CLOEXEC */ : 0);
}
const setDescriptorFlags = checked('int fcntl(int, int, ...)');

/** From now on `fd` is what `by` was, which is closed. */
export function replaceDescriptor(fd: number, by: number): void {
  try {
    duplicateAs(by, fd, 0o2000000 /* O_CLOEXEC */);
  } finally {
    closeSync(by);
  }
}
const duplicateAs = checked('int dup3(int, int, int)');

/** Maps `length` bytes of `fd` from `offset` (a multiple of 4096), shared with every process that maps them. */
export function mapShared(fd: number, length: number, offset: number): Buffer {
  map ??= libc.func('void* mmap(void*, size_t, int, int, int, long)') as NonNullable<typeof map>;
  const address = map(null, length, 3 /* READ|WRITE */, 1 /* SHARED */, fd, offset);
  if (BigInt.asIntN(64, address ?? -1n) === -1n) throw systemError(koffi.errno(), 'mmap');
  return Buffer.from(koffi.view(address, length));
}
let map: ((a: null, l: number, p: number, f: number, fd: number, o: number) => bigint | null) | undefined;

/** Gives back what mapShared gave. Whoever looks into it afterwards crashes. */
export function unmap(memory: Buffer): void {
  munmap(memory, memory.length);
}
const munmap = checked('int munmap(void*, size_t)');

// What is called for every key that is typed and every piece that is shown is called without a list of arguments in between.

/** Below 0 where there is nothing (lastErrno tells). Not Node's: it would make an error then, which takes longer than ten reads. */
export function read(fd: number, into: Buffer, length: number): number {
  readCall ??= libc.func('long read(int, void*, size_t)') as NonNullable<typeof readCall>;
  return Number(readCall(fd, into, length));
}
let readCall: ((fd: number, into: Buffer, length: number) => number | bigint) | undefined;

/** Writes `length` bytes of the file `from` to `to`, and moves `position` (an int64 in memory) by as many as it took. */
export function sendFile(to: number, from: number, position: Buffer, length: number): number {
  sendCall ??= libc.func('long sendfile(int, int, void*, size_t)') as NonNullable<typeof sendCall>;
  return Number(sendCall(to, from, position, length));
}
let sendCall: ((to: number, from: number, position: Buffer, length: number) => number | bigint) | undefined;

/**
 * Whoever was just woken and waits for this processor runs first. What is written to a terminal is carried on by a worker of
 * the kernel, which would otherwise wait until we wait.
 */
export function yieldProcessor(): void {
  yieldCall ??= libc.func('int sched_yield()') as NonNullable<typeof yieldCall>;
  yieldCall();
}
let yieldCall: (() => number) | undefined;

/** Lays `fields` out as the C struct `name` wants it; for calls that take pointers to structs. */
export function struct(name: string, fields: Record<string, string>): void {
  koffi.struct(name, fields);
}

/** Calls `then` as long as `fd`, which nobody else watches, has something to read or its other end is gone. Returns how to stop, which is to be kept: without it nobody watches. */
export function watch(fd: number, then: () => void): () => void {
  const poll = koffi.node.poll(fd, { readable: true }, then);
  return () => poll.close();
}

/**
 * Calls `then` once when `fd` has something to read, takes bytes again or its other end is gone, unless the returned function is called
 * first. Watched by a number of its own: libuv allows one watcher each.
 */
export function watchOnce(fd: number, what: 'readable' | 'writable' | 'disconnect', then: () => void): () => void {
  const own = duplicate(fd, 1030 /* F_DUPFD_CLOEXEC */, 'int', 0);
  let over = false;
  const stop = () => {
    if (over) return;
    over = true;
    poll.close();
    closeSync(own);
  };
  const poll = koffi.node.poll(own, { [what]: true }, () => {
    stop();
    then();
  });
  return stop;
}
const duplicate = checked('int fcntl(int, int, ...)');
