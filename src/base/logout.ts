// systemd may be set to end what a login began when that login ends (KillUserProcesses in logind.conf). What the
// user's own manager began stays, while that lingers.
import { readFileSync } from 'node:fs';
import { isSystemdMachine, lingers, namesIn, userName, usualProgram } from './machine.ts';

const DIRECTORIES = ['/usr/lib/systemd/logind.conf.d', '/run/systemd/logind.conf.d', '/etc/systemd/logind.conf.d'];

/**
 * Whether the logout of this login ends what was begun in it, as logind.conf and what is put beside it say. Root's own
 * login is left alone; what root begins in another's, by sudo, is not.
 */
export function killsAtLogout(): boolean {
  if (!isSystemdMachine()) return false;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && !/\/user-[1-9]\d*\.slice\/session-/.test(textOf('/proc/self/cgroup'))) return false;
  const set: Record<string, string> = {};
  for (const file of ['/etc/systemd/logind.conf', ...dropIns()]) {
    for (const [, key, value] of textOf(file).matchAll(/^\s*(Kill\w+)\s*=[ \t]*(.*?)\s*$/gm))
      set[`${key}`] = `${value}`;
  }
  if (!/^(yes|true|on|1)$/i.test(set.KillUserProcesses ?? '')) return false;
  const isAmong = (users = '') => users.split(/\s+/).includes(userName() ?? '');
  return isRoot || (!isAmong(set.KillExcludeUsers) && (!set.KillOnlyUsers || isAmong(set.KillOnlyUsers)));
}

/** In the order of their names; one of a later directory takes the place of its namesake. */
function dropIns(): string[] {
  const files = new Map<string, string>();
  for (const directory of DIRECTORIES) {
    for (const name of namesIn(directory)) if (name.endsWith('.conf')) files.set(name, `${directory}/${name}`);
  }
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, file]) => file);
}

/** Whether a process (`self`: this one) was begun in a login, and not by the system or the user's own manager. */
export const isOfLogin = (pid: number | 'self') => /\/session-[^/]*\.scope/.test(textOf(`/proc/${pid}/cgroup`));

/**
 * What to put before a command line so that a logout leaves it alone: it becomes a scope of the user's own manager
 * (root's: of the system's), by exec, so that the pid is the same. Empty where that is not needed, or would be of no use.
 */
export function outOfLogin(): string[] {
  if (!killsAtLogout() || !isOfLogin('self')) return [];
  const program = usualProgram('systemd-run');
  if (program === undefined) return [];
  if (process.getuid?.() === 0) return [program, '--scope', '--quiet', '--collect', '--'];
  if (!lingers(userName())) return [];
  // Who came by su from another's login has no word of where the own manager is.
  const runtime = `XDG_RUNTIME_DIR=/run/user/${process.getuid?.()}`;
  return ['/usr/bin/env', runtime, program, '--user', '--scope', '--quiet', '--collect', '--'];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
