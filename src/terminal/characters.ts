// Characters arrive cut: xterm.js's decoder loses one of which 0x80 was the last byte to come (… – ’ 、 🚀), so that
// it is given whole ones only. And ends a string at one that is not ASCII.
import type { Terminal } from '@xterm/headless';
import { coreOf } from './core.ts';
import { cutCharacter } from './sequences.ts';

const NON_ASCII = 0xa0;
const IGNORE = 0;
/** xterm.js's numbers of the states inside a string (SOS, PM, APC), and a DCS up to its final byte. */
const STRING = 7;
const DCS = [9, 10, 12];
const DCS_IGNORED = 11;
const CSI_IGNORED = 6;
const GROUND = 0;

/** A character in such a string does not end it: the rest would be taken for text. But it ends any CSI. */
function charactersInStrings(terminal: Terminal): void {
  const { _transitions: transitions } = coreOf(terminal)._inputHandler._parser;
  for (const state of [STRING, DCS_IGNORED]) transitions.add(NON_ASCII, state, IGNORE, state);
  for (const state of DCS) transitions.add(NON_ASCII, state, IGNORE, DCS_IGNORED);
  transitions.add(NON_ASCII, CSI_IGNORED, IGNORE, GROUND);
}

/** Keeps back what is not a whole character yet. */
export function wholeCharacters(terminal: Terminal): void {
  charactersInStrings(terminal);
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
