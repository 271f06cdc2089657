// For what is loaded into our own programs ahead of them (fixtures/): functions of Node's modules watched, and the
// programs that ours begin begun likewise.
import childProcess from 'node:child_process';
import { constants } from 'node:fs';

export type Callable = (...args: unknown[]) => unknown;

/** Puts `before` in front of each of `names` of `object`, and `after` behind it. */
export function watch(
  object: object,
  names: string[],
  before: (name: string, args: unknown[]) => void,
  after: (name: string, args: unknown[], result: unknown) => void = () => {},
): void {
  const members = object as Record<string, Callable>;
  for (const name of names) {
    const call = members[name];
    if (call === undefined) continue;
    members[name] = function (this: unknown, ...args: unknown[]) {
      before(name, args);
      const result = call.apply(this, args);
      after(name, args, result);
      return result;
    };
  }
}

/** What an open is for, by its flags in words or bits. */
export const opensFor = (flags: unknown) => {
  const { O_CREAT, O_RDWR, O_TRUNC, O_WRONLY } = constants;
  const bits = typeof flags === 'number' ? flags : 0;
  const word = typeof flags === 'string' ? flags : 'r';
  return {
    writing: (bits & (O_WRONLY | O_RDWR)) !== 0 || word !== 'r',
    making: (bits & O_CREAT) !== 0 || /[wa]/.test(word),
    emptying: (bits & O_TRUNC) !== 0 || word.startsWith('w'),
  };
};

/** Keeper and supervisor are begun with `preload`, too. */
export function passOn(preload: string, before: (name: string, file: unknown) => void = () => {}): void {
  watch(childProcess, ['spawn'], (name, args) => {
    const [file, words] = args as [string, string[]];
    if (file === process.execPath) args[1] = ['--require', preload, ...words];
    before(name, file);
  });
}
