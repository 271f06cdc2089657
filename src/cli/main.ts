// The command line: argv to a verb, and the one place where a failure becomes a line and an exit status.
import { isatty } from 'node:tty'; // process.stdin and its like cost 1 ms each to make
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { hostOf, placeOf } from '../base/paths.ts';
import { readSettings, sourcesOf } from '../client/settings.ts';
import { type Input, type Options, text, texts } from './command.ts';
import { frequentVerb } from './commands/frequent.ts';
import { elevation } from './elevation.ts';
import { exitCodeOf, FAILED, USAGE } from './exit-codes.ts';
import { parse, verbOf } from './parse.ts';
import { BrokenPipe, type Colour, makePrinter, type Printer } from './print.ts';

async function main(): Promise<number> {
  const argv = asOption(process.argv.slice(2));
  let print = makePrinter({ ...PLAIN, errorsToTerminal: isatty(2) });
  try {
    const word = verbOf(argv);
    const verb = word === undefined ? undefined : (frequentVerb(word) ?? (await allVerbs().loadVerb(word)));
    const parsed = (verb && parse(argv, [verb])) ?? (await explained(argv));
    if (parsed === undefined) return 0;
    if ('help' in parsed) {
      process.stderr.write(parsed.help);
      return USAGE;
    }
    print = printerFor(parsed.options);
    const { command, operands, options } = parsed;
    if (options.global === true) {
      if (process.getuid?.() !== 0) return (await elevation().elevate(process.argv.slice(2), process.env)).code;
      process.umask(0o022);
      if (process.env.SUDO_UID !== undefined || process.env.DOAS_USER !== undefined)
        await (require('./elevated.cjs') as typeof import('./elevated.ts')).knock();
    }
    const isTerminal = isatty(0) && isatty(1);
    const { env } = process;
    const uid = process.getuid?.() ?? 0;
    const given = { file: text(options, 'config-file'), options: texts(options, 'config-option') };
    const sources = sourcesOf(env, uid, given);
    const settings = () => readSettings(sources);
    if (given.file !== undefined || given.options.length > 0) settings(); // typed just now: told whatever the verb
    const place = placeOf(env, uid, () => hostOf(env, settings().values.hostname));
    const input: Input = { operands, options, place, env, sources, settings, print, isTerminal };
    return await command.run(input);
  } catch (error) {
    if (error instanceof BrokenPipe) return 0;
    if (process.env.SESSION_DEBUG === '1') process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    if (error instanceof SessionError) {
      print.error(error);
      return exitCodeOf(error.code);
    }
    const why = errnoOf(error) === undefined ? String((error as Error)?.message ?? error) : reasonOf(error);
    const where = (error as { path?: string }).path;
    print.note(`${where === undefined ? '' : `${where}: `}${why}${/[.!]$/.test(why) ? '' : '.'}`);
    return FAILED;
  }
}

/** `session help [VERB]`, which fingers know, as `session [VERB] --help`. */
const asOption = (argv: string[]) => (argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv);

const allVerbs = () => require('./verbs.cjs') as typeof import('./commands/index.ts');

/** commander's bundle, for help and for what is wrong. */
async function explained(argv: string[]) {
  const { parseWithCommander } = require('./program.cjs') as typeof import('./program.ts');
  return parseWithCommander(argv, await allVerbs().loadVerbs());
}

const PLAIN = {
  global: false,
  quiet: false,
  json: false,
  paint: (_colour: Colour, text: string) => text,
  width: undefined,
};

/** Most verbs paint nothing: what does it is loaded when something is. */
const paintLate = (colour: Colour, text: string) =>
  (require('./colour.cjs') as typeof import('./colour.ts')).paint(colour, text);

function printerFor(options: Options): Printer {
  const wantsColour =
    (process.env.FORCE_COLOR !== undefined || isatty(1)) && options['no-color'] !== true && !process.env.NO_COLOR;
  return makePrinter({
    global: options.global === true,
    quiet: options.quiet === true,
    json: options.json === true,
    paint: wantsColour ? paintLate : PLAIN.paint,
    width: isatty(1) ? process.stdout.columns || undefined : undefined, // a serial line has no size
    errorsToTerminal: isatty(2),
  });
}

void main().then((code) => process.exit(code));
