// Characters arrive cut: xterm.js's decoder loses one of which 0x80 was the last byte to come (… – ’ 、 🚀), so that
// it is given whole ones only.
import type { Terminal } from '@xterm/headless';
import { coreOf } from './core.ts';
import { cutCharacter } from './sequences.ts';

/** Keeps back what is not a whole character yet. */
export function wholeCharacters(terminal: Terminal): void {
  const decoder = coreOf(terminal)._inputHandler._utf8Decoder;
  const decode = decoder.decode.bind(decoder);
  let rest = new Uint8Array(0);
  decoder.decode = (bytes, into) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = all.length - cutCharacter(all);
    rest = Uint8Array.from(all.subarray(end));
    return decode(all.subarray(0, end), into);
  };
}
