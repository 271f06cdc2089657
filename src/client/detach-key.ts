// Finds the detach key in what is typed, in every way that terminals encode it, also cut by a read.

/** Ctrl-\ (also Ctrl-4): the plain byte, CSI-u of kitty and others, and xterm's modifyOtherKeys. */
const ENCODINGS = ['\x1c', '\x1b[92;5u', '\x1b[92;5:1u', '\x1b[27;5;92~'].map((text) => Buffer.from(text, 'latin1'));

/** An Esc or Esc [ alone may be a key of its own and is never held back. */
const SHORTEST_HELD = 3;

export interface Found {
  /** To be passed on. */
  typed: Buffer;
  /** The key came right behind it; what follows the key is dropped. */
  detach: boolean;
}

/** Looks through each chunk that is typed. The start of an encoding at a chunk's end waits for the next. */
export function detachKey(): (chunk: Buffer) => Found {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    held = Buffer.alloc(0);
    let first = -1;
    for (const encoding of ENCODINGS) {
      const at = all.indexOf(encoding);
      if (at !== -1 && (first === -1 || at < first)) first = at;
    }
    if (first !== -1) return { typed: all.subarray(0, first), detach: true };
    const keep = heldBack(all);
    if (keep > 0) held = Buffer.from(all.subarray(all.length - keep));
    return { typed: all.subarray(0, all.length - keep), detach: false };
  };
}

function heldBack(all: Buffer): number {
  for (let length = Math.min(10, all.length); length >= SHORTEST_HELD; length--) {
    const end = all.subarray(all.length - length);
    if (ENCODINGS.some((encoding) => encoding.length > length && encoding.subarray(0, length).equals(end)))
      return length;
  }
  return 0;
}
