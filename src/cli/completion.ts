// What could come next on a command line that is being typed: verbs, options, sessions, attributes.
import { METHOD_NAMES } from '../install/method.ts';
import { ATTRIBUTE_KEYS, ATTRIBUTES, type AttributeKey, PART_KEYS } from '../model/attributes.ts';
import { SETTING_KEYS } from '../model/settings.ts';
import { type Command, GLOBAL_OPTIONS } from './command.ts';
import { verbOf } from './parse.ts';

/** What is looked up only when it is wanted. */
export interface Known {
  commands: Command[];
  names(): Promise<string[]>;
}

/** Answers that stand for what a shell completes best itself. */
const DIRECTORIES = ':directories';
const FILES = ':files';

/** The words that `typed` (the word before the cursor, perhaps '') may become, after `before`. */
export async function completions(before: string[], typed: string, known: Known): Promise<string[]> {
  // bash cuts words at each =, and wants what comes behind it alone.
  const at = typed === '=' ? before.length : before.lastIndexOf('=');
  const isCut = at > 0 && at >= before.length - 1;
  if (isCut) return await behindEquals(before.slice(0, at), typed === '=' ? '' : typed, known);
  const equals = typed.indexOf('=');
  if (equals <= 0) return await wholeWords(before, typed, known);
  const found = await behindEquals([...before, typed.slice(0, equals)], typed.slice(equals + 1), known);
  return found.map((each) => (each.startsWith(':') ? each : `${typed.slice(0, equals + 1)}${each}`));
}

/** What may come behind KEY= or --OPTION=, the last word of `before`. */
async function behindEquals(before: string[], typed: string, known: Known): Promise<string[]> {
  const key = before.at(-1) as string;
  if (key.startsWith('--')) return await wholeWords(before, typed, known);
  return before.at(-2) === '--set' ? valuesOf(key).filter((each) => each.startsWith(typed)) : [];
}

async function wholeWords(before: string[], typed: string, { commands, names }: Known): Promise<string[]> {
  const fitting = (words: readonly string[]) => [...new Set(words)].filter((each) => each.startsWith(typed));
  const verb = verbOf(before);
  const command = commands.find((each) => each.name === verb || each.aliases?.includes(verb ?? ''));
  const options = [...GLOBAL_OPTIONS, ...(command?.options ?? [])];
  const last = before.at(-1) ?? '';
  const asked = options.find(
    (each) => each.value !== undefined && (last === `--${each.long}` || last === `-${each.short}`),
  );
  if (asked?.long === 'method') return fitting(METHOD_NAMES);
  if (asked?.long === 'set') return fitting(ATTRIBUTE_KEYS.map((key) => `${key}=`));
  if (asked?.long === 'config-option') return fitting(SETTING_KEYS.map((key) => `${key}=`));
  if (asked?.value === 'DIR') return [DIRECTORIES];
  if (asked?.value === 'FILE') return [FILES];
  if (asked !== undefined) return [];
  if (typed.startsWith('-')) return fitting(options.map((each) => `--${each.long}`));
  if (command === undefined) {
    return verb === undefined ? fitting(commands.flatMap((each) => [each.name, ...(each.aliases ?? [])])) : [];
  }
  const operands = before.slice(before.indexOf(verb as string) + 1).filter((word) => !word.startsWith('-'));
  return fitting(await operandsOf(command, operands, names));
}

async function operandsOf(
  { name, operands }: Command,
  given: string[],
  names: Known['names'],
): Promise<readonly string[]> {
  const choices = /^\[?([a-z]+(?:\|[a-z]+)+)\]?$/.exec(operands)?.[1]?.split('|');
  if (choices !== undefined) return given.length === 0 ? choices : [];
  if (name === 'config') return given.length === 0 ? SETTING_KEYS : [];
  if (!operands.includes('NAME') && !operands.includes('OLD')) return [];
  const takesMany = operands.includes('NAME…');
  if (given.length === 0 || takesMany) return (await names()).filter((each) => !given.includes(each));
  if (name === 'set' || name === 'unset' || name === 'get') {
    if (given.length === 1) return [...PART_KEYS, ...ATTRIBUTE_KEYS];
    if (name === 'set' && given.length === 2) return valuesOf(given[1] as string);
  }
  return [];
}

/** Where an attribute takes certain words. */
function valuesOf(key: string): string[] {
  const takes = ATTRIBUTES[key as AttributeKey]?.takes;
  if (takes === undefined) return [];
  if (takes === 'yes or no') return ['yes', 'no'];
  if (key === 'size-policy') return ['latest', 'smallest'];
  if (key === 'schedule-zone') return ['UTC', ...Intl.supportedValuesOf('timeZone')];
  return /^[\w-]+(, [\w-]+)+$/.test(takes) ? takes.split(', ') : [];
}
