// The home of the sessions: whose it is, who can get in, where it lies, and whether there is room.
import { accessSync, constants, lstatSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { mayAppendTo } from '../base/own-file.ts';
import { networkFileSystemOf, type Place } from '../base/paths.ts';
import { formatSize } from '../model/quantity.ts';
import { checkPrivateDirectory } from '../system/private-directory.ts';
import { type Finding, finding, note } from './health.ts';

const LEAST_ROOM = 64 * 1024 * 1024;
const LEAST_FILES = 1000;

/** sockaddr_un has room for so much. */
const LONGEST_SOCKET = 107;

export function homeHealth(place: Place): Finding[] {
  const { home, run, records, socket } = place;
  const directories = [...new Set([home, run, records])];
  const found = directories.flatMap((path): Finding[] => {
    try {
      return checkPrivateDirectory(path) ? [finding(`${path} is private`, undefined)] : [];
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      return [finding(`${path} is private`, `${error.message} ${error.hint ?? ''}`.trim())];
    }
  });
  if (found.length === 0) return [note(`${home} is not there`, 'The first create makes it.')];
  found.push(...openFiles(records), ...writable(home), ...diary(place), ...room(home));
  const onNetwork = networkFileSystemOf(home);
  if (onNetwork) found.push(note('the home is on a network file system', `Each host has its own part of it: ${home}`));
  if (Buffer.byteLength(socket) > LONGEST_SOCKET)
    found.push(
      finding(
        'the way to the socket is short enough',
        `${socket} has more than ${LONGEST_SOCKET} bytes: set SESSION_HOME.`,
      ),
    );
  return found;
}

/** Records hold environments, and those secrets. */
function openFiles(records: string): Finding[] {
  const names = readdirOf(records);
  const open = names.filter((name) => (lstatSync(join(records, name)).mode & 0o077) !== 0);
  if (names.length === 0) return [];
  return [
    finding(
      'records are readable by their owner alone',
      open.length > 0 ? `chmod 600 ${join(records, open[0] as string)}` : undefined,
    ),
  ];
}

function diary({ supervisorLog }: Place): Finding[] {
  if (mayAppendTo(supervisorLog)) return [];
  return [finding(`${supervisorLog} is written`, `It is no file of yours alone: mv ${supervisorLog} elsewhere.`)];
}

function readdirOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function writable(home: string): Finding[] {
  try {
    accessSync(home, constants.W_OK);
    return [];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    const isReadOnly = errnoOf(error) === 'EROFS';
    const mend = isReadOnly ? `Mount the file system of ${home} so that it can be written.` : reasonOf(error);
    return [finding(`${home} can be written`, mend)];
  }
}

function room(home: string): Finding[] {
  try {
    const { bavail, bsize, ffree, files } = statfsSync(home);
    const free = bavail * bsize;
    const few = files > 0 && ffree < LEAST_FILES;
    const size = formatSize(Math.floor(free / 1024 ** 2) * 1024 ** 2);
    return [
      finding(
        `there is room on its disk (${size})`,
        free < LEAST_ROOM || few ? `Make room on the file system of ${home}.` : undefined,
      ),
    ];
  } catch (error) {
    return [finding('there is room on its disk', reasonOf(error))];
  }
}
