// systemd: a unit of the user's own manager, which lingering starts at boot; or, for root, one of the system's.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSystemdMachine, lingers, usualProgram } from '../base/machine.ts';
import { type Check, type Context, launcherOf, type Method } from './method.ts';
import { homeCheck, programChecks } from './program.ts';
import { type Step, template, textOf, tryRun } from './steps.ts';
import { escaped, readUnit, SYSTEM_UNITS, type Unit, unsureOf, userUnits } from './unit-text.ts';

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

/** For good: what is enabled until the machine goes down is not. `how`: of which manager. */
export const isUnitEnabled = (how: string[], unit: string) =>
  tryRun(['systemctl', ...how, 'is-enabled', unit]).stdout.trim() === 'enabled';

/** Where it runs as another than `users`. */
export const userChecks = (unit: Unit | undefined, users: string[], mend: string): Check[] =>
  unit === undefined || users.includes(unit.user ?? 'root') ? [] : [{ what: `it runs as ${users[0]}`, mend }];

function unitMethod(
  name: 'systemd-user' | 'systemd-system',
  unit: { template: string; path(context: Context): string; systemctl: string[]; lingers: boolean; wantedBy: string },
): Method {
  const { systemctl } = unit;
  /** Where systemd does not run (an image is made, say), enabling is done with files alone. */
  const reload = (): Step[] => (isSystemdMachine() ? [{ do: 'run', argv: [...systemctl, 'daemon-reload'] }] : []);
  const isEnabled = () => isUnitEnabled(systemctl.slice(1), 'session.service');
  const again = `session boot install --method ${name}`;
  const read = (context: Context) =>
    readUnit(context, ['session.service'], unit.lingers ? userUnits(context) : SYSTEM_UNITS);
  /** What it needs where it was put there by hand; then it is left as it is. */
  const byHand = (context: Context): Check[] => [
    homeCheck(context, read(context)?.variables ?? {}, again),
    ...(unit.lingers ? [] : userChecks(read(context), ['root', '0'], 'take User= out of it, and of what is beside it')),
  ];
  const isOurs = (context: Context) => textOf(unit.path(context)) === unitText(context, unit.template);
  const method: Method = {
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
    isByHand: (context) =>
      existsSync(unit.path(context)) && !isOurs(context) && method.program(context) !== launcherOf(context),
    file: unit.path,
    program: (context) => read(context)?.program,
    unsure: (context) => unsureOf(read(context)),
    told: `write into it: ExecStart=/usr/local/bin/session boot --quiet (or: ${again})`,
    install(context) {
      const steps: Step[] = [];
      const path = unit.path(context);
      const text = unitText(context, unit.template);
      const works = () =>
        [...byHand(context), ...programChecks(context, method)].every(({ mend }) => mend === undefined);
      if (textOf(path) !== text && !(method.isByHand?.(context) && works())) {
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
      const isOthers = method.isByHand?.(context) === true;
      return [
        { what: `the unit ${unit.path(context)} is there`, mend: isOurs(context) || isOthers ? undefined : again },
        { what: 'it is enabled', mend: isEnabled() ? undefined : again },
        ...(isOthers ? byHand(context) : []),
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
  return method;
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
