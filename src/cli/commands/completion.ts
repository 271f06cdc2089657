import { SessionError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import { knownSessions } from '../../client/sessions.ts';
import type { Command, Input } from '../command.ts';
import { completions } from '../completion.ts';
import { elevation } from '../elevation.ts';

export const completion: Command = {
  name: 'completion',
  meant: ['complete', 'completions'],
  operands: '[bash|zsh|fish]',
  least: 0,
  most: Number.POSITIVE_INFINITY,
  wordsEndOptions: true,
  summary: 'print what makes a shell complete session commands',
  options: [],
  examples: ['session completion bash >>~/.bashrc', 'session completion fish >~/.config/fish/completions/session.fish'],
  async run(input) {
    const [what, ...rest] = input.operands;
    if (what === 'words') return await complete(input, rest);
    const script = SCRIPTS[what ?? ''];
    if (rest[0] !== undefined)
      throw new SessionError('usage', `${quote(rest[0])} is one word too many.`, 'See: session completion --help');
    if (script === undefined) {
      const said = what === undefined ? 'completion needs a shell.' : `no completion for ${quote(what)}.`;
      throw new SessionError('usage', said, `There are: ${Object.keys(SCRIPTS).join(' ')}.`);
    }
    input.print.data(script.trim());
    return 0;
  },
};

/** What the scripts ask: the words before the cursor's, then that one. */
async function complete({ place, env, print }: Input, words: string[]): Promise<number> {
  const before = words.slice(1, -1);
  const own = before.includes('--') ? before.slice(0, before.indexOf('--')) : before; // behind it they are CMD's
  const isGlobal = own.some((word) => word === '-g' || word === '--global');
  const { loadVerbs } = require('./verbs.cjs') as typeof import('./index.ts');
  const names = async () => {
    if (!isGlobal || process.getuid?.() === 0) return (await knownSessions(place)).sessions.map((each) => each.name);
    try {
      const { code, stdout } = await elevation().elevate(['--global', 'ls', '--quiet'], env, 'quietly');
      return code === 0 ? stdout.split('\n').filter((each) => each !== '') : [];
    } catch (error) {
      if (error instanceof SessionError) return []; // no password is asked for at a Tab
      throw error;
    }
  };
  for (const each of await completions(before, words.at(-1) ?? '', { commands: await loadVerbs(), names }))
    print.data(each);
  return 0;
}

const SCRIPTS: Record<string, string> = {
  bash: `
_session() {
  mapfile -t COMPREPLY < <(session completion words "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  case \${COMPREPLY[0]} in
    :directories)
      mapfile -t COMPREPLY < <(compgen -d -- "\${COMP_WORDS[COMP_CWORD]#=}")
      compopt -o filenames
      ;;
    :files) COMPREPLY=() ;;
    *=) compopt -o nospace ;;
  esac
}
complete -o default -F _session session
`,
  zsh: `
_session() {
  local -a found
  found=("\${(@f)$(session completion words "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  case \${found[1]} in
    :directories) compset -P '--*='; _files -/ ;;
    ''|:files) compset -P '--*='; _files ;;
    *=) compadd -S '' -- $found ;;
    *) compadd -- $found ;;
  esac
}
compdef _session session
`,
  fish: `
function __session_words
  set -l found (session completion words (commandline -opc) (commandline -ct) 2>/dev/null)
  switch "$found[1]"
    case :directories
      __fish_complete_directories (commandline -ct)
    case :files
      __fish_complete_path (commandline -ct)
    case '*'
      test -n "$found[1]"; and printf '%s\\n' $found
  end
end
complete -c session -f -a '(__session_words)'
`,
};
