// A terminal with nobody at it: a pty whose output is taken at once and looked at for a marker.
import { closeSync, readSync, writeSync } from 'node:fs';
import { openPty } from '../../src/keeper/pty.ts';
import { checked } from '../../src/system/libc.ts';
import { type Environment, start, wait } from './processes.ts';

const poll = checked('int poll(void*, ulong, int)');

export interface Terminal {
  pid: number;
  type(text: string): void;
  /** Blocks until `marker` has come since the last call; answers how many bytes came with it. */
  until(marker: string): number;
  /** Ends the program and takes the rest. */
  close(): void;
}

/** What nobody waits for longer, ms. */
const LIMIT = 60_000;

export function terminal(argv: string[], env: Environment, columns = 120, rows = 40): Terminal {
  const { master, slave, path } = openPty({ columns, rows });
  const pid = start(argv, env, path);
  closeSync(slave);
  const buffer = Buffer.alloc(65536);
  const wanted = Buffer.alloc(8);
  wanted.writeInt32LE(master, 0);
  wanted.writeInt16LE(1 /* POLLIN */, 4);
  let seen = Buffer.alloc(0);

  const read = (): number => {
    try {
      return readSync(master, buffer);
    } catch (error) {
      if ((error as { code?: string }).code === 'EAGAIN') return 0;
      return -1; // EIO: nobody has the other end any more
    }
  };
  return {
    pid,
    type: (text) => void writeSync(master, text),
    until(marker) {
      const end = performance.now() + LIMIT;
      let bytes = 0;
      for (;;) {
        const at = seen.indexOf(marker, 0, 'latin1');
        if (at >= 0) {
          seen = seen.subarray(at + marker.length);
          return bytes;
        }
        if (poll(wanted, 1, LIMIT) === 0 || performance.now() > end) throw new Error(`no '${marker}' came`);
        const length = read();
        if (length < 0) throw new Error(`the terminal was left before '${marker}' came`);
        bytes += length;
        seen = Buffer.concat([seen.subarray(Math.max(0, seen.length - marker.length)), buffer.subarray(0, length)]);
      }
    },
    close() {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
      closeSync(master);
      wait(pid);
    },
  };
}
