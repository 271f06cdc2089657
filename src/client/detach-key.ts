// Finds the detach key in what is typed, in every way that terminals encode it, also cut by a read.

/** Ctrl-\ (also Ctrl-4): the plain byte, CSI-u of kitty and others, and xterm's modifyOtherKeys. */
const ENCODINGS = ['\x1c', '\x1b[92;5u', '\x1b[92;5:1u', '\x1b[27;5;92~'].map((text) => Buffer.from(text, 'latin1'));

/** An Esc or Esc [ alone may be a key of its own: it is passed on at once and only remembered. */
const SHORTEST_HELD = 3;

export interface Found {
  /** To be passed on. */
  typed: Buffer;
  /** The key came right behind it; what follows the key is dropped. */
  detach: boolean;
}

/** Looks through each chunk that is typed. The start of an encoding at a chunk's end waits for the next. */
export function detachKey(): (chunk: Buffer) => Found {
  let begun: Buffer = Buffer.alloc(0); // the start of an encoding, of which so much was passed on already:
  let passed = 0;
  return (chunk) => {
    const all = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    let first = -1;
    for (const encoding of ENCODINGS) {
      const at = all.indexOf(encoding);
      if (at !== -1 && (first === -1 || at < first)) first = at;
    }
    if (first !== -1) return { typed: all.subarray(passed, Math.max(passed, first)), detach: true };
    const start = all.length - startAtEnd(all);
    const isHeld = all.length - start >= SHORTEST_HELD;
    const typed = all.subarray(passed, isHeld ? Math.max(passed, start) : all.length);
    passed = isHeld ? Math.max(0, passed - start) : all.length - start;
    begun = Buffer.from(all.subarray(start));
    return { typed, detach: false };
  };
}

/** How many bytes at the end of `all` an encoding may begin with. */
function startAtEnd(all: Buffer): number {
  for (let length = Math.min(10, all.length); length > 0; length--) {
    const end = all.subarray(all.length - length);
    if (ENCODINGS.some((encoding) => encoding.length > length && encoding.subarray(0, length).equals(end)))
      return length;
  }
  return 0;
}
