// A terminal's other screen, without lines above it, as programs that fill the screen switch it on and off: found in what
// is shown to a terminal.

const ESC = 0x1b;

/** Its modes, which may be set together with others. */
const ALTERNATE = new Set(['47', '1047', '1049']);

/** CSI ? 1049 ; 1006 ; 1003 h and the like: so much of what came before may belong to one. */
export const LONGEST_SWITCH = 64;

/** Which way the last switch in `bytes` turns; undefined where there is none. */
export function switched(bytes: Buffer): 'on' | 'off' | undefined {
  if (!bytes.includes(ESC) || !bytes.includes('\x1b[?')) return undefined; // a byte is found out sooner than a text
  let last: 'on' | 'off' | undefined;
  for (const [, modes, how] of bytes.toString('latin1').matchAll(/\x1b\[\?([\d;]*)([hl])/g)) {
    if (modes?.split(';').some((each) => ALTERNATE.has(each))) last = how === 'h' ? 'on' : 'off';
  }
  return last;
}
