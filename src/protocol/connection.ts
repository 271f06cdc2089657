// A socket as a stream of typed messages and bytes, on either side.
import { writevSync } from 'node:fs';
import type { Socket } from 'node:net';
import { descriptorOf } from '../base/descriptor.ts';
import { errnoOf, SessionError } from '../base/errors.ts';
import {
  CONTROL,
  encodeBytes,
  encodeFrame,
  frameReader,
  HEADER,
  headerOf,
  type Kind,
  LARGEST_ANSWER,
  LARGEST_BYTES,
  LARGEST_CONTROL,
} from './frame.ts';

export interface Receiver {
  /** A control message: parsed JSON, not yet believed. */
  message(message: unknown): void;
  /** Bytes of an output, input or redraw frame; valid until it returns. */
  bytes(kind: Kind, bytes: Buffer): void;
  /** The connection is over; with a bad-frame error where the other side broke the rules. */
  closed(error?: SessionError): void;
}

export interface Connection {
  readonly socket: Socket;
  send(message: object): void;
  /** `bytes` are the caller's again when it returns. */
  sendBytes(kind: Kind, bytes: Buffer): void;
  /** A frame, or several, already encoded. */
  sendFrame(frame: Buffer): void;
  /** Bytes of all frames so far: where one side has received what the other has sent, nothing is on the way. */
  readonly sent: number;
  readonly received: number;
  /** Bytes accepted here and not yet by the kernel. */
  readonly queued: number;
  /** Lets what is queued go out, then closes. */
  end(): void;
  destroy(): void;
}

/** `side`: a client's requests are bounded more tightly than a supervisor's answers. */
export function connection(socket: Socket, receiver: Receiver, side: 'client' | 'supervisor'): Connection {
  const [largestOut, largestIn] =
    side === 'client' ? [LARGEST_CONTROL, LARGEST_ANSWER] : [LARGEST_ANSWER, LARGEST_CONTROL];
  let over = false;
  let sent = 0;
  let received = 0;
  const close = (error?: SessionError) => {
    if (over) return;
    over = true;
    socket.destroy();
    receiver.closed(error);
  };
  const read = frameReader((kind, payload) => {
    if (over) return;
    if (kind !== CONTROL) return receiver.bytes(kind, payload);
    let message: unknown;
    try {
      message = JSON.parse(payload.toString('utf8'));
    } catch {
      throw new SessionError('bad-frame', 'a control frame that is no JSON');
    }
    receiver.message(message);
  }, largestIn);
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    try {
      read(chunk);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      close(error);
    }
  });
  socket.on('error', () => close());
  socket.on('close', () => close());

  const self: Connection = {
    socket,
    send(message) {
      const payload = Buffer.from(JSON.stringify(message));
      if (payload.length > largestOut) throw tooLarge(payload.length);
      self.sendFrame(encodeFrame(CONTROL, payload));
    },
    sendBytes(kind, bytes) {
      if (over || bytes.length === 0) return;
      if (bytes.length > LARGEST_BYTES) return self.sendFrame(encodeBytes(kind, bytes));
      sent += HEADER + bytes.length;
      const written = writeNow(socket, [headerOf(kind, bytes.length), bytes]);
      if (written < bytes.length + HEADER) socket.write(encodeBytes(kind, bytes).subarray(written));
    },
    sendFrame(frame) {
      if (over) return;
      sent += frame.length;
      const written = writeNow(socket, [frame]);
      if (written < frame.length) socket.write(frame.subarray(written));
    },
    get sent() {
      return sent;
    },
    get received() {
      return received;
    },
    get queued() {
      return socket.writableLength;
    },
    end: () => void socket.end(),
    destroy: () => close(),
  };
  return self;
}

/**
 * What the kernel takes at once: where nothing waits before it, it goes there in one call, is not copied, and the stream is
 * not asked, whose first write takes a command a millisecond. Answers how much that was.
 */
function writeNow(socket: Socket, parts: Buffer[]): number {
  if (socket.writableLength > 0 || socket.connecting) return 0;
  try {
    return writevSync(descriptorOf(socket), parts);
  } catch (error) {
    return errnoOf(error) === 'EAGAIN' ? 0 : Number.POSITIVE_INFINITY; // who is gone gets nothing: `closed` follows
  }
}

function tooLarge(length: number): SessionError {
  const message = `a message of ${length} bytes is too large (${LARGEST_CONTROL} at most).`;
  return new SessionError('bad-value', message, 'A smaller environment or command line is needed.');
}
