// Scripts for System V init and OpenRC: the global one of init/, told where the launcher is; and what such a script runs
// that somebody put there by hand.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemdMachine, usualProgram } from '../base/machine.ts';
import { type Context, launcherOf, type Method, quoted } from './method.ts';
import { isByHand, programChecks } from './program.ts';
import { type Step, template, textOf, tryRun } from './steps.ts';

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
    program: () => kind.program(service),
    told: kind.told(service),
    install(context) {
      const text = scriptText(context);
      const isRight =
        isOfKind(context) &&
        isByHand(context, method) &&
        programChecks(context, method).every(({ mend }) => mend === undefined);
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
      const isThere = isOurs || (isOfKind(context) && method.program(context) !== launcherOf(context));
      return [
        { what: `the script ${script} is there`, mend: isThere ? undefined : again },
        { what: 'it is in a runlevel', mend: kind.isEnabled(service) ? undefined : again },
      ];
    },
  };
  return method;
}

/** The kind of script that lies at the usual place of this service; undefined: none does. */
export function kindOf(service: string): Kind | undefined {
  const text = textOf(pathOf(service));
  return text === undefined ? undefined : /^#!.*openrc-run/.test(text) ? OPENRC : SYSTEM_V;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a shell says that has run these lines as init would. */
function said(lines: string[]): string | undefined {
  const { code, stdout } = tryRun(['env', '-i', `PATH=${PATH}`, 'sh', '-c', lines.join('\n')]);
  return code === 0 && stdout !== '' ? stdout : undefined;
}

const reads = (file: string) => `[ ! -r ${file} ] || . ${file}`;

/** The lines of a script that match, as they are: what they find is what it runs. */
const linesOf = (path: string, pattern: RegExp) => textOf(path)?.match(pattern) ?? [];

const systemVSays = (script: string) => [
  reads('/etc/default/session'),
  ...linesOf(script, /^SESSION=.*$/gm),
  'printf %s "$SESSION"',
];

const linked = (service: string) => (directory: string) =>
  existsSync(directory) &&
  readdirSync(directory).some((each) => /^S\d\d/.test(each) && each.slice('S00'.length) === service);

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
  enable: (service) => ['update-rc.d', service, 'defaults'],
  disable: (service) => ['update-rc.d', service, 'remove'],
  isEnabled: (service) => ['/etc/rc2.d', '/etc/rc3.d', '/etc/rc5.d'].some(linked(service)),
  program: (service) => said(systemVSays(pathOf(service))),
  told: () => 'write its place into /etc/default/session: SESSION=/usr/local/bin/session',
};

const OPENRC: Kind = {
  name: 'openrc',
  folder: 'openrc',
  lacks: () =>
    existsSync('/run/openrc') && usualProgram('rc-update') ? undefined : 'OpenRC does not run this machine',
  misses: () => (usualProgram('rc-update') ? undefined : 'there is no OpenRC here'),
  enable: (service) => ['rc-update', 'add', service, 'default'],
  disable: (service) => ['rc-update', 'del', service],
  isEnabled: (service) => existsSync(`/etc/runlevels/default/${service}`),
  program(service) {
    const found = (what: 'session' | 'script') => [
      reads(`/etc/conf.d/${service}`),
      ...linesOf(pathOf(service), new RegExp(`^: "\\$\\{${what}:=.*\\}"$`, 'gm')),
      `printf %s "$${what}"`,
    ];
    if (service === 'session-global') return said(found('session'));
    const script = said(found('script'));
    return script === undefined || !existsSync(script) ? undefined : said(systemVSays(script));
  },
  told: (service) =>
    service === 'session-global'
      ? `write its place into /etc/conf.d/${service}: session=/usr/local/bin/session`
      : `put init/${service} where /etc/conf.d/${service} says (script=), and ${SYSTEM_V.told(service)}`,
};

export const sysvinit = scriptMethod(SYSTEM_V);
export const openrc = scriptMethod(OPENRC);
