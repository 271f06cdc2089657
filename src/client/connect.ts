// The line to the supervisor: found, else launched; and found again when the supervisor is replaced.
import { closeSync, lstatSync, openSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import type { Place } from '../base/paths.ts';
import { version } from '../base/version.ts';
import { PROTOCOL, type SupervisorHello } from '../protocol/messages.ts';
import { pokeKeeper } from './keeper.ts';

/** A supervisor that has not greeted for so long is given up, ms. */
export const PATIENCE = 30_000;

/** Until another place among the callers is tried for, ms; and how many tries go by until the keeper is asked to look. */
const BUSY_PAUSE = 20;
const BUSY_TRIES = 100;

/** Bytes that are read at once. */
const ROOM = 64 * 1024;

export const noAnswer = (place: Place) =>
  new SessionError('no-supervisor', 'the supervisor does not answer.', `See ${place.supervisorLog}.`);

/** Somebody listens at `place`: resolves with the socket, or undefined where nobody does. */
export function tryConnect(place: Place, tries = 0): Promise<Socket | undefined> {
  if (isAbsent(place.socket)) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const socket = openSocket(place.socket);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      const code = errnoOf(error);
      if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') return resolve(undefined);
      if (code === 'EACCES' && !isSocket(place.socket)) return resolve(undefined); // something else lies there
      if (code === 'EAGAIN') {
        // The queue is full of callers: wait for a place in it.
        if (tries * BUSY_PAUSE > PATIENCE) return reject(noAnswer(place));
        if (tries % BUSY_TRIES === BUSY_TRIES - 1) pokeKeeper(place);
        setTimeout(() => tryConnect(place, tries + 1).then(resolve, reject), BUSY_PAUSE);
        return;
      }
      const hint = code === 'EACCES' ? `Check the owner and mode of ${place.run}.` : undefined;
      reject(
        new SessionError(
          'no-supervisor',
          `cannot reach the supervisor at ${place.socket}: ${reasonOf(error)}.`,
          hint,
          error,
        ),
      );
    });
  });
}

/** Seen sooner than by trying. */
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false; // a directory on the way is closed to us: the try says how
  }
}

const isSocket = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;

/** sun_path holds 107 bytes and Node 20 cuts silently: a longer path goes by way of the directory's descriptor. */
function openSocket(path: string): Socket {
  if (Buffer.byteLength(path) <= 107) return connectTo(path);
  let directory: number;
  try {
    directory = openSync(path.slice(0, path.lastIndexOf('/')), 'r');
  } catch {
    return connectTo('/nonexistent/socket'); // no directory: nobody listens
  }
  const socket = connectTo(`/proc/self/fd/${directory}/socket`);
  socket.once('connect', () => closeSync(directory));
  socket.once('error', () => closeSync(directory));
  return socket;
}

/** What comes is read into the same place again and again. */
function connectTo(path: string): Socket {
  const callback = (length: number, buffer: Uint8Array) => {
    socket.emit('data', buffer.subarray(0, length));
    return true;
  };
  const socket: Socket = connectSocket({ path, onread: { buffer: Buffer.allocUnsafeSlow(ROOM), callback } });
  return socket;
}

/** Throws where this supervisor speaks another protocol than we do. */
export function checkHello(hello: SupervisorHello): void {
  if (hello.protocol === PROTOCOL) return;
  const message = `the supervisor is version ${hello.version} (protocol ${hello.protocol}), this command is ${version} (protocol ${PROTOCOL}).`;
  const hint = hello.protocol < PROTOCOL ? 'Use session upgrade.' : 'Install the newer version here too.';
  throw new SessionError('protocol-mismatch', message, hint);
}
