// The least that Node can do of what a session needs, as a floor: no log, no screen, no clients, nothing that survives.
//   node bare.cjs echo              its terminal beside a terminal that it opens, with `cat` on it
//   node bare.cjs relay COMMAND     a terminal that it opens, with the command on it, by way of a second Node to its own terminal
//   node bare.cjs direct COMMAND    the same without the second Node: it writes to its own terminal, and waits for it
//   node bare.cjs flood FILE COUNT [keep]   reads what COUNT programs put out, and keeps it; prints how many ms that took
import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { ReadStream } from 'node:tty';
import { descriptorOf } from '../../src/base/descriptor.ts';
import { openPty } from '../../src/keeper/pty.ts';
import { declare, read, watch, yieldProcessor } from '../../src/system/libc.ts';
import { setPlainOutput } from '../../src/system/pty-device.ts';
import { createSharedMemory, mapSlot } from '../../src/system/shared-memory.ts';

/** The most that one read of a terminal gives. */
const FULL = 4095;
const ROOM = 65536;
const SEGMENT = 2 ** 21;

/** Calls `take` with the length of what has come into `buffer`: all that comes meanwhile follows a full read. */
function takeAll(master: number, buffer: Buffer, take: (length: number) => void): void {
  const callback = (first: number) => {
    let length = first;
    for (let got = first; got > 0 && length >= FULL && length <= ROOM - FULL; length += Math.max(0, got)) {
      got = read(master, buffer.subarray(length), ROOM - length);
    }
    take(length);
    return true;
  };
  const stream = new ReadStream(master, { onread: { buffer, callback } } as never);
  stream.on('error', () => {});
  stream.resume();
}

function program(command: string): { master: number; kill(): void } {
  const { master, slave } = openPty({ columns: 80, rows: 24 });
  const child = spawn('/bin/sh', ['-c', command], { stdio: [slave, slave, slave] });
  return { master, kill: () => void child.kill('SIGKILL') };
}

function echo(): void {
  const sendfile = declare('long sendfile(int, int, void*, size_t)');
  const terminal = openSync('/dev/tty', 'r+');
  process.stdin.setRawMode(true);
  setPlainOutput(terminal);
  const shared = createSharedMemory(1);
  const memory = mapSlot(shared, 0);
  const { master } = program('echo up; exec cat');
  const typed = memory.subarray(4096, 8192);
  const stop = watch(terminal, () => {
    const length = readSync(terminal, typed);
    if (length > 0) writeSync(master, typed.subarray(0, length));
    for (let left = 2; left > 0; left--) {
      yieldProcessor();
      const got = read(master, buffer, ROOM);
      if (got > 0) return show(got);
    }
  });
  process.on('exit', stop);
  const buffer = Buffer.alloc(ROOM);
  const show = (length: number) => {
    buffer.copy(memory, 8192, 0, length);
    memory.writeBigInt64LE(8192n, 0);
    sendfile(terminal, shared, memory.subarray(0, 8), length);
    yieldProcessor();
  };
  takeAll(master, buffer, show);
}

function flood(file: string, count: number, keeps: boolean): void {
  let left = count;
  const wanted = statSync(file).size;
  const began = performance.now();
  const programs = Array.from({ length: count }, (_, i) => {
    const one = program(`cat ${file}; exec sleep 1000`);
    const segment = () => (keeps ? openSync(`${file}.kept${i}`, 'w') : -1);
    let [got, size, kept] = [0, 0, segment()];
    const buffer = Buffer.alloc(ROOM);
    takeAll(one.master, buffer, (length) => {
      if (keeps) size += writeSync(kept, buffer, 0, length);
      if (size >= SEGMENT) {
        closeSync(kept);
        [size, kept] = [0, segment()];
      }
      const before = got;
      got += length;
      if (before >= wanted || got < wanted || --left > 0) return;
      console.log(performance.now() - began);
      for (const each of programs) each.kill();
      process.exit();
    });
    return one;
  });
}

/** Keys go to the command; `take` gets the length of what it has put into `buffer`. */
function between(command: string, buffer: Buffer, take: (length: number) => void): void {
  const { master } = program(command);
  process.stdin.setRawMode(true);
  process.stdin.on('data', (keys) => writeSync(master, keys));
  takeAll(master, buffer, take);
}

function direct(command: string): void {
  const buffer = Buffer.alloc(ROOM);
  between(command, buffer, (length) => writeAll(buffer, length));
}

function relay(command: string): void {
  const second = spawn(process.execPath, [__filename, 'pass'], { stdio: ['pipe', 'inherit', 'inherit'] });
  const buffer = Buffer.alloc(ROOM);
  const out = second.stdin as Socket;
  between(command, buffer, (length) => {
    const written = out.writableLength > 0 ? 0 : writeNow(descriptorOf(out), buffer.subarray(0, length));
    if (written < length) out.write(Buffer.from(buffer.subarray(written, length)));
  });
}

function pass(): void {
  const buffer = Buffer.alloc(65536);
  const callback = (length: number) => {
    writeAll(buffer, length);
    return true;
  };
  new Socket({ fd: 0, onread: { buffer, callback } } as never).resume();
}

function writeAll(buffer: Buffer, length: number): void {
  for (let at = 0; at < length; ) at += writeNow(1, buffer.subarray(at, length));
}

function writeNow(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if ((error as { code?: string }).code === 'EAGAIN') return 0;
    throw error;
  }
}

const [what, file, count, keep] = process.argv.slice(2);
if (what === 'echo') echo();
else if (what === 'relay') relay(file as string);
else if (what === 'direct') direct(file as string);
else if (what === 'pass') pass();
else flood(file as string, Number(count), keep === 'keep');
