// A command as it was typed, and the ways it is shown.

/** As a Python list literal: ['/usr/local/sbin/myserver'] — what `get` prints. */
export const toPythonList = (words: string[]) => `[${words.map(pythonString).join(', ')}]`;

/** As a shell would read it back: sh -c 'sleep 1; exit 3' — what `ls` shows. */
export const toShell = (argv: string[]) => argv.map(quote).join(' ');

function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Python's repr(): single quotes unless the text has some and no double ones. */
function pythonString(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (char === mark || char === '\\') out += `\\${char}`;
    else if (SHORT[char] !== undefined) out += SHORT[char];
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad) out += `\\x${hex(code, 2)}`;
    else if ((code >= 0xd800 && code <= 0xdfff) || TURNS.test(char)) out += `\\u${hex(code, 4)}`;
    else out += char;
  }
  return mark + out + mark;
}

/** What turns text around, or has no width: not shown by repr() either. */
const TURNS = /[\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const hex = (code: number, width: number) => code.toString(16).padStart(width, '0');

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'csh', 'tcsh']);

/** A known shell without operand or -c: its exit status is only its last command's, and no verdict on it. */
export function isInteractiveShell(argv: string[]): boolean {
  const program = (argv[0] ?? '').replace(/^.*\//, '').replace(/^-/, '');
  return SHELLS.has(program) && argv.slice(1).every((word) => /^[-+]/.test(word) && !/^-[a-z]*c[a-z]*$/.test(word));
}

/** Whether one word looks like a line for a shell and not like a program: 'make && ./run'. */
export const looksLikeShellLine = (word: string) => /[\s;|&<>$`*()]/.test(word);
