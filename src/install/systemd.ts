// systemd: a unit of the user's own manager, which lingering starts at boot; or, for root, one of the system's.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSystemdMachine, lingers, usualProgram } from '../base/machine.ts';
import { type Context, launcherOf, type Method } from './method.ts';
import { type Step, template, textOf, tryRun } from './steps.ts';

/** The template with the launcher in place of the program, and what is not at its usual place. */
function unitText(context: Context, name: string): string {
  const text = template(join(context.templates, 'systemd', name));
  const variables = Object.entries(context.environment).map(
    ([key, value]) => `Environment=${escaped(`${key}=${value}`)}\n`,
  );
  return text
    .replaceAll('/usr/local/bin/session', () => escaped(launcherOf(context)).replaceAll('$', '$$$$'))
    .replace('ExecStart=', () => `${variables.join('')}ExecStart=`);
}

/** systemd's own quoting: specifiers and backslashes doubled, blanks in quotes. */
const escaped = (word: string) => {
  const inner = word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('"', '\\"');
  return /[\s"']/.test(word) ? `"${inner}"` : inner;
};

function unitMethod(
  name: 'systemd-user' | 'systemd-system',
  unit: { template: string; path(context: Context): string; systemctl: string[]; lingers: boolean; wantedBy: string },
): Method {
  const { systemctl } = unit;
  /** Where systemd does not run (an image is made, say), enabling is done with files alone. */
  const reload = (): Step[] => (isSystemdMachine() ? [{ do: 'run', argv: [...systemctl, 'daemon-reload'] }] : []);
  const isEnabled = () => tryRun([...systemctl, 'is-enabled', 'session.service']).code === 0;
  return {
    name,
    scopes: [unit.lingers ? 'user' : 'global'],
    lacks() {
      if (!isSystemdMachine()) return 'systemd does not run this machine';
      const { code, stderr } = tryRun([...systemctl, 'show-environment']);
      return code === 0 ? undefined : `the service manager does not answer (${stderr.trim().split('\n')[0]})`;
    },
    misses(context) {
      if (usualProgram('systemctl') === undefined) return 'there is no systemd here';
      return isSystemdMachine() ? this.lacks(context) : undefined;
    },
    isInstalled: (context) => existsSync(unit.path(context)),
    install(context) {
      const steps: Step[] = [];
      const path = unit.path(context);
      const text = unitText(context, unit.template);
      if (textOf(path) !== text) {
        steps.push({ do: 'write', path, mode: 0o644, text }, ...reload());
      }
      if (steps.length > 0 || !isEnabled())
        steps.push({ do: 'run', argv: [...systemctl, 'enable', 'session.service'] });
      if (unit.lingers && isSystemdMachine() && !lingers(context.user))
        steps.push({ do: 'run', argv: ['loginctl', 'enable-linger', context.user] });
      return steps;
    },
    uninstall(context) {
      const path = unit.path(context);
      if (!existsSync(path)) return [];
      // Lingering stays: other things may need it by now.
      const remove: Step = { do: 'remove', path };
      if (isSystemdMachine() && this.lacks(context) !== undefined) {
        // Its manager cannot be asked from here, and finds out at the next boot.
        const link = join(dirname(path), `${unit.wantedBy}.wants/session.service`);
        return [{ do: 'remove', path: link, above: [dirname(link)] }, remove];
      }
      return [{ do: 'run', argv: [...systemctl, 'disable', 'session.service'] }, remove, ...reload()];
    },
    leaves: (context) =>
      unit.lingers && lingers(context.user)
        ? `lingering stays on, which other things may need by now; to turn it off: loginctl disable-linger ${context.user}`
        : undefined,
    checks(context) {
      const again = `session boot install --method ${name}`;
      const isThere = textOf(unit.path(context)) === unitText(context, unit.template);
      return [
        { what: `the unit ${unit.path(context)} is there`, mend: isThere ? undefined : again },
        { what: 'it is enabled', mend: isEnabled() ? undefined : again },
        ...(unit.lingers
          ? [
              {
                what: 'lingering is on',
                mend: lingers(context.user) ? undefined : `loginctl enable-linger ${context.user}`,
              },
            ]
          : []),
      ];
    },
  };
}

export const systemdUser = unitMethod('systemd-user', {
  template: 'user/session.service',
  path: ({ configHome }) => join(configHome, 'systemd/user/session.service'),
  systemctl: ['systemctl', '--user'],
  lingers: true,
  wantedBy: 'default.target',
});

export const systemdSystem = unitMethod('systemd-system', {
  template: 'session.service',
  path: () => '/etc/systemd/system/session.service',
  systemctl: ['systemctl'],
  lingers: false,
  wantedBy: 'multi-user.target',
});
