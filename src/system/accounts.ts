// The machine's users and groups, as the name service knows them: /etc/passwd, LDAP and others.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

/** The account of that name or number; undefined where there is none. */
export function accountOf(user: string | number): Account | undefined {
  const line = lookUp('passwd', String(user));
  const [name, , uid, gid, , home, shell] = line?.split(':') ?? [];
  if (name === undefined || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' };
}

/** For a user that no name service knows: what can be said all the same. */
export function nobodyKnown(): Account {
  const { username, uid, gid, homedir, shell } = userInfo();
  return { name: username, uid, gid, home: homedir, shell: shell ?? '/bin/sh' };
}

/** The number of the group of that name or number; undefined where there is none. */
export function groupOf(group: string): number | undefined {
  const [, , gid] = lookUp('group', group)?.split(':') ?? [];
  return gid !== undefined && /^\d+$/.test(gid) ? Number(gid) : undefined;
}

/** A directory service that does not answer must not hold up every session, ms. */
const PATIENCE = 3000;

const GETENT = ['/usr/bin/getent', '/bin/getent'];

function lookUp(database: 'passwd' | 'group', key: string): string | undefined {
  if (key === '' || /[:\n\0]/.test(key) || key.startsWith('-')) return undefined;
  const getent = GETENT.find((each) => existsSync(each));
  if (getent === undefined) return inFile(database, key);
  try {
    return execFileSync(getent, [database, key], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PATIENCE,
    }).split('\n')[0];
  } catch {
    return undefined; // its exit status 2: not found
  }
}

function inFile(database: string, key: string): string | undefined {
  const lines = readFileSync(`/etc/${database}`, 'utf8').split('\n');
  return lines.find((line) => {
    const [name, , id] = line.split(':');
    return name === key || id === key;
  });
}
