// How keys are reported: kitty's flags (a stack for each screen) and xterm's modifyOtherKeys and its kin.
// xterm.js knows neither; a program that switched them on expects them of every terminal it is shown on.
import type { Emulator } from './emulator.ts';

export interface Keyboard {
  /** kitty's flags of one screen, the other's gone before. */
  writeFlags(which: 'main' | 'alternate'): string;
  /** Gives back what was pushed on a screen, and with `resources` what was set of xterm's. */
  writeOff(which: 'main' | 'alternate', isShown: boolean): string;
  /** xterm's key resources that were set. */
  write(): string;
  /** A new program begins with none. */
  reset(): void;
}

/** As deep as terminals go; the oldest falls off. */
const DEEPEST = 16;

export function trackKeyboard({ terminal, core }: Emulator): Keyboard {
  const flags = { main: [0], alternate: [0] };
  let isUsed = false;
  const resources = new Map<number, number | null>();
  const { buffers } = core._bufferService;
  const current = () => flags[buffers.active === buffers.alt ? 'alternate' : 'main'];
  const first = (params: (number | number[])[], index: number, otherwise: number) => {
    const value = params[index];
    return typeof value === 'number' && value > 0 ? value : otherwise;
  };
  const register = (prefix: string, final: string, deed: (params: (number | number[])[]) => void) =>
    terminal.parser.registerCsiHandler({ prefix, final }, (params) => {
      if (final === 'u') isUsed = true;
      deed(params);
      return true;
    });

  terminal.buffer.onBufferChange(({ type }) => {
    if (type === 'alternate') flags.alternate = [0]; // a new one each time
  });
  register('>', 'u', (params) => {
    const stack = current();
    stack.push(first(params, 0, 0) & 31);
    if (stack.length > DEEPEST) stack.shift();
  });
  register('<', 'u', (params) => {
    const stack = current();
    stack.splice(Math.max(0, stack.length - first(params, 0, 1)));
    if (stack.length === 0) stack.push(0);
  });
  register('=', 'u', (params) => {
    const stack = current();
    const value = first(params, 0, 0) & 31;
    const how = first(params, 1, 1);
    const before = stack.pop() as number;
    stack.push(how === 2 ? before | value : how === 3 ? before & ~value : value);
  });
  register('>', 'm', (params) => {
    if (first(params, 0, 0) > 9) return;
    if (params.length === 0 || params[0] === 0) for (const key of resources.keys()) resources.set(key, null);
    else resources.set(first(params, 0, 0), params.length > 1 ? first(params, 1, 0) : null);
  });

  return {
    writeFlags(which) {
      if (!isUsed) return '';
      const [base, ...pushed] = flags[which] as [number, ...number[]];
      return `\x1b[<${DEEPEST + 1}u\x1b[=${base}u${pushed.map((each) => `\x1b[>${each}u`).join('')}`;
    },
    writeOff: (which, isShown) =>
      (isShown && flags[which].some((each) => each > 0) ? `\x1b[<${DEEPEST + 1}u\x1b[=0u` : '') +
      [...resources.keys()].map((key) => `\x1b[>${key}m`).join(''),
    write: () =>
      [...resources].map(([key, value]) => (value === null ? `\x1b[>${key}m` : `\x1b[>${key};${value}m`)).join(''),
    reset() {
      flags.main = [0];
      flags.alternate = [0];
      for (const key of resources.keys()) resources.set(key, null);
    },
  };
}
