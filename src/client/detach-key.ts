// Finds the detach key in what is typed, in every way that terminals encode it, also cut by a read.

/**
 * Ctrl-\ (also Ctrl-4): the plain byte, CSI-u as kitty and others send it (with other keys of that place, locks,
 * the event and the text it would give), and xterm's modifyOtherKeys. The numbers are the modifiers.
 */
const KEY = /\x1c|\x1b\[92(?::\d*){0,2};(\d{1,3})(?::[12]?)?(?:;[\d:]*)?u|\x1b\[27;(\d{1,3});92~/g;

/** What one of them may begin with, at the end of a read. */
const BEGINNING = /\x1b(?:\[(?:9(?:2[\d:;]{0,32})?|2(?:7[\d;]{0,8})?)?)?$/;

/** An Esc or Esc [ alone may be a key of its own: it is passed on at once and only remembered. */
const SHORTEST_HELD = 3;

const CONTROL = 4;
const LOCKS = 64 | 128;

/** Whether these modifiers are Control alone, whatever is locked. The plain byte has none said. */
const isControl = (modifiers: string | undefined) =>
  modifiers === undefined || ((Number(modifiers) - 1) & ~LOCKS) === CONTROL;

export interface Found {
  /** To be passed on. */
  typed: Buffer;
  /** The key came right behind it; what follows the key is dropped. */
  detach: boolean;
}

/** Looks through each chunk that is typed. The start of an encoding at a chunk's end waits for the next. */
export function detachKey(): (chunk: Buffer) => Found {
  let begun = Buffer.alloc(0); // the start of an encoding, of which so much was passed on already:
  let passed = 0;
  return (chunk) => {
    const all = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    const text = all.toString('latin1');
    for (const found of text.matchAll(KEY)) {
      if (!isControl(found[1] ?? found[2])) continue;
      return { typed: all.subarray(passed, Math.max(passed, found.index)), detach: true };
    }
    const start = BEGINNING.exec(text)?.index ?? all.length;
    const isHeld = all.length - start >= SHORTEST_HELD;
    const typed = all.subarray(passed, isHeld ? Math.max(passed, start) : all.length);
    passed = isHeld ? Math.max(0, passed - start) : all.length - start;
    begun = Buffer.from(all.subarray(start));
    return { typed, detach: false };
  };
}
