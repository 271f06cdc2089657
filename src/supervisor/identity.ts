// As whom a session's command runs: another user than root by way of setpriv, which becomes the command, so that the
// PID stays. Only root's supervisor can do so.
import { existsSync } from 'node:fs';
import { SessionError } from '../base/errors.ts';
import { quote } from '../base/quote.ts';
import { type SessionRecord, settingOf } from '../model/record.ts';
import { type Account, accountOf, groupOf } from '../system/accounts.ts';
import { childProcess } from '../system/child-process.ts';
import { loginEnvironment } from '../system/login-environment.ts';

export interface Identity {
  /** Begins with the program that is spawned; what stands behind is run by that user, in that directory. */
  asUser(directory: string): [program: string, ...words: string[]];
  /** Of a login of that user, in the place of the one that was kept; undefined: root's own. */
  environment: Record<string, string> | undefined;
  /** Owns the terminal; undefined: root, as it is. */
  owner: number | undefined;
}

const SETPRIV = '/usr/bin/setpriv';
const ENV = '/usr/bin/env';
const NICE = '/usr/bin/nice';

/** How long a home that does not answer is waited for, ms. */
const PATIENCE = 3000;

/** Undefined where the command runs as the supervisor does. Throws cannot-run where it cannot be had. */
export function identityFor(record: SessionRecord): Identity | undefined {
  const found = asRefusal(() => lookUp(record));
  if (found === undefined) return undefined;
  if (!existsSync(SETPRIV)) {
    throw new SessionError('cannot-run', `${SETPRIV} is missing, which changes the user.`, 'Install util-linux.');
  }
  const { account, gid } = found;
  const ids = account === undefined ? ['--keep-groups'] : [`--reuid=${account.uid}`, '--init-groups'];
  return {
    // setpriv itself still has root's rights when it runs a program: what env and nice do is done by the user. And env
    // would take a program with a = in its path for a variable.
    asUser: (directory) => [
      SETPRIV,
      ...[...ids, `--regid=${gid}`, '--'],
      ...[ENV, '-C', directory, NICE, '-n', '0', '--'],
    ],
    environment: account && loginEnvironment(account),
    owner: account?.uid,
  };
}

/**
 * Whether that user can be in the directory and run the program. Rejects with cannot-run. A home that hangs is not waited
 * for; nothing of our own environment is shown to the user.
 */
export async function checkAsUser({ asUser }: Identity, directory: string, program: string): Promise<void> {
  const [file, ...words] = asUser(directory);
  const child = childProcess().spawn(file, [...words, '/usr/bin/test', '-x', program], {
    cwd: '/',
    env: {},
    stdio: 'ignore',
  });
  const status = await new Promise<number | null>((resolve) => {
    const late = setTimeout(() => resolve(null), PATIENCE);
    child.once('error', () => resolve(null));
    child.once('exit', (code) => {
      clearTimeout(late);
      resolve(code);
    });
  });
  child.kill('SIGKILL'); // if it hangs
  if (status === CANNOT_ENTER)
    throw new SessionError('cannot-run', `that user cannot enter the directory ${quote(directory)}.`);
  if (status === 1) throw new SessionError('cannot-run', `that user cannot run ${quote(program)}.`);
}

/** Of env: it could not do what comes before the command. */
const CANNOT_ENTER = 125;

/** The user that a record names. Throws bad-value where there is no such one, or group, or where these sessions cannot have one. */
export const checkIdentity = (record: SessionRecord): Account | undefined => lookUp(record)?.account;

function lookUp(record: SessionRecord): { account: Account | undefined; gid: number } | undefined {
  const user = settingOf(record, 'user');
  const group = settingOf(record, 'group');
  if (user === '' && group === '') return undefined;
  if (process.getuid?.() !== 0) {
    const key = user === '' ? 'group' : 'user';
    const hint = "Make it one of the system's: session -g create";
    throw new SessionError('bad-value', `only root's sessions can have a '${key}'.`, hint);
  }
  const account = user === '' ? undefined : accountOf(user);
  if (user !== '' && account === undefined) throw new SessionError('bad-value', `there is no user ${quote(user)}.`);
  const gid = group === '' ? account?.gid : groupOf(group);
  if (gid === undefined) throw new SessionError('bad-value', `there is no group ${quote(group)}.`);
  return { account, gid };
}

/** At a start it is no wrong value any more, but a reason why it cannot run. */
function asRefusal<T>(deed: () => T): T {
  try {
    return deed();
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    throw new SessionError('cannot-run', error.message, error.hint);
  }
}
