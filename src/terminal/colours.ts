// Colours that a program changed: the palette and the special ones (text, background, cursor …); kept as the
// program said them. And the answers to who asks for one, when no terminal can say what it really shows.
import type { Emulator } from './emulator.ts';

export interface Colours {
  /** Sets what was changed, and what was changed and then given back. */
  write(): string;
  /** Gives back all that was changed. */
  writeOff(): string;
  reset(): void;
}

const PALETTE = 4;
/** OSC 10 to 19: each of several colours in one sequence goes to the next number. */
const SPECIAL = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
/** What gives colour n back. */
const RESTORE = 100;

const STEPS = [0, 95, 135, 175, 215, 255];
const FIRST_16 =
  '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff';

/** xterm's own colours, as rgb:rrrr/gggg/bbbb. */
function usual(index: number): string {
  const hex = (value: number) => value.toString(16).padStart(2, '0').repeat(2);
  if (index < 16) {
    const [r, g, b] = ((FIRST_16.split(' ')[index] as string).match(/../g) ?? []).map((each) => each.repeat(2));
    return `rgb:${r}/${g}/${b}`;
  }
  const grey = 8 + (index - 232) * 10;
  const cube = index - 16;
  const rgb =
    index >= 232
      ? [grey, grey, grey]
      : [STEPS[Math.floor(cube / 36)], STEPS[Math.floor(cube / 6) % 6], STEPS[cube % 6]];
  return `rgb:${rgb.map((each) => hex(each as number)).join('/')}`;
}
const USUAL_SPECIAL = (which: number) =>
  which === 11 || which === 14 || which === 16 ? 'rgb:0000/0000/0000' : 'rgb:ffff/ffff/ffff';

export function trackColours({ terminal, core }: Emulator): Colours {
  /** Key: `4;index` or the special's number. Null: given back. */
  const changed = new Map<string, string | null>();
  const answer = (what: string, colour: string) => core.coreService.triggerDataEvent(`\x1b]${what};${colour}\x1b\\`);
  /** A colour as programs write it; anything else is none of ours. */
  const isColour = (text: string) => /^(#[0-9a-f]{3,12}|rgba?:[0-9a-f/]{5,24}|[a-z][a-z0-9 ]{1,30})$/i.test(text);

  terminal.parser.registerOscHandler(PALETTE, (data) => {
    const parts = data.split(';');
    for (let i = 0; i + 1 < parts.length; i += 2) {
      const index = Number(parts[i]);
      const colour = parts[i + 1] as string;
      if (!/^\d+$/.test(parts[i] as string) || index > 255) continue;
      const key = `${PALETTE};${index}`;
      if (colour === '?') answer(key, changed.get(key) ?? usual(index));
      else if (isColour(colour)) changed.set(key, colour);
    }
    return true;
  });
  terminal.parser.registerOscHandler(RESTORE + PALETTE, (data) => {
    for (const key of changed.keys()) if (data === '' && key.startsWith(`${PALETTE};`)) changed.set(key, null);
    for (const index of data.split(';')) {
      if (changed.has(`${PALETTE};${index}`)) changed.set(`${PALETTE};${index}`, null);
    }
    return true;
  });
  for (const first of SPECIAL) {
    terminal.parser.registerOscHandler(first, (data) => {
      data.split(';').forEach((colour, offset) => {
        const which = first + offset;
        if (which > 19) return;
        if (colour === '?') answer(String(which), changed.get(String(which)) ?? USUAL_SPECIAL(which));
        else if (isColour(colour)) changed.set(String(which), colour);
      });
      return true;
    });
    terminal.parser.registerOscHandler(RESTORE + first, () => {
      if (changed.has(String(first))) changed.set(String(first), null);
      return true;
    });
  }

  const restore = (key: string) => {
    const [which, index] = key.split(';');
    return `\x1b]${RESTORE + Number(which)}${index === undefined ? '' : `;${index}`}\x1b\\`;
  };

  return {
    write: () =>
      [...changed].map(([key, colour]) => (colour === null ? restore(key) : `\x1b]${key};${colour}\x1b\\`)).join(''),
    writeOff: () => [...changed.keys()].map(restore).join(''),
    reset() {
      for (const key of changed.keys()) changed.set(key, null);
    },
  };
}
