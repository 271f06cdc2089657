// A name that was made, moved or removed: the disk must be told to keep it, as with a file's bytes.
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** The names in `path` survive a power cut as they are now. Throws where it may not be read, or its disk fails. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
