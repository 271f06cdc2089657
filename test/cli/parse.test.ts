// The fast parser and commander read the same: wherever the fast one accepts a command line, commander accepts it
// too and takes the same from it. And every example that the help shows is one that both understand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Command, GLOBAL_OPTIONS, type Option } from '../../src/cli/command.ts';
import { loadVerbs } from '../../src/cli/commands/index.ts';
import { type Parsed, parse } from '../../src/cli/parse.ts';
import { parseWithCommander } from '../../src/cli/program.ts';

const plain = ({ command, operands, options }: Parsed) => ({ verb: command.name, operands, options: sorted(options) });
const sorted = (options: object) => Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What either makes of it: the parts, or why not. */
function read(by: (argv: string[], verbs: Command[]) => Parsed | undefined, argv: string[], verbs: Command[]) {
  try {
    const parsed = by(argv, verbs);
    return parsed === undefined ? 'left to another' : plain(parsed);
  } catch (error) {
    return String(error);
  }
}

/** Words of a command line that is mostly right: a verb with its own and the global options, and some operands. */
function lines(verbs: Command[]): fc.Arbitrary<string[]> {
  const value = fc.constantFrom('x', 'K=V', '7', '', '-', '--', '-x', '--json', 'a b', '=', 'é');
  const operand = fc.constantFrom(
    'web',
    'db',
    'restart',
    'always',
    '-',
    '',
    'sh',
    '-c',
    '--',
    '--help',
    'create',
    "'*'",
  );
  const given = (option: Option) =>
    value.chain((word) =>
      fc.constantFrom(
        [`--${option.long}`, ...(option.value === undefined ? [] : [word])],
        [option.value === undefined ? `--${option.long}` : `--${option.long}=${word}`],
        [`-${option.short ?? 'q'}`, ...(option.value === undefined ? [] : [word])],
        [`-${option.short ?? 'q'}${option.value === undefined ? 'q' : word}`],
        [`-q${option.short ?? 'q'}`],
        [`--${option.long}`],
      ),
    );
  const global = fc.constantFrom(...GLOBAL_OPTIONS).chain(given);
  return fc.constantFrom(...verbs).chain((verb) => {
    const own = fc.constantFrom(...GLOBAL_OPTIONS, ...verb.options).chain(given);
    const after = fc.array(
      fc.oneof(
        own,
        operand.map((word) => [word]),
      ),
      { maxLength: 6 },
    );
    const name = fc.constantFrom(verb.name, ...(verb.aliases ?? []));
    return fc
      .tuple(fc.array(global, { maxLength: 2 }), name, after)
      .map(([before, word, rest]) => [...before.flat(), word, ...rest.flat()]);
  });
}

const commander = (argv: string[], verbs: Command[]): Parsed | undefined => {
  const parsed = parseWithCommander(argv, verbs);
  return parsed === undefined || 'help' in parsed ? undefined : parsed;
};

test('wherever the fast parser accepts a command line, commander reads the same from it', async () => {
  const verbs = await loadVerbs();
  let accepted = 0;
  fc.assert(
    fc.property(lines(verbs), (argv) => {
      const fast = read(parse, argv, verbs);
      if (typeof fast === 'string') return;
      accepted++;
      assert.deepEqual(read(commander, argv, verbs), fast, argv.join(' '));
    }),
    { numRuns: 1500 },
  );
  assert.ok(accepted > 300, `${accepted} lines were accepted`);
});

test('every example of the help is understood without commander, and read the same by it', async () => {
  const verbs = await loadVerbs();
  for (const { name, examples } of verbs) {
    assert.ok(examples.length > 0, `${name} has an example`);
    for (const example of examples) {
      const argv = [...example.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? (match[2] as string));
      assert.equal(argv.shift(), 'session');
      const fast = parse(argv, verbs);
      assert.ok(fast !== undefined, example);
      assert.equal(fast.command.name, name, example);
      assert.deepEqual(read(commander, argv, verbs), plain(fast), example);
    }
  }
});

test('options may stand before or after the verb, joined or apart; after CMD every word is CMD’s', async () => {
  const verbs = await loadVerbs();
  const read = (...argv: string[]) => plain(parse(argv, verbs) as Parsed);
  const options = { name: 'web', quiet: true };
  for (const line of ['-q create -n web', 'create -q --name=web', 'create -qnweb', 'new --quiet --name web'])
    assert.deepEqual(read(...line.split(' ')), { verb: 'create', operands: [], options }, line);
  const words = ['sh', '-q', '--name', 'x', '--', '-n'];
  assert.deepEqual(read('create', '-qnweb', ...words), { verb: 'create', operands: words, options });
  assert.deepEqual(read('create', '-qnweb', '--', ...words), { verb: 'create', operands: words, options });
  const several = { env: ['A=1', 'B=2'] };
  assert.deepEqual(read('create', '-e', 'A=1', '-eB=2'), { verb: 'create', operands: [], options: several });
  assert.deepEqual(read('set', 'web', 'command', '--', 'sh', '-c', 'x').operands, ['web', 'command', 'sh', '-c', 'x']);
});
