// -g for an ordinary user: the same command again, as root, through sudo or doas. A bundle of its own (execa is large).
import { closeSync, openSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { constants as os } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { SessionError } from '../base/errors.ts';
import { usualProgram } from '../base/machine.ts';
import { doorOf } from './elevated.ts';
import { checkInstallation } from './trusted.ts';

/** What of the caller's environment is about the terminal and the language; nothing else is root's business. */
const PASSED = /^(TERM|COLORTERM|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|LANG|LANGUAGE|LC_[A-Z]+|SESSION_DEBUG)$/;

/** Where sudo has no secure_path, root would look where the caller says. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Elevated {
  code: number;
  stdout: string;
}

/**
 * Runs `session ARGV` as root, in this directory and on this terminal, and answers its exit status; `captured`: its
 * output, too; `quietly`: and nobody is asked or told anything. Throws not-elevated where it did not come to that, with what to do.
 */
export async function elevate(
  argv: string[],
  env: NodeJS.ProcessEnv,
  how: 'shown' | 'captured' | 'quietly' = 'shown',
): Promise<Elevated> {
  const root = dirname(__dirname);
  checkInstallation(root);
  const name = ['sudo', 'doas'].find((each) => usualProgram(each) !== undefined);
  if (name === undefined) {
    throw new SessionError('not-elevated', 'there is neither sudo nor doas.', 'As root, type the command without -g.');
  }
  const isAsked = how !== 'quietly' && hasTerminal();
  const passed = { ...Object.fromEntries(Object.entries(env).filter(([key]) => PASSED.test(key))), PATH };
  const words = [...(isAsked ? [] : ['-n']), ...(name === 'sudo' ? ['--'] : []), join(root, 'bin/session'), ...argv];
  const umask = process.umask(0o022);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const) process.on(signal, () => {}); // they are its own, too
  const begun = await awaitBeginning();
  try {
    const running = execa(usualProgram(name) as string, words, {
      stdin: 'inherit',
      stdout: how === 'shown' ? 'inherit' : 'pipe',
      stderr: isAsked ? 'inherit' : 'pipe', // what sudo says where it cannot ask, we say better
      cwd: '/proc/self/cwd', // by its path it may be out of the user's reach
      env: passed,
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
    });
    const told: Buffer[] = []; // until it is known whose words these are
    const tell = () => how !== 'quietly' && process.stderr.write(Buffer.concat(told.splice(0)));
    running.stderr?.on('data', (piece: Buffer) => {
      told.push(piece);
      if (begun.has) tell();
    });
    const ran = await running;
    if (ran.exitCode === undefined && ran.signal === undefined) throw ran.cause ?? new Error(ran.shortMessage);
    // Where it could not ask, what sudo says we say better; anything else is the command's own.
    const lines = Buffer.concat(told).toString().split('\n');
    const isRefusal = isAsked || lines.every((line) => line === '' || line.startsWith(`${name}:`));
    if (!begun.has && ran.exitCode !== 0 && isRefusal) throw refused(name, isAsked);
    tell();
    const code = ran.exitCode ?? 128 + (os.signals[ran.signal as NodeJS.Signals] ?? 0);
    return { code, stdout: ran.stdout ?? '' };
  } finally {
    begun.server.close();
    process.umask(umask);
  }
}

/** sudo asks for its password on the terminal itself, wherever our streams go. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/** The command that root runs knocks here: then what it returns is its own, and not sudo's. */
async function awaitBeginning(): Promise<{ has: boolean; server: Server }> {
  const begun = { has: false, server: createServer() };
  begun.server.on('connection', (socket) => {
    begun.has = true;
    socket.destroy();
  });
  begun.server.on('error', () => {
    begun.has = true; // nothing can be told apart: then what is returned is taken for its own
  });
  begun.server.listen(doorOf(process.pid));
  await new Promise((resolve) => {
    begun.server.once('listening', resolve);
    begun.server.once('error', resolve);
  });
  return begun;
}

function refused(program: string, isAsked: boolean): SessionError {
  return isAsked
    ? new SessionError(
        'not-elevated',
        `${program} did not let it run as root.`,
        'Without -g it is about your own sessions; for those of the system ask an administrator.',
      )
    : new SessionError(
        'not-elevated',
        `${program} did not let it run as root without a password, and there is no terminal to ask for one.`,
        'Run it on a terminal, or let an administrator allow it (NOPASSWD for sudo, nopass for doas).',
      );
}
