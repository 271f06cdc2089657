// What a pty can be asked through any of its descriptors: its size, its input mode, who is in front.
import { checked } from './libc.ts';

const ioctl = checked('int ioctl(int, ulong, ...)');

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCGPGRP = 0x540f;
const TIOCSWINSZ = 0x5414;
const IUTF8 = 0x4000;

export interface Size {
  columns: number;
  rows: number;
}

/** Sets the window size; the kernel tells the foreground group (SIGWINCH) if it changed. */
export function setWindowSize(fd: number, size: Size): void {
  const winsize = Buffer.alloc(8);
  winsize.writeUInt16LE(size.rows, 0);
  winsize.writeUInt16LE(size.columns, 2);
  ioctl(fd, TIOCSWINSZ, 'void*', winsize);
}

/** Erasing in cooked mode takes whole UTF-8 characters; the kernel's default is bytes. */
export function setUtf8Input(fd: number): void {
  const termios = Buffer.alloc(64);
  ioctl(fd, TCGETS, 'void*', termios);
  termios.writeUInt32LE((termios.readUInt32LE(0) | IUTF8) >>> 0, 0); // c_iflag comes first
  ioctl(fd, TCSETS, 'void*', termios);
}

/** The process group in the terminal's foreground, or undefined. */
export function foregroundGroup(fd: number): number | undefined {
  const group = Buffer.alloc(4);
  try {
    ioctl(fd, TIOCGPGRP, 'void*', group);
  } catch {
    return undefined;
  }
  const pid = group.readInt32LE(0);
  return pid > 1 ? pid : undefined;
}
