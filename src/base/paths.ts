// Where everything of a scope lies. The same answer for a login, cron, init and sudo: no XDG_RUNTIME_DIR, no /tmp.
import { statfsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { SessionError } from './errors.ts';
import { quote } from './quote.ts';

export type Scope = 'user' | 'global';

export interface Place {
  scope: Scope;
  /** Records, kept output and the end mark; 0700. */
  home: string;
  records: string;
  logs: string;
  /** Socket and locks; inside `home`, but in /run for the global scope. */
  run: string;
  socket: string;
  keeperLock: string;
  launchLock: string;
  /** What `ls` was answered, while it holds (supervisor/posted.ts). */
  listing: string;
  supervisorLog: string;
  mark: string;
  lastAttached: string;
  /** What boots runs this, once it is installed. */
  launcher: string;
  /** Whoever made the first session was told about reboots. */
  told: string;
}

/** The place of the caller's sessions. For uid 0 the user's and the global scope are one. */
export function placeOf(env: NodeJS.ProcessEnv, uid: number, host: Host): Place {
  if (env.SESSION_HOME) {
    if (!env.SESSION_HOME.startsWith('/')) throw relativeHome(env.SESSION_HOME);
    return placeAt('user', resolve(env.SESSION_HOME), host);
  }
  if (uid === 0) return placeAt('global', '/var/lib/session', host, '/run/session');
  const state = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(userHome(env), '.local/state');
  return placeAt('user', join(state, 'session'), host);
}

/** The configuration file of the caller's scope. */
export function configFileOf(env: NodeJS.ProcessEnv, uid: number): string {
  if (env.SESSION_HOME) return join(env.SESSION_HOME, 'config.toml');
  if (uid === 0) return '/etc/session/config.toml';
  const config = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(userHome(env), '.config');
  return join(config, 'session/config.toml');
}

/** The name of this host's part of a home on a network file system; asked only there. */
export type Host = () => string;

/** SESSION_HOSTNAME, else what is configured, else the machine's own. */
export const hostOf = (env: NodeJS.ProcessEnv, configured: string) => env.SESSION_HOSTNAME || configured || hostname();

/** The place under a home that is already chosen. */
function placeAt(scope: Scope, base: string, host: Host, run?: string): Place {
  // A home shared by two hosts must never run a session twice: each host has its own part of it.
  const home = networkFileSystemOf(base) ? join(base, 'hosts', host()) : base;
  return placeIn(scope, home, run ?? join(home, 'run'));
}

/** The files of a home and a run directory that need no further choosing. */
export function placeIn(scope: Scope, home: string, run: string): Place {
  return {
    scope,
    home,
    records: join(home, 'records'),
    logs: join(home, 'logs'),
    run,
    socket: join(run, 'socket'),
    keeperLock: join(home, 'keeper.lock'), // in the home: a cleaner of /run must not let a second keeper in
    launchLock: join(run, 'launch.lock'),
    listing: join(run, 'listing'),
    supervisorLog: join(home, 'supervisor.log'),
    mark: join(home, 'mark.json'),
    lastAttached: join(home, 'last-attached'),
    launcher: join(home, 'launch'),
    told: join(home, 'told'),
  };
}

/** It would be another home in every directory. */
const relativeHome = (path: string) =>
  new SessionError(
    'unsafe-home',
    `SESSION_HOME is ${quote(path)}, which is no absolute path.`,
    `Set it to ${resolve(path)}.`,
  );

function userHome(env: NodeJS.ProcessEnv): string {
  return env.HOME?.startsWith('/') ? env.HOME : (userInfo().homedir ?? homedir());
}

/** Whether a path lies on a file system that other hosts may have, too. */
export function networkFileSystemOf(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    try {
      return NETWORK_FILE_SYSTEMS.has(Number(statfsSync(at).type) >>> 0);
    } catch {
      if (at === '/') return false;
    }
  }
}

/** statfs(2) f_type: NFS, SMB, SMB2, CIFS, AFS, Coda, 9p, Ceph, Lustre, GPFS, OCFS2, GFS2. */
const NETWORK_FILE_SYSTEMS = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x5346414f, 0x73757245, 0x01021997, 0x00c36400, 0x0bd00bd0, 0x47504653,
  0x7461636f, 0x01161970,
]);
