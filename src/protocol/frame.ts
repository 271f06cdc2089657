// Frames: u8 kind, u32 length (big-endian), payload. FROZEN, with the kinds' numbers, which are never reused.
import { SessionError } from '../base/errors.ts';

export const CONTROL = 1; // UTF-8 JSON
export const OUTPUT = 2; // what the session put out, each byte counted
export const INPUT = 3; // what was typed
export const REDRAW = 4; // a screen made anew: not part of the output, not counted

export type Kind = typeof CONTROL | typeof OUTPUT | typeof INPUT | typeof REDRAW;

/** A client's request, at most. */
export const LARGEST_CONTROL = 1024 * 1024;
/** A supervisor's word, which its own client believes: a list of thousands of sessions is long. */
export const LARGEST_ANSWER = 256 * 1024 * 1024;
export const LARGEST_BYTES = 64 * 1024;

export const HEADER = 5;

export function encodeFrame(kind: Kind, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + payload.length);
  writeHeader(frame, kind, payload.length);
  payload.copy(frame, HEADER);
  return frame;
}

/** What stands before `length` bytes of payload; valid until the next call. */
export function headerOf(kind: Kind, length: number): Buffer {
  writeHeader(header, kind, length);
  return header;
}
const header = Buffer.alloc(HEADER);

function writeHeader(at: Buffer, kind: Kind, length: number): void {
  at[0] = kind;
  at.writeUInt32BE(length, 1);
}

/** Bytes of any length, as frames that hold at most LARGEST_BYTES each. */
export function encodeBytes(kind: Kind, bytes: Buffer): Buffer {
  if (bytes.length <= LARGEST_BYTES) return encodeFrame(kind, bytes);
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += LARGEST_BYTES) {
    frames.push(encodeFrame(kind, bytes.subarray(at, at + LARGEST_BYTES)));
  }
  return Buffer.concat(frames);
}

/** Cuts a stream of chunks into frames. A chunk, and a frame's payload, is looked at until this returns. Throws bad-frame. */
export function frameReader(
  take: (kind: Kind, payload: Buffer) => void,
  largestControl = LARGEST_CONTROL,
): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    pending.push(chunk);
    length += chunk.length;
    let wanted = wantedBy(pending, length, largestControl);
    if (length < wanted) {
      pending[pending.length - 1] = Buffer.from(chunk); // half a frame
      return;
    }
    const all = pending.length === 1 ? chunk : Buffer.concat(pending);
    let at = 0;
    while (length - at >= wanted) {
      take(all[at] as Kind, all.subarray(at + HEADER, at + wanted));
      at += wanted;
      wanted = wantedBy([all.subarray(at)], length - at, largestControl);
    }
    pending = at === length ? [] : [Buffer.from(all.subarray(at))];
    length -= at;
  };
}

/** How many bytes the first frame of `pieces` needs, as far as its header is there. */
function wantedBy(pieces: Buffer[], length: number, largestControl: number): number {
  if (length < 1) return HEADER;
  const first = pieces[0] as Buffer;
  const head = first.length >= HEADER ? first : Buffer.concat(pieces);
  const most = head[0] === CONTROL ? largestControl : isBytes(head[0]) ? LARGEST_BYTES : -1;
  if (most === -1) throw new SessionError('bad-frame', `a frame of an unknown kind (${head[0]})`);
  if (length < HEADER) return HEADER;
  const size = head.readUInt32BE(1);
  if (size > most) throw new SessionError('bad-frame', `a frame of ${size} bytes, where ${most} are allowed`);
  return HEADER + size;
}

const isBytes = (kind: number | undefined) => kind === OUTPUT || kind === INPUT || kind === REDRAW;
