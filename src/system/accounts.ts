// The machine's users and groups, as the name service knows them: /etc/passwd, LDAP and others.
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { childProcess } from './child-process.ts';

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

/** What was looked up ahead stands for so long, ms: as long as it takes to judge a start, and to begin it. */
const STANDS = 10_000;

const ahead = new Map<string, { line: string | undefined; at: number }>();

const isKnown = (database: string, key: string) =>
  performance.now() - (ahead.get(`${database} ${key}`)?.at ?? Number.NEGATIVE_INFINITY) < STANDS;

/** Whether they can be had without asking anybody. */
export const areKnown = (user: string, group: string) =>
  (user === '' || isKnown('passwd', user)) && (group === '' || isKnown('group', group));

/** Looks them up while everything else goes on; for a while accountOf and groupOf know them. */
export async function lookUpAhead(user: string, group: string): Promise<void> {
  await Promise.all([askAhead('passwd', user), askAhead('group', group)]);
}

async function askAhead(database: 'passwd' | 'group', key: string): Promise<void> {
  const getent = GETENT.find((each) => existsSync(each));
  if (!isName(key) || getent === undefined) return;
  const line = await new Promise<string | undefined>((resolve) => {
    const options = { timeout: PATIENCE, killSignal: 'SIGKILL' } as const;
    childProcess().execFile(getent, [database, key], options, (error, out) =>
      resolve(error === null ? out.split('\n')[0] : undefined),
    );
  });
  ahead.set(`${database} ${key}`, { line, at: performance.now() });
}

const isName = (key: string) => key !== '' && !/[:\n\0]/.test(key) && !key.startsWith('-');

function lookUp(database: 'passwd' | 'group', key: string): string | undefined {
  if (!isName(key)) return undefined;
  if (isKnown(database, key)) return ahead.get(`${database} ${key}`)?.line;
  const getent = GETENT.find((each) => existsSync(each));
  if (getent === undefined) return inFile(database, key);
  try {
    return childProcess()
      .execFileSync(getent, [database, key], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: PATIENCE,
      })
      .split('\n')[0];
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
