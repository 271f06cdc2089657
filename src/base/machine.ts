// What this machine has, as it can be seen without asking anybody: programs at their usual places, processes by name,
// systemd and whom it lets linger.
import { accessSync, constants, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { userInfo } from 'node:os';

const PLACES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin', '/run/wrappers/bin'];

/** Where a program of that name is at a usual place and can be run; never looked for in PATH, which is the caller's. */
export function usualProgram(name: string): string | undefined {
  return PLACES.map((place) => `${place}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What is in a directory; nothing where it cannot be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Whether a process of one of these names is there. */
export function isRunning(...names: string[]): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return names.includes(readFileSync(`/proc/${entry}/comm`, 'utf8').trim());
    } catch {
      return false; // it has just ended
    }
  });
}

/** The name of who runs this; undefined where no name service knows the number. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** The time zone that programs have where nothing else is said. */
export function machineZone(): string {
  try {
    const zone = readlinkSync('/etc/localtime').replace(/^.*zoneinfo\//, '');
    return Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch {
    return 'UTC';
  }
}

export const isSystemdMachine = () => existsSync('/run/systemd/system');

/** Whether systemd keeps this user's manager without a login, and starts it at boot. */
export const lingers = (user: string | undefined) =>
  user !== undefined && existsSync(`/var/lib/systemd/linger/${user}`);
