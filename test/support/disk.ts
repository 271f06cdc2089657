// Places on disk for a test: a scratch directory, and a disk of its own that is small enough to fill.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Mounting, making users and giving files away need it. */
export const NOT_ROOT = process.getuid?.() === 0 ? false : 'only root may do this';

/** A directory that is gone after the test. */
export function scratch(t: TestContext): string {
  const path = mkdtempSync('/tmp/s-');
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface SmallDisk {
  path: string;
  /** Takes every byte that is left. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  /** From now on nothing can be written, or everything again. */
  readOnly(on: boolean): void;
}

/** Where a small disk can be mounted later: what uses it is to be ended first, so its hook must come first. */
export const mountPoint = () => mkdtempSync('/tmp/s-');

/** Mounts a file system of `kilobytes` (and of so many files) at `path` until the test is over. */
export function smallDisk(t: TestContext, kilobytes: number, path = mountPoint(), inodes?: number): SmallDisk {
  const most = inodes === undefined ? '' : `,nr_inodes=${inodes}`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0700${most}`, 'tmpfs', path]);
  let mounted = true;
  const unmount = () => {
    if (!mounted) return;
    mounted = false;
    execFileSync('umount', ['-l', path]);
    rmdirSync(path);
  };
  t.after(unmount);
  process.once('exit', unmount); // whatever happens, the machine keeps no mount
  const ballast = join(path, '.ballast');
  return {
    path,
    fill() {
      const fd = openSync(ballast, 'a');
      try {
        for (const size of [65536, 4096, 1]) fillWith(fd, Buffer.alloc(size));
      } finally {
        closeSync(fd);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    readOnly: (on) => void execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, path]),
  };
}

function fillWith(fd: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(fd, bytes);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
}
