// Scripts for System V init and OpenRC: the global one of init/, told where the launcher is.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, launcherOf, type Method, quoted } from './method.ts';
import { isProgram, type Step, template, textOf } from './steps.ts';

interface Kind {
  name: 'sysvinit' | 'openrc';
  /** In init/. */
  script: string;
  /** Where the script is told what it may be told, and how. */
  settings: { path: string; key: string };
  lacks(): string | undefined;
  enable: string[];
  disable: string[];
  isEnabled(): boolean;
}

const SCRIPT = '/etc/init.d/session-global';

function scriptMethod({ name, script, settings, lacks, enable, disable, isEnabled }: Kind): Method {
  const scriptText = (context: Context) => template(join(context.templates, script));
  const settingsText = (context: Context) =>
    `# Written by session boot install.\n${settings.key}=${quoted(launcherOf(context))}\n`;
  return {
    name,
    scopes: ['global'],
    lacks,
    install(context) {
      const steps: Step[] = [];
      const wanted: [string, string, number][] = [
        [SCRIPT, scriptText(context), 0o755],
        [settings.path, settingsText(context), 0o644],
      ];
      for (const [path, text, mode] of wanted) if (textOf(path) !== text) steps.push({ do: 'write', path, mode, text });
      if (steps.length > 0 || !isEnabled()) steps.push({ do: 'run', argv: enable });
      return steps;
    },
    uninstall() {
      if (!existsSync(SCRIPT)) return [];
      return [
        { do: 'run', argv: disable },
        { do: 'remove', path: SCRIPT },
        { do: 'remove', path: settings.path },
      ];
    },
    checks(context) {
      const again = `session -g boot install --method ${name}`;
      const isThere = textOf(SCRIPT) === scriptText(context) && textOf(settings.path) === settingsText(context);
      return [
        { what: `the script ${SCRIPT} is there`, mend: isThere ? undefined : again },
        { what: 'it is in a runlevel', mend: isEnabled() ? undefined : again },
      ];
    },
  };
}

const linked = (directory: string) =>
  existsSync(directory) && readdirSync(directory).some((each) => /^S\d\dsession-global$/.test(each));

export const sysvinit = scriptMethod({
  name: 'sysvinit',
  script: 'session-global',
  settings: { path: '/etc/default/session', key: 'SESSION' },
  lacks: () => {
    if (!existsSync('/etc/init.d') || !isProgram('update-rc.d')) return 'there is no System V init here';
    return existsSync('/etc/inittab') || existsSync('/run/initctl')
      ? undefined
      : 'init does not run scripts of /etc/init.d';
  },
  enable: ['update-rc.d', 'session-global', 'defaults'],
  disable: ['update-rc.d', '-f', 'session-global', 'remove'],
  isEnabled: () => ['/etc/rc2.d', '/etc/rc3.d', '/etc/rc5.d'].some(linked),
});

export const openrc = scriptMethod({
  name: 'openrc',
  script: 'openrc/session-global',
  settings: { path: '/etc/conf.d/session-global', key: 'session' },
  lacks: () => (existsSync('/run/openrc') && isProgram('rc-update') ? undefined : 'OpenRC does not run this machine'),
  enable: ['rc-update', 'add', 'session-global', 'default'],
  disable: ['rc-update', 'del', 'session-global'],
  isEnabled: () => existsSync('/etc/runlevels/default/session-global'),
});
