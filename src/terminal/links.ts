// Hyperlinks (OSC 8). xterm.js forgets one when the line that it began on is gone, though the pen or other cells
// still have it: they are kept here, as long as a cell, a pen or a saved cursor refers to them.
import type { Emulator } from './emulator.ts';

export interface Link {
  /** Cells with the same id and address are one link; absent: neighbours are. */
  id: string | undefined;
  uri: string;
}

export interface Links {
  get(number: number): Link | undefined;
}

/** More than this, and those that nothing refers to any more are looked for. */
const MANY = 4096;

/** A longer address is no link (and terminals have such limits too). */
const LONGEST = 2083;

export function trackLinks({ terminal, core }: Emulator, alsoUsed: () => number[]): Links {
  const links = new Map<number, Link>();
  const numbers = new Map<string, number>();
  let last = 0;
  let many = MANY;

  const forgetUnused = () => {
    const used = new Set([core._inputHandler._curAttrData.extended.urlId, ...alsoUsed()]);
    for (const buffer of [core._bufferService.buffers.normal, core._bufferService.buffers.alt]) {
      for (let y = 0; y < buffer.lines.length; y++) {
        for (const each of Object.values(buffer.lines.get(y)?._extendedAttrs ?? {})) if (each) used.add(each.urlId);
      }
    }
    for (const [number, { id, uri }] of links) {
      if (used.has(number)) continue;
      links.delete(number);
      numbers.delete(`${id ?? ''};${uri}`);
    }
    many = Math.max(MANY, 2 * links.size); // all in use: not to be looked for again at once
  };

  terminal.parser.registerOscHandler(8, (data) => {
    const middle = data.indexOf(';');
    if (middle === -1) return true;
    const uri = data.slice(middle + 1);
    const id = data
      .slice(0, middle)
      .split(':')
      .find((each) => each.startsWith('id='))
      ?.slice(3);
    const key = `${id ?? ''};${uri}`;
    let number = uri === '' || uri.length > LONGEST ? 0 : numbers.get(key);
    if (number === undefined) {
      if (links.size >= many) forgetUnused();
      number = ++last;
      links.set(number, { id: id === '' ? undefined : id, uri });
      numbers.set(key, number);
    }
    const pen = core._inputHandler._curAttrData;
    pen.extended = pen.extended.clone();
    pen.extended.urlId = number;
    pen.updateExtended();
    return true;
  });
  return { get: (number) => links.get(number) };
}
