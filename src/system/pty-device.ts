// What a pty can be asked through any of its descriptors: its size, its modes.
import type { Size } from '../base/size.ts';
import { checked } from './libc.ts';

const ioctl = checked('int ioctl(int, ulong, ...)');

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const IUTF8 = 0x4000;
const OPOST = 1;

/** Sets the window size; the kernel tells the foreground group (SIGWINCH) if it changed. */
export function setWindowSize(fd: number, size: Size): void {
  const winsize = Buffer.alloc(8);
  winsize.writeUInt16LE(size.rows, 0);
  winsize.writeUInt16LE(size.columns, 2);
  ioctl(fd, TIOCSWINSZ, 'void*', winsize);
}

/** The window size as it is. */
export function getWindowSize(fd: number): Size {
  const winsize = Buffer.alloc(8);
  ioctl(fd, TIOCGWINSZ, 'void*', winsize);
  return { rows: winsize.readUInt16LE(0), columns: winsize.readUInt16LE(2) };
}

/** What is written to it is shown as it is: no LF becomes CR LF. */
export function setPlainOutput(fd: number): void {
  const termios = Buffer.alloc(64);
  ioctl(fd, TCGETS, 'void*', termios);
  termios.writeUInt32LE((termios.readUInt32LE(4) & ~OPOST) >>> 0, 4); // c_oflag comes second
  ioctl(fd, TCSETS, 'void*', termios);
}

/** Erasing in cooked mode takes whole UTF-8 characters; the kernel's default is bytes. */
export function setUtf8Input(fd: number): void {
  const termios = Buffer.alloc(64);
  ioctl(fd, TCGETS, 'void*', termios);
  termios.writeUInt32LE((termios.readUInt32LE(0) | IUTF8) >>> 0, 0); // c_iflag comes first
  ioctl(fd, TCSETS, 'void*', termios);
}
