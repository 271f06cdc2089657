// A file that must be ours: no link is followed to another, no pipe waited for, nothing of another user's believed.
import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
  unlinkSync,
} from 'node:fs';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** For writeFileSync: it follows no link and waits for nobody. */
export const OVERWRITE_OWN = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;

/** Opens what `flags` say. Throws where it is anything else than a file of ours. */
export function openOwn(path: string, flags: number): number {
  const fd = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const fault = faultOf(fstatSync(fd));
    if (fault !== undefined) throw new Error(fault);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** To write behind what is there, or into a new file. One that has another name, too, may be somebody's: it is left alone. */
export function openToAppend(path: string): number {
  const fd = openOwn(path, O_WRONLY | O_CREAT | O_APPEND);
  const fault = secondNameOf(fstatSync(fd));
  if (fault === undefined) return fd;
  closeSync(fd);
  throw new Error(fault);
}

/** The same for a diary, which is never worth more than what it tells of: where it cannot be had, it goes to nobody. */
export function openDiary(path: string): number {
  try {
    return openToAppend(path);
  } catch {
    return openSync('/dev/null', O_WRONLY);
  }
}

/** Whether that would be possible, as far as what is there goes. */
export function mayAppendTo(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || (faultOf(found) ?? secondNameOf(found)) === undefined;
}

export const secondNameOf = ({ nlink }: Stats) => (nlink > 1 ? 'it has another name, too' : undefined);

export function appendLine(path: string, line: string): void {
  const fd = openToAppend(path);
  try {
    appendFileSync(fd, `${line}\n`);
  } finally {
    closeSync(fd);
  }
}

/** What is in it. Throws where that is more than `most` bytes. */
export function readOwn(path: string, most = Number.POSITIVE_INFINITY): Buffer {
  const fd = openOwn(path, O_RDONLY);
  try {
    const { size } = fstatSync(fd);
    if (size > most) throw new Error(`it is ${size} bytes long`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Its length; undefined where nothing is there that could be read. */
export function sizeOfOwn(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || faultOf(found) !== undefined ? undefined : found.size;
}

/** For what nobody misses. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There was none, or it stays.
  }
}

/** Why it is none of ours. */
export function faultOf(found: Stats): string | undefined {
  if (!found.isFile()) return 'it is not a file';
  return found.uid === process.getuid?.() ? undefined : `it belongs to another user (uid ${found.uid})`;
}
