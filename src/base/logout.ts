// systemd may be set to end what a login began when that login ends (KillUserProcesses in logind.conf). What the
// user's own manager began stays, while that lingers.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isSystemdMachine, lingers, userName, usualProgram } from './machine.ts';

const DIRECTORIES = ['/usr/lib/systemd/logind.conf.d', '/run/systemd/logind.conf.d', '/etc/systemd/logind.conf.d'];

/** Whether a logout ends what it began, as logind.conf and what is put beside it say. Root is left alone. */
export function killsAtLogout(): boolean {
  if (process.getuid?.() === 0 || !isSystemdMachine()) return false;
  const files = DIRECTORIES.flatMap((directory) =>
    existsSync(directory)
      ? readdirSync(directory)
          .sort()
          .map((file) => `${directory}/${file}`)
      : [],
  );
  let kills = false;
  for (const file of ['/etc/systemd/logind.conf', ...files]) {
    const said = [...textOf(file).matchAll(/^\s*KillUserProcesses\s*=\s*(\S+)/gim)].at(-1)?.[1];
    if (said !== undefined) kills = /^(yes|true|on|1)$/i.test(said);
  }
  return kills;
}

/** Whether a process (`self`: this one) was begun in a login, and not by the system or the user's own manager. */
export const isOfLogin = (pid: number | 'self') => /\/session-[^/]*\.scope/.test(textOf(`/proc/${pid}/cgroup`));

/**
 * What to put before a command line so that a logout leaves it alone: it becomes a scope of the user's own manager,
 * by exec, so that the pid is the same. Empty where that is not needed, or would be of no use.
 */
export function outOfLogin(): string[] {
  if (!killsAtLogout() || !isOfLogin('self') || !lingers(userName())) return [];
  const program = usualProgram('systemd-run');
  return program === undefined ? [] : [program, '--user', '--scope', '--quiet', '--collect', '--'];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
