// What boots a user's sessions and is not the user's to install: the units and the script for users of init/, where an
// administrator has put them.
import { existsSync } from 'node:fs';
import { killsAtLogout } from '../base/logout.ts';
import { isSystemdMachine, lingers } from '../base/machine.ts';
import { isInRunlevel, kindOf } from './init-scripts.ts';
import { type Check, type Context, hiddenCheck, type Way } from './method.ts';
import { homeCheck } from './program.ts';
import { isUnitEnabled, userChecks } from './systemd.ts';
import { escaped, readUnit, SYSTEM_UNITS, type Unit, unsureOf, userUnits } from './unit-text.ts';

export interface AdministratorsWay extends Way {
  /** It is there, but not turned on for this user: it may be meant for others. */
  isOff(context: Context): boolean;
}

/** What is meant for all first, then for one. The system's sessions, root's, have none of these. */
export const byAdministrator = ({ scope, user }: Context): AdministratorsWay[] =>
  scope === 'user' && user !== 'root' ? [unitOfAll, scriptForUsers, unitOf(user)] : [];

const named = (what: string) => `${what}, put there by the administrator`;
const asRoot = (what: string) => `as root: ${what}`;
const TOLD = asRoot('let it say ExecStart=/usr/local/bin/session boot --quiet');

const systemdCheck = (): Check => ({
  what: 'systemd runs this machine',
  mend: isSystemdMachine() ? undefined : 'session boot install finds what does.',
});

/** Of the system's manager, run as one user. */
function unitOf(user: string): AdministratorsWay {
  const unit = `session@${user}`;
  const read = (context: Context) => readUnit(context, [`${unit}.service`, 'session@.service'], SYSTEM_UNITS);
  const isEnabled = () => isUnitEnabled([], `${unit}.service`);
  return {
    name: named(`${unit}.service`),
    isInstalled: (context) => read(context) !== undefined,
    isOff: () => !isEnabled(),
    program: (context) => read(context)?.program,
    unsure: (context) => unsureOf(read(context)),
    told: TOLD,
    checks: (context) => [
      systemdCheck(),
      unitCheck(read(context)),
      { what: 'it is enabled', mend: isEnabled() ? undefined : asRoot(`systemctl enable ${unit}`) },
      ...userChecks(
        read(context),
        [user, `${process.getuid?.()}`],
        asRoot(`systemctl edit ${unit}, with [Service] and User=%i`),
      ),
      homeCheck(
        context,
        read(context)?.variables ?? {},
        `session boot install; or ${asRoot(`systemctl edit ${unit}`)}, with [Service] and ${variableOf(context)}`,
      ),
    ],
  };
}

const variableOf = ({ environment: { SESSION_HOME, XDG_STATE_HOME = '' } }: Context) =>
  `Environment=${escaped(SESSION_HOME === undefined ? `XDG_STATE_HOME=${XDG_STATE_HOME}` : `SESSION_HOME=${SESSION_HOME}`)}`;

const unitCheck = (unit: Unit | undefined): Check => ({
  what: `the unit ${unit?.path} is there`,
  mend: unit === undefined ? 'put it there' : undefined,
});

/** Of every user's own manager. A user's own unit of that name takes its place, and is another way. */
const unitOfAll: AdministratorsWay = {
  name: named("session.service of users' own managers"),
  isInstalled: (context) => readOfAll(context) !== undefined,
  isOff: ({ user }) => !isEnabledForAll() || !lingers(user),
  program: (context) => readOfAll(context)?.program,
  unsure: (context) => unsureOf(readOfAll(context)),
  told: TOLD,
  checks: (context) => [
    systemdCheck(),
    unitCheck(readOfAll(context)),
    { what: 'it is enabled', mend: isEnabledForAll() ? undefined : asRoot('systemctl --global enable session') },
    { what: 'lingering is on', mend: lingers(context.user) ? undefined : `loginctl enable-linger ${context.user}` },
    homeCheck(context, readOfAll(context)?.variables ?? {}, 'session boot install'),
  ],
};

function readOfAll(context: Context): Unit | undefined {
  const directories = userUnits(context);
  const unit = readUnit(context, ['session.service'], directories);
  return unit?.path.startsWith(`${directories[0]}/`) ? undefined : unit;
}

/** By the administrator for all, or by the user alone. */
const isEnabledForAll = () => [['--global'], ['--user']].some((how) => isUnitEnabled(how, 'session.service'));

/** Run by whatever init runs the machine, for every user with sessions at the usual place. */
const SERVICE = 'session-users';
const scriptForUsers: AdministratorsWay = {
  name: named(`/etc/init.d/${SERVICE}`),
  isInstalled: () => existsSync(`/etc/init.d/${SERVICE}`),
  isOff: () => !isInRunlevel(SERVICE),
  program: () => kindOf(SERVICE)?.program(SERVICE),
  unsure: () => kindOf(SERVICE)?.unsure(SERVICE) ?? [hiddenCheck(`/etc/init.d/${SERVICE}`)],
  get told() {
    return asRoot(kindOf(SERVICE)?.told(SERVICE) ?? `chmod a+r /etc/init.d/${SERVICE}`);
  },
  checks: (context) => {
    const kind = kindOf(SERVICE);
    if (kind === undefined) return [];
    const lack = kind.lacks();
    return [
      { what: 'the init of this machine runs it', mend: lack && `${lack}. Use: session boot install` },
      {
        what: 'it is in a runlevel',
        mend: kind.isEnabled(SERVICE) ? undefined : asRoot(kind.enable(SERVICE).join(' ')),
      },
      homeCheck(
        context,
        {},
        `session boot install; or be listed in /var/lib/session/users by the administrator, which cannot be seen from here`,
      ),
      ...(isSystemdMachine()
        ? [
            {
              what: 'what it begins lasts (KillUserProcesses)',
              mend: killsAtLogout() ? `take the units instead: session boot install; or ${UNITS}` : undefined,
            },
          ]
        : []),
    ];
  },
};

const UNITS = asRoot('session@.service (docs/boot.md)');
