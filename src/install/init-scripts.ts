// Scripts for System V init and OpenRC: the global one of init/, told where the launcher is.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { usualProgram } from '../base/machine.ts';
import { type Context, launcherOf, type Method, quoted } from './method.ts';
import { type Step, template, textOf } from './steps.ts';

interface Kind {
  name: 'sysvinit' | 'openrc';
  /** In init/. */
  script: string;
  /** Where it looks for the program if nothing else says so: the launcher stands there. */
  search: string;
  lacks(): string | undefined;
  misses(): string | undefined;
  enable: string[];
  disable: string[];
  isEnabled(): boolean;
}

const SCRIPT = '/etc/init.d/session-global';

function scriptMethod({ name, script, search, lacks, misses, enable, disable, isEnabled }: Kind): Method {
  const source = (context: Context) => template(join(context.templates, script));
  const scriptText = (context: Context) => source(context).replace(search, () => quoted(launcherOf(context)));
  /** Both kinds have their script at one place: the first line tells whose it is. */
  const isOurs = (context: Context) => textOf(SCRIPT)?.split('\n')[0] === source(context).split('\n')[0];
  return {
    name,
    scopes: ['global'],
    lacks,
    misses,
    isInstalled: isOurs,
    install(context) {
      const text = scriptText(context);
      const steps: Step[] = textOf(SCRIPT) === text ? [] : [{ do: 'write', path: SCRIPT, mode: 0o755, text }];
      if (steps.length > 0 || !isEnabled()) steps.push({ do: 'run', argv: enable });
      return steps;
    },
    uninstall(context) {
      if (!isOurs(context)) return [];
      const steps: Step[] = [
        { do: 'run', argv: disable },
        { do: 'remove', path: SCRIPT },
      ];
      return name === 'sysvinit' ? steps.reverse() : steps; // update-rc.d takes the links away once the script is gone
    },
    checks(context) {
      const again = `session -g boot install --method ${name}`;
      return [
        { what: `the script ${SCRIPT} is there`, mend: textOf(SCRIPT) === scriptText(context) ? undefined : again },
        { what: 'it is in a runlevel', mend: isEnabled() ? undefined : again },
      ];
    },
  };
}

const linked = (directory: string) =>
  existsSync(directory) && readdirSync(directory).some((each) => /^S\d\dsession-global$/.test(each));

function missesSystemV(): string | undefined {
  const isThere = existsSync('/etc/init.d') && usualProgram('update-rc.d') !== undefined;
  return isThere ? undefined : 'there is no System V init here';
}

export const sysvinit = scriptMethod({
  name: 'sysvinit',
  script: 'session-global',
  search: '$(command -v session)',
  lacks: () => {
    if (missesSystemV() !== undefined) return missesSystemV();
    return existsSync('/etc/inittab') || existsSync('/run/initctl')
      ? undefined
      : 'init does not run scripts of /etc/init.d';
  },
  misses: missesSystemV,
  enable: ['update-rc.d', 'session-global', 'defaults'],
  disable: ['update-rc.d', 'session-global', 'remove'],
  isEnabled: () => ['/etc/rc2.d', '/etc/rc3.d', '/etc/rc5.d'].some(linked),
});

export const openrc = scriptMethod({
  name: 'openrc',
  script: 'openrc/session-global',
  search: '$(command -v session)',
  lacks: () =>
    existsSync('/run/openrc') && usualProgram('rc-update') ? undefined : 'OpenRC does not run this machine',
  misses: () => (usualProgram('rc-update') ? undefined : 'there is no OpenRC here'),
  enable: ['rc-update', 'add', 'session-global', 'default'],
  disable: ['rc-update', 'del', 'session-global'],
  isEnabled: () => existsSync('/etc/runlevels/default/session-global'),
});
