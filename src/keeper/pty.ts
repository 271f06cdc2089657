// A pseudo-terminal through node-pty's native part. Its JavaScript is not used: its spawn() loses the tail of
// a fast exit's output and keeps a thread per child.
import { createRequire } from 'node:module';
import type { Size } from '../base/size.ts';
import { setCloseOnExec } from '../system/libc.ts';
import { setUtf8Input } from '../system/pty-device.ts';

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

export interface Pty {
  master: number;
  /** Held open until the output is drained: without a holder the kernel hangs up and the tail is lost. */
  slave: number;
  path: string;
}

let native: NativePty | undefined;

/** Loads the native module; a few ms, so the keeper does it after it is ready. */
export function loadPty(): NativePty {
  if (native === undefined) {
    const require = createRequire(__filename);
    const { requireBinary } = require('node-pty/requireBinary') as { requireBinary(file: string): NativePty };
    native = requireBinary('pty.node');
  }
  return native;
}

/** Opens a pty of `size`; neither end is inherited by what we execute. Throws where the system has no more. */
export function openPty(size: Size): Pty {
  const { master, slave, pty } = loadPty().open(size.columns, size.rows);
  setCloseOnExec(master, true);
  setCloseOnExec(slave, true);
  setUtf8Input(slave);
  return { master, slave, path: pty };
}
