// The command line: argv to a verb, and the one place where a failure becomes a line and an exit status.
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { placeOf } from '../base/paths.ts';
import type { Input, Options } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { exitCodeOf, FAILED } from './exit-codes.ts';
import { parse } from './parse.ts';
import { BrokenPipe, type Colour, makePrinter, type Printer } from './print.ts';

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  let print = makePrinter({ ...PLAIN, errorsToTerminal: process.stderr.isTTY === true });
  try {
    const parsed = parse(argv, COMMANDS) ?? explained(argv);
    if (parsed === undefined) return 0;
    print = await printerFor(parsed.options);
    const { command, operands, options } = parsed;
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const place = placeOf(process.env, process.getuid?.() ?? 0);
    const input: Input = { operands, options, place, env: process.env, print, isTerminal };
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

/** commander's bundle, for help and for what is wrong. */
function explained(argv: string[]) {
  const { parseWithCommander } = require('./program.cjs') as typeof import('./program.ts');
  return parseWithCommander(argv, COMMANDS);
}

const PLAIN = { quiet: false, json: false, paint: (_colour: Colour, text: string) => text, width: undefined };

async function printerFor(options: Options): Promise<Printer> {
  const wantsColour = process.env.FORCE_COLOR !== undefined || process.stdout.isTTY === true;
  let paint = PLAIN.paint;
  if (wantsColour && options['no-color'] !== true && !process.env.NO_COLOR) {
    const { default: chalk } = await import('chalk');
    paint = (colour, text) => chalk[colour](text);
  }
  return makePrinter({
    quiet: options.quiet === true,
    json: options.json === true,
    paint,
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    errorsToTerminal: process.stderr.isTTY === true,
  });
}

void main().then((code) => process.exit(code));
