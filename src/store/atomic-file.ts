// A file that is either the old one or the new one, whole, whatever happens: temp, fsync, rename, fsync of
// the directory.
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import { reached } from '../base/hooks.ts';
import { syncDirectory } from '../base/sync-directory.ts';

/** Replaces `path` by `text` (mode 0600). Throws, the old file untouched, where it cannot. */
export function writeAtomically(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  try {
    writeSynced(temporary, text);
    reached('before-rename');
    renameSync(temporary, path);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was not made, or goes with the next write.
    }
    throw error;
  }
  syncDirectory(dirname(path)); // the rename itself must survive a power cut
}

/** Removes `path` for good; one that is missing is removed already. */
export function removeDurably(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  }
  syncDirectory(dirname(path));
}

function writeSynced(path: string, text: string): void {
  const fd = openNew(path);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** What a save left that was cut short is taken away, and so is a link, not what it leads to. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    unlinkSync(path);
    return openSync(path, 'wx', 0o600);
  }
}
