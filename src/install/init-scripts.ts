// Scripts for System V init and OpenRC: the global one of init/, told where the launcher is; and what such a script runs
// that somebody put there by hand.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemdMachine, namesIn, usualProgram } from '../base/machine.ts';
import { openBesidesRoot } from '../base/ways.ts';
import { type Check, type Context, hiddenCheck, launcherOf, type Method, quoted } from './method.ts';
import { programChecks } from './program.ts';
import { isHidden, type Step, template, textOf, tryRun } from './steps.ts';

interface Kind {
  name: 'sysvinit' | 'openrc';
  /** In init/. */
  folder: string;
  lacks(): string | undefined;
  misses(): string | undefined;
  enable(service: string): string[];
  disable(service: string): string[];
  isEnabled(service: string): boolean;
  /** What a script runs. */
  program(service: string): string | undefined;
  /** What of the files that tell it cannot be seen, or is not believed. */
  unsure(service: string): Check[];
  /** How it is told what to run. */
  told(service: string): string;
}

/** Where a script looks for the program if nothing else says so: the launcher stands there. */
const SEARCH = '$(command -v session)';

const pathOf = (service: string) => `/etc/init.d/${service}`;

function scriptMethod(kind: Kind): Method {
  const service = 'session-global';
  const script = pathOf(service);
  const again = `session -g boot install --method ${kind.name}`;
  const source = (context: Context) => template(join(context.templates, kind.folder, service));
  const scriptText = (context: Context) => source(context).replace(SEARCH, () => quoted(launcherOf(context)));
  /** Both kinds have their script at one place: the first line tells whose it is. */
  const isOfKind = (context: Context) => textOf(script)?.split('\n')[0] === source(context).split('\n')[0];
  const method: Method = {
    name: kind.name,
    scopes: ['global'],
    lacks: kind.lacks,
    misses: kind.misses,
    isInstalled: isOfKind,
    isByHand: (context) =>
      isOfKind(context) && textOf(script) !== scriptText(context) && method.program(context) !== launcherOf(context),
    file: () => script,
    program: () => kind.program(service),
    unsure: () => kind.unsure(service),
    told: kind.told(service),
    install(context) {
      const text = scriptText(context);
      const isRight =
        method.isByHand?.(context) === true && programChecks(context, method).every(({ mend }) => mend === undefined);
      const steps: Step[] =
        isRight || textOf(script) === text ? [] : [{ do: 'write', path: script, mode: 0o755, text }];
      if (steps.length > 0 || !kind.isEnabled(service)) steps.push({ do: 'run', argv: kind.enable(service) });
      return steps;
    },
    uninstall(context) {
      if (!isOfKind(context)) return [];
      const steps: Step[] = [
        { do: 'run', argv: kind.disable(service) },
        { do: 'remove', path: script },
      ];
      return kind.name === 'sysvinit' ? steps.reverse() : steps; // update-rc.d takes the links away once the script is gone
    },
    checks(context) {
      const isOurs = textOf(script) === scriptText(context);
      const isThere = isOurs || method.isByHand?.(context) === true;
      return [
        { what: `the script ${script} is there`, mend: isThere ? undefined : again },
        { what: 'it is in a runlevel', mend: kind.isEnabled(service) ? undefined : again },
      ];
    },
  };
  return method;
}

/** Whether one of that name, of any kind, is in a runlevel: also where the script itself cannot be read. */
export const isInRunlevel = (service: string) =>
  (kindOf(service) === undefined ? [SYSTEM_V, OPENRC] : [kindOf(service)]).some((each) => each?.isEnabled(service));

/** The kind of script that lies at the usual place of this service; undefined: none does. */
export function kindOf(service: string): Kind | undefined {
  const text = textOf(pathOf(service));
  return text === undefined ? undefined : /^#!.*openrc-run/.test(text) ? OPENRC : SYSTEM_V;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What a variable is where a shell has read `settings` and then the lines of a script that match, as init would. What
 * others than root could change is not run.
 */
function said(settings: string, script: string, pattern: RegExp, variable: string): string | undefined {
  if (distrusted(settings) ?? distrusted(script)) return undefined;
  const lines = [
    'exec 3>&1 >/dev/null 2>&1', // what they print is not what they set
    `[ ! -r ${settings} ] || . ${settings}`,
    ...(textOf(script)?.match(pattern) ?? []),
    `printf %s "$${variable}" >&3`,
  ];
  const { code, stdout } = tryRun(['env', '-i', `PATH=${PATH}`, 'sh', '-c', lines.join('\n')], 'utf8', settings);
  return code === 0 && stdout !== '' ? stdout : undefined;
}

const distrusted = (file: string) => (existsSync(file) ? openBesidesRoot(file) : undefined);

const unsureOf = (files: string[]): Check[] =>
  files.flatMap((file) => {
    if (isHidden(file)) return [hiddenCheck(file)];
    const why = distrusted(file);
    return why === undefined
      ? []
      : [{ what: `nobody but root can change ${file}, which tells what to run`, mend: why }];
  });

const SETTINGS = '/etc/default/session';

const systemVSays = (script: string) => said(SETTINGS, script, /^SESSION=.*$/gm, 'SESSION');

/** The runlevels of a machine that has come up. */
function levels(): string[] {
  const inittab = isSystemdMachine() ? undefined : textOf('/etc/inittab');
  return /^[^#:\n]*:([2-5]):initdefault:/m.exec(inittab ?? '')?.slice(1) ?? ['2', '3', '4', '5'];
}

/** Those that have a link to start the service (S), or to end it (K). */
const levelsWith = (letter: 'S' | 'K', service: string) =>
  levels().filter((level) =>
    namesIn(`/etc/rc${level}.d`).some((each) => each.replace(/^(.)\d\d/, '$1') === `${letter}${service}`),
  );

function missesSystemV(): string | undefined {
  const isThere = existsSync('/etc/init.d') && usualProgram('update-rc.d') !== undefined;
  return isThere ? undefined : 'there is no System V init here';
}

/** systemd makes units of scripts, while it still can. */
const MAKES_UNITS = ['/usr/lib', '/lib'].map((each) => `${each}/systemd/system-generators/systemd-sysv-generator`);

const SYSTEM_V: Kind = {
  name: 'sysvinit',
  folder: '',
  lacks: () => {
    if (missesSystemV() !== undefined) return missesSystemV();
    const isRun = isSystemdMachine() ? MAKES_UNITS : ['/etc/inittab', '/run/initctl'];
    return isRun.some((each) => existsSync(each)) ? undefined : 'init does not run scripts of /etc/init.d';
  },
  misses: missesSystemV,
  enable: (service) => {
    const disabled = levelsWith('K', service); // which defaults leave as they are
    return ['update-rc.d', service, ...(disabled.length > 0 ? ['enable', ...disabled] : ['defaults'])];
  },
  disable: (service) => ['update-rc.d', service, 'remove'],
  isEnabled: (service) => levelsWith('S', service).length > 0,
  program: (service) => systemVSays(pathOf(service)),
  unsure: (service) => unsureOf([SETTINGS, pathOf(service)]),
  told: () => 'write its place into /etc/default/session: SESSION=/usr/local/bin/session',
};

/** The program; or, of the users' sessions, the script that lies beside it. */
const openrcSays = (service: string) =>
  said(
    `/etc/conf.d/${service}`,
    pathOf(service),
    /^: "\$\{(?:session|script):=.*\}"$/gm,
    service === 'session-global' ? 'session' : 'script',
  );

const OPENRC: Kind = {
  name: 'openrc',
  folder: 'openrc',
  lacks: () =>
    existsSync('/run/openrc') && usualProgram('rc-update') ? undefined : 'OpenRC does not run this machine',
  misses: () => (usualProgram('rc-update') ? undefined : 'there is no OpenRC here'),
  enable: (service) => ['rc-update', 'add', service, 'default'],
  disable: (service) => ['rc-update', 'del', service],
  isEnabled: (service) => namesIn('/etc/runlevels').some((level) => existsSync(`/etc/runlevels/${level}/${service}`)),
  program(service) {
    const found = openrcSays(service);
    if (service === 'session-global' || found === undefined) return found;
    return existsSync(found) ? systemVSays(found) : undefined;
  },
  unsure(service) {
    const script = service === 'session-global' ? undefined : openrcSays(service);
    return unsureOf([`/etc/conf.d/${service}`, pathOf(service), ...(script === undefined ? [] : [script, SETTINGS])]);
  },
  told: (service) =>
    service === 'session-global'
      ? `write its place into /etc/conf.d/${service}: session=/usr/local/bin/session`
      : `put init/${service} where /etc/conf.d/${service} says (script=), and ${SYSTEM_V.told(service)}`,
};

export const sysvinit = scriptMethod(SYSTEM_V);
export const openrc = scriptMethod(OPENRC);
