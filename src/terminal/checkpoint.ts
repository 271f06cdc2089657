// A screen kept small: what its emulator held, written out and packed. 1000 lines are about 20 KB instead of
// 2.7 MB. It is what an idle screen is put away as, and what a new supervisor begins from.
import { deflateSync, inflateSync } from 'node:zlib';
import type { Size } from '../base/size.ts';
import type { Inside } from './sequences.ts';

export interface Checkpoint {
  /** It stands for all output before this offset. */
  offset: number;
  size: Size;
  /** Lines that have left the screen upwards so far. */
  scrolled: number;
  /** A string that had begun and was too long to wait for. */
  inside: Inside;
  /** What follows the offset and is no whole sequence yet, as latin1: for output that is kept nowhere else. */
  unfinished: string;
  /** The snapshot, packed; its checksum tells a torn one. */
  packed: Buffer;
}

const VERSION = 1;

/** No terminal has more: what says so is no checkpoint of ours. */
const MOST_CELLS = 1e7;

const INSIDES = new Set<unknown>(['nothing', 'escape', 'csi', 'osc', 'dcs', 'string'] satisfies Inside[]);

export const pack = (snapshot: string): Buffer => deflateSync(Buffer.from(snapshot), { level: 1 });

/** No screen is written out longer: what says so is no checkpoint of ours. */
const LONGEST = 256 * 1024 * 1024;

/** Throws where it is torn. */
export const unpack = ({ packed }: Checkpoint): Buffer => inflateSync(packed, { maxOutputLength: LONGEST });

export function encodeCheckpoint({ packed, ...rest }: Checkpoint): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ version: VERSION, ...rest })}\n`), packed]);
}

/** Undefined: it cannot be used, being torn or of another version. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint | undefined {
  try {
    const line = bytes.indexOf(10);
    const { version, offset, size, scrolled, inside, unfinished } = JSON.parse(bytes.toString('utf8', 0, line));
    const checkpoint: Checkpoint = { offset, size, scrolled, inside, unfinished, packed: bytes.subarray(line + 1) };
    const numbers = [offset, scrolled, size.columns, size.rows];
    if (version !== VERSION || !numbers.every((each) => Number.isSafeInteger(each) && each >= 0)) return undefined;
    const cells = size.columns * size.rows;
    if (cells === 0 || cells > MOST_CELLS || !INSIDES.has(inside) || typeof unfinished !== 'string') return undefined;
    unpack(checkpoint);
    return checkpoint;
  } catch {
    return undefined;
  }
}
