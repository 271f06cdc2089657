// The text of a unit as systemd reads it: which file counts, what is put beside it (`systemctl edit`), quotes and
// specifiers; and a word written so that it comes back the same. Asks no manager: one need not be there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn, usualProgram } from '../base/machine.ts';
import { type Check, type Context, hiddenCheck } from './method.ts';
import { isHidden, textOf } from './steps.ts';

const PLACES = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'];

/** Where units of the system lie; those before hide those behind. */
export const SYSTEM_UNITS = PLACES.map((each) => `${each}/systemd/system`);

/** And those of a user's own manager. */
export const userUnits = ({ configHome }: Context) => [
  `${configHome}/systemd/user`,
  ...PLACES.map((each) => `${each}/systemd/user`),
];

export interface Unit {
  path: string;
  /** What it runs to boot. */
  program: string | undefined;
  /** What it sets. */
  variables: Record<string, string>;
  /** As whom it runs. */
  user: string | undefined;
  /** What of it this user may not read. */
  hidden: string[];
}

export const unsureOf = (unit: Unit | undefined): Check[] => unit?.hidden.map(hiddenCheck) ?? [];

/** The unit of the first name that is there: `session@ann.service`, else `session@.service`. */
export function readUnit(context: Context, names: string[], directories: string[]): Unit | undefined {
  const path = names.flatMap((name) => directories.map((each) => join(each, name))).find((each) => existsSync(each));
  if (path === undefined) return undefined;
  const beside = names.flatMap((name) => directories.map((each) => join(each, `${name}.d`)));
  const files = [path, ...besides(beside)];
  const text = files.map((each) => textOf(each) ?? '').join('\n');
  const values = (key: string) => valuesOf(text, key).map((value) => wordsOf(value, context));
  const program = values('ExecStart').find(isBoot)?.[0]?.replaceAll('$$', '$');
  const set = values('Environment').flat();
  return {
    path,
    program: program === undefined || program.startsWith('/') ? program : usualProgram(program),
    variables: Object.fromEntries(set.map((each) => [each.replace(/=.*$/s, ''), each.replace(/^[^=]*=/, '')])),
    user: values('User').at(-1)?.[0],
    hidden: [...files, ...beside].filter(isHidden),
  };
}

/** `session [options] boot [--quiet]`, and not `session boot status`, say. */
function isBoot([, ...words]: string[]): boolean {
  const line = words.join('\n');
  return /^(?:--config-(?:file|option)[\n=].*\n|(?:-q|--quiet|--json|--no-color)\n)*boot(?:\n(?:-q|--quiet))*$/.test(
    line,
  );
}

/** What lies in the directories `NAME.d`, in the order in which it counts. */
function besides(directories: string[]): string[] {
  const found = new Map<string, string>();
  for (const directory of directories.toReversed()) {
    for (const file of namesIn(directory)) if (file.endsWith('.conf')) found.set(file, join(directory, file));
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, path]) => path);
}

/** All that is given for a key; an empty one takes back those before. */
function valuesOf(text: string, key: string): string[] {
  const given: string[] = [];
  for (const [, value = ''] of text.replace(/\\\n/g, ' ').matchAll(new RegExp(`^[ \\t]*${key}[ \\t]*=(.*)$`, 'gm'))) {
    if (value.trim() === '') given.length = 0;
    else given.push(value.trim());
  }
  return given;
}

function wordsOf(value: string, { user, userHome }: Context): string[] {
  const meant: Record<string, string> = { h: userHome, u: user, i: user, I: user, '%': '%' };
  const words = value.replace(/^[@:+!|-]+/, '').match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'])+/g) ?? [];
  return words.map((word) =>
    word
      .replace(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g, (_, one, other) => one ?? other)
      .replace(/\\(.)/g, '$1')
      .replace(/%(.)/g, (all, letter) => meant[letter] ?? all),
  );
}

/** A word in systemd's own quoting: specifiers and backslashes doubled, blanks in quotes. */
export const escaped = (word: string) => {
  const inner = word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('"', '\\"');
  return /[\s"']/.test(word) ? `"${inner}"` : inner;
};
