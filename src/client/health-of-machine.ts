// What the machine must have: Node, terminals; and what logins, cron and root's programs do to sessions.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { reasonOf } from '../base/errors.ts';
import { killsAtLogout } from '../base/logout.ts';
import { isRunning, isSystemdMachine, lingers, userName, usualProgram } from '../base/machine.ts';
import { type Finding, finding, note } from './health.ts';

const OLDEST_NODE = 20;

export function machineHealth(env: NodeJS.ProcessEnv): Finding[] {
  return [node(), ...terminals(), ...logout(), ...others(), ...shown(env)];
}

function node(): Finding {
  const { node: version } = process.versions;
  const isOld = Number(version.split('.')[0]) < OLDEST_NODE;
  return finding(`Node ${version} (${process.execPath})`, isOld ? `Install Node ${OLDEST_NODE} or newer.` : undefined);
}

function terminals(): Finding[] {
  const found: Finding[] = [];
  try {
    closeSync(openSync('/dev/ptmx', 'r+'));
    found.push(finding('pseudo-terminals can be opened', undefined));
  } catch (error) {
    found.push(finding('pseudo-terminals can be opened', `/dev/ptmx: ${reasonOf(error)}. Mount devpts at /dev/pts.`));
  }
  const [used, most] = ['nr', 'max'].map((name) => Number(textOf(`/proc/sys/kernel/pty/${name}`)));
  if (used !== undefined && most !== undefined && most > 0) {
    const isFew = most - used < 16;
    found.push(
      finding(`${used} of ${most} pseudo-terminals are in use`, isFew ? 'sysctl kernel.pty.max=4096' : undefined),
    );
  }
  try {
    require('./native.cjs');
    found.push(finding('the native parts can be loaded', undefined));
  } catch (error) {
    found.push(finding('the native parts can be loaded', `${reasonOf(error)} Install session again, on this machine.`));
  }
  return found;
}

/** systemd may end what a user runs when the user logs out; a keeper is kept out of that where lingering is on. */
function logout(): Finding[] {
  const user = userName();
  if (!isSystemdMachine() || process.getuid?.() === 0) return [];
  const mend = `loginctl enable-linger ${user ?? ''}`.trim();
  const isLingering = lingers(user);
  if (killsAtLogout())
    return [finding('sessions outlive the logout (KillUserProcesses)', isLingering ? undefined : mend)];
  return [
    isLingering ? finding('lingering is on', undefined) : note('lingering is off', `For systemd's own boot: ${mend}`),
  ];
}

function others(): Finding[] {
  const isRoot = process.getuid?.() === 0;
  const found: Finding[] = [];
  if (usualProgram('crontab') === undefined)
    found.push(note('there is no cron', 'boot install can use it: install cron.'));
  else
    found.push(
      isRunning('cron', 'crond')
        ? finding('cron is running', undefined)
        : note('cron is not running', 'An @reboot line does nothing without it.'),
    );
  if (!isRoot)
    found.push(
      (usualProgram('sudo') ?? usualProgram('doas'))
        ? finding('-g has sudo or doas', undefined)
        : note('there is neither sudo nor doas', '-g needs one.'),
    );
  const group = cgroup();
  if (group !== undefined) found.push(group);
  return found;
}

/** Not needed: processes are found without it. */
function cgroup(): Finding | undefined {
  const own = /^0::(\/.*)$/m.exec(textOf('/proc/self/cgroup'))?.[1];
  const mount = / (\/\S*) \S+ (?:\S+ )*- cgroup2 /.exec(textOf('/proc/self/mountinfo'))?.[1];
  if (own === undefined || mount === undefined) return undefined;
  try {
    closeSync(openSync(`${mount}${own === '/' ? '' : own}/cgroup.procs`, 'r+'));
    return finding('its cgroup is its own (delegated)', undefined);
  } catch {
    return note('its cgroup is not delegated', 'Nothing of this version needs it.');
  }
}

function shown(env: NodeJS.ProcessEnv): Finding[] {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const isUtf8 = /utf-?8/i.test(locale);
  const says = locale === '' ? 'no locale is set' : `the locale is ${locale}`;
  const term = env.TERM ?? '';
  return [
    isUtf8 ? finding(says, undefined) : note(says, 'Sessions without one get C.UTF-8; terminals show more with UTF-8.'),
    term === '' || term === 'dumb'
      ? note(`TERM is ${term || 'not set'}`, 'attach needs a terminal.')
      : finding(`TERM is ${term}`, undefined),
  ];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
