// Characters arrive cut: xterm.js's decoder loses one of which 0x80 was the last byte to come (… – ’ 、 🚀), so that
// it is given whole ones only.
import type { Terminal } from '@xterm/headless';
import { inside } from './inside.ts';

/** Where the last character of `bytes` begins, if bytes of it are still missing; else their end. */
export function wholeUpTo(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
    return back < size ? length - back : length;
  }
  return length;
}

/** Keeps back what is not a whole character yet. */
export function wholeCharacters(terminal: Terminal): void {
  const decoder = inside(terminal)._inputHandler._utf8Decoder;
  const decode = decoder.decode.bind(decoder);
  let rest = new Uint8Array(0);
  decoder.decode = (bytes, into) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = wholeUpTo(all);
    rest = Uint8Array.from(all.subarray(end));
    return decode(all.subarray(0, end), into);
  };
}
