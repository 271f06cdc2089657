// The environment that a login gives its user, before any file of the user's own is read: what a session of root's
// begins with that somebody else asked for through sudo.
import { readFileSync } from 'node:fs';
import type { Account } from './accounts.ts';

const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const USER_PATH = '/usr/local/bin:/usr/bin:/bin';

/** What is the account's own, whatever else is set. */
export const identityOf = ({ name, home, shell }: Account): Record<string, string> => ({
  HOME: home,
  USER: name,
  LOGNAME: name,
  SHELL: shell,
});

/** login.defs, /etc/environment and the machine's locale, as PAM and login read them. */
export function loginEnvironment(account: Account): Record<string, string> {
  const key = account.uid === 0 ? 'ENV_SUPATH' : 'ENV_PATH';
  const path = new RegExp(`^\\s*${key}\\s+(?:PATH=)?(\\S+)`, 'm').exec(textOf('/etc/login.defs'))?.[1];
  return {
    PATH: path ?? (account.uid === 0 ? ROOT_PATH : USER_PATH),
    ...variablesOf(textOf('/etc/default/locale')),
    ...variablesOf(textOf('/etc/locale.conf')),
    ...variablesOf(textOf('/etc/environment')),
    ...identityOf(account),
  };
}

function variablesOf(text: string): Record<string, string> {
  const found = text.matchAll(/^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\n#]*))/gm);
  return Object.fromEntries([...found].map((each) => [each[1], (each[2] ?? each[3] ?? each[4] ?? '').trim()]));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
