// Help and refusals of the real command line: every verb and option is explained, and what is wrong is told in one
// line with what was probably meant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GLOBAL_OPTIONS } from '../../src/cli/command.ts';
import { loadVerbs } from '../../src/cli/commands/index.ts';
import { home } from '../support/home.ts';

const flags = ({ long, short }: { long: string; short?: string }) =>
  short === undefined ? `--${long}` : `-${short}, --${long}`;

test('session --help names every verb with its aliases, and every option that all of them take', async (t) => {
  const help = await home(t).ok('--help');
  for (const { name, aliases = [], summary } of await loadVerbs()) {
    assert.match(help, new RegExp(`^  ${[name, ...aliases].join('\\|')}\\b`, 'm'), name);
    assert.ok(help.replace(/\s+/g, ' ').includes(summary), `what ${name} does`);
  }
  for (const option of GLOBAL_OPTIONS) assert.ok(help.includes(flags(option)), option.long);
  assert.equal(help.split('\n').filter((line) => line.length > 100).length, 0, 'it fits a terminal');
});

test('session VERB --help names every option of the verb, and shows its examples', async (t) => {
  const h = home(t);
  for (const { name, aliases = [], operands, options, examples } of await loadVerbs()) {
    const help = await h.ok(name, '--help');
    assert.ok(help.startsWith(`Usage: session ${[name, ...aliases].join('|')} [options] ${operands}`.trimEnd()), help);
    const own = GLOBAL_OPTIONS.filter((each) => !options.some((one) => one.long === each.long));
    for (const option of [...options, ...own]) assert.ok(help.includes(flags(option)), `${name} ${flags(option)}`);
    for (const example of examples) assert.ok(help.includes(example), example);
  }
  assert.equal(await h.ok('stop', '-h'), await h.ok('stop', '--help'));
});

test('a wrong verb gets the nearest right one', async (t) => {
  const h = home(t);
  const meant = { kill: 'stop', pause: 'suspend', atach: 'attach', satus: 'status', remove: 'rm', mv: 'rename' };
  for (const [word, verb] of Object.entries(meant))
    await h.fails(2, `session: no verb '${word}'. Did you mean '${verb}'?`, word, 'x');
  await h.fails(2, "session: no verb 'frobnicate'. See session --help.", 'frobnicate');
  await h.fails(2, /^session: no verb '\S*\[31mx\S*'\. See session --help\.\n$/, '\x1b[31mx');
});

test('a wrong option, or one without its value, is told', async (t) => {
  const h = home(t);
  await h.fails(2, "session: no option '--forse'. Did you mean '--force'?", 'rm', '--forse', 'x');
  await h.fails(2, "session: no option '--zzzz'. See session rm --help.", 'rm', '--zzzz', 'x');
  await h.fails(2, "session: no option '-z'. See session stop --help.", 'stop', '-z', 'x');
  await h.fails(2, /^session: no option '--frob'\. See session --help\.\n$/, '--frob');
  await h.fails(2, /^session: --name needs a NAME\. See session create --help\.\n$/, 'create', '-n');
  await h.fails(2, /^session: --set needs a KEY=VALUE\. /, 'create', '--set');
  await h.fails(2, /^session: .*--quiet/, 'ls', '--quiet=yes');
});

test('too few and too many operands are told, with the usage', async (t) => {
  const h = home(t);
  for (const { name, operands, least, most } of await loadVerbs()) {
    const usage = `Usage: session ${name} ${operands}`.trimEnd();
    const tooMany = Array.from({ length: most + 1 < 9 ? most + 1 : 0 }, (_, i) => `w${i}`);
    if (least > 0) {
      const ran = await h.run([name, ...Array(least - 1).fill('x')]);
      assert.equal(ran.code, 2, name);
      assert.ok(ran.stderr.startsWith(`session: ${name} needs `) && ran.stderr.endsWith(`. ${usage}\n`), ran.stderr);
    }
    if (tooMany.length > 0)
      await h.fails(2, `session: ${name} takes no '${tooMany.at(-1)}'. ${usage}`, name, ...tooMany);
  }
});

test('nothing that is wrong starts a supervisor, or leaves anything in the home', async (t) => {
  const h = home(t);
  for (const argv of [['stop'], ['create', '-n'], ['kill', 'x'], ['--help'], ['--version']]) await h.run(argv);
  assert.deepEqual(await h.run(['ls']), { code: 0, signal: null, stdout: '', stderr: 'No sessions.\n' });
  assert.throws(() => h.pids(), { code: 'ENOENT' });
  assert.match(await h.ok('--version'), /^\d+\.\d+\.\d+\n$/);
});
