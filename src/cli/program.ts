// Help, and what is wrong with a command line: commander, told of the verbs by the same table as the fast
// parser. A bundle of its own, loaded only when one of the two is wanted.

import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander';
import { SessionError } from '../base/errors.ts';
import { quote } from '../base/quote.ts';
import { version } from '../base/version.ts';
import { nearest } from '../model/nearest.ts';
import { type Command, GLOBAL_OPTIONS, type Option, type Options } from './command.ts';
import { type Parsed, verbOf } from './parse.ts';

/** The command line in parts; or undefined once help or version is printed; or help, where nothing was asked. Throws `usage`. */
export function parseWithCommander(argv: string[], commands: Command[]): Parsed | { help: string } | undefined {
  let parsed: Parsed | undefined;
  const terms = new Map(commands.map((each) => [each.name, termOf(each)]));
  const program = new Commander('session')
    .description('Named sessions on real terminals: started, supervised, attached to and left at any time.')
    .usage('[options] VERB …')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'explain, also: session VERB --help')
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .showSuggestionAfterError(true)
    .configureHelp({ subcommandTerm: (sub) => terms.get(sub.name()) ?? sub.name() });
  addOptions(program, GLOBAL_OPTIONS);
  for (const command of commands) addCommand(program, command, (found) => (parsed = found));
  program.addHelpText('after', EPILOGUE);

  const verb = verbOf(argv);
  if (verb === undefined && argv.every((word) => word === '--')) {
    return { help: `${program.helpInformation()}${EPILOGUE}` };
  }
  if (verb !== undefined && !commands.some((each) => each.name === verb || each.aliases?.includes(verb)))
    throw noVerb(verb, commands);
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw inOurWords(error, commands, verb);
  }
  return parsed;
}

const EPILOGUE = `
Several names at once, and patterns in quotes: session stop web 'worker-*'
Detach from a session with Ctrl-\\ (Control and backslash), or as configured.
`;

/** A verb in the list of them: its names and what it takes. */
const termOf = ({ name, aliases = [], operands }: Command) => `${[name, ...aliases].join('|')} ${operands}`.trimEnd();

function addCommand(program: Commander, command: Command, found: (parsed: Parsed) => void): void {
  const sub = program.command(command.name).summary(command.summary).description(command.summary);
  if (command.aliases !== undefined) sub.aliases(command.aliases);
  sub.argument('[words...]').allowExcessArguments(true);
  sub.helpOption('-h, --help', 'explain');
  if (command.wordsEndOptions === true) sub.passThroughOptions();
  addOptions(sub, command.options);
  const others = GLOBAL_OPTIONS.filter(
    (each) =>
      !command.options.some((own) => own.long === each.long || (own.short !== undefined && own.short === each.short)),
  );
  addOptions(sub, others);
  const names = [command.name, ...(command.aliases ?? [])].join('|');
  const usage = `session ${names} [options] ${command.operands}`.trimEnd();
  sub.configureHelp({ visibleArguments: () => [], commandUsage: () => usage });
  if (command.examples.length > 0)
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((each) => `  ${each}`).join('\n')}`);
  sub.action(() => {
    const operands = sub.args;
    if (operands.length < command.least) {
      const what = command.least === 1 && command.operands.includes('NAME') ? 'a NAME' : command.operands;
      throw new SessionError(
        'usage',
        `${command.name} needs ${what}.`,
        `Usage: session ${command.name} ${command.operands}`,
      );
    }
    if (operands.length > command.most) {
      const extra = operands[command.most];
      throw new SessionError(
        'usage',
        `${command.name} takes no '${extra}'.`,
        `Usage: session ${command.name} ${command.operands}`.trimEnd(),
      );
    }
    found({
      command,
      operands,
      options: together(
        given(program.opts(), GLOBAL_OPTIONS),
        given(sub.opts(), [...GLOBAL_OPTIONS, ...command.options]),
      ),
    });
  });
}

function addOptions(to: Commander, options: Option[]): void {
  for (const option of options) {
    const flags = `${option.short === undefined ? '' : `-${option.short}, `}--${option.long}${option.value === undefined ? '' : ` <${option.value}>`}`;
    const made = new CommanderOption(flags, option.doc);
    if (option.repeat === true)
      made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    to.addOption(made);
  }
}

/** Those before the verb and those behind it. */
function together(before: Options, behind: Options): Options {
  const all: Options = { ...before, ...behind };
  for (const [key, values] of Object.entries(behind)) {
    const earlier = before[key];
    if (Array.isArray(earlier) && Array.isArray(values)) all[key] = [...earlier, ...values];
  }
  return all;
}

/** commander's camelCased names back to ours. */
function given(values: Record<string, unknown>, known: Option[]): Options {
  const options: Options = {};
  for (const { long } of known) {
    const value = long.startsWith('no-') ? values[camel(long.slice(3))] === false || undefined : values[camel(long)];
    if (value !== undefined && value !== false) options[long] = value as true | string | string[];
  }
  return options;
}

const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function noVerb(verb: string, commands: Command[]): SessionError {
  const meant = commands.find((each) => each.meant?.includes(verb))?.name;
  const near =
    meant ??
    nearest(
      verb,
      commands.flatMap((each) => [each.name, ...(each.aliases ?? [])]),
    );
  const hint = near === undefined ? 'See session --help.' : `Did you mean '${near}'?`;
  return new SessionError('usage', `no verb ${quote(verb)}.`, hint);
}

function inOurWords(error: CommanderError, commands: Command[], verb: string | undefined): SessionError {
  const see = verb === undefined ? 'See session --help.' : `See session ${verb} --help.`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') {
    const command = commands.find((each) => each.name === verb || each.aliases?.includes(verb ?? ''));
    const known = [...GLOBAL_OPTIONS, ...(command?.options ?? [])].map((each) => `--${each.long}`);
    const meant = command?.options.find((each) => each.meant?.includes(quoted));
    const near = meant !== undefined ? `--${meant.long}` : quoted.startsWith('--') ? nearest(quoted, known) : undefined;
    return new SessionError(
      'usage',
      `no option ${quote(quoted)}.`,
      near === undefined ? see : `Did you mean '${near}'?`,
    );
  }
  if (error.code === 'commander.optionMissingArgument') {
    const [, long = quoted, value = 'value'] = /(--[\w-]+) <(.+)>/.exec(quoted) ?? [];
    return new SessionError('usage', `${long} needs a ${value}.`, see);
  }
  const text = error.message.replace(/^error: /, '').split('\n')[0] ?? '';
  return new SessionError('usage', `${text}.`, see);
}
