// Reads a command line that is right, fast: what is not right, or asks for help, is left to commander
// (program.ts), which costs 10 ms to load and explains well.
import { type Command, GLOBAL_OPTIONS, type Option, type Options } from './command.ts';

export interface Parsed {
  command: Command;
  operands: string[];
  options: Options;
}

/** The word that names the verb: the first that is no option, nor the value of one. */
export function verbOf(argv: string[]): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!word.startsWith('-')) return word;
    if (GLOBAL_OPTIONS.some((each) => each.value !== undefined && word === `--${each.long}`)) at++;
  }
  return undefined;
}

/** The command line in parts, or undefined where commander must look at it. */
export function parse(argv: string[], commands: Command[]): Parsed | undefined {
  const options: Options = {};
  const operands: string[] = [];
  let command: Command | undefined;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--' && command !== undefined) {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith('-') && word !== '-') {
      const used = takeOption(argv, at, command, options);
      if (used === 0) return undefined;
      at += used - 1;
    } else if (command === undefined) {
      command = commands.find((each) => each.name === word || each.aliases?.includes(word));
      if (command === undefined) return undefined;
    } else if (command.wordsEndOptions === true) {
      operands.push(...argv.slice(at));
      break;
    } else {
      operands.push(word);
    }
  }
  if (command === undefined || operands.length < command.least || operands.length > command.most) return undefined;
  return { command, operands, options };
}

/** Takes the option at `at` into `options`; answers how many words it used, 0 where it is not understood. */
function takeOption(argv: string[], at: number, command: Command | undefined, options: Options): number {
  const word = argv[at] as string;
  const known = [...GLOBAL_OPTIONS, ...(command?.options ?? [])];
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const long = equals === -1 ? word.slice(2) : word.slice(2, equals);
    const option = known.find((each) => each.long === long);
    if (option === undefined || (equals !== -1 && option.value === undefined)) return 0;
    return put(options, option, equals === -1 ? argv[at + 1] : word.slice(equals + 1), equals === -1);
  }
  for (let i = 1; i < word.length; i++) {
    const option = known.find((each) => each.short === word[i]);
    if (option === undefined) return 0;
    if (option.value === undefined) {
      options[option.long] = true;
      continue;
    }
    const attached = word.slice(i + 1); // -nNAME
    return attached === '' ? put(options, option, argv[at + 1], true) : put(options, option, attached, false);
  }
  return 1;
}

function put(options: Options, option: Option, value: string | undefined, isNextWord: boolean): number {
  if (option.value === undefined) {
    options[option.long] = true;
    return 1;
  }
  if (value === undefined) return 0;
  const before = options[option.long];
  options[option.long] = option.repeat === true ? [...(Array.isArray(before) ? before : []), value] : value;
  return isNextWord ? 2 : 1;
}
