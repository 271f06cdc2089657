// Which way to boot a machine has, and what each does. A bundle of its own: few commands need it.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { SessionError } from '../base/errors.ts';
import { byAdministrator } from './by-administrator.ts';
import { crontab } from './crontab.ts';
import { openrc, sysvinit } from './init-scripts.ts';
import { type Check, type Context, launcherOf, METHOD_NAMES, type Method, quoted, type Way } from './method.ts';
import { launcherText, programChecks, writableCheck } from './program.ts';
import { type Step, textOf, whatHung } from './steps.ts';
import { systemdSystem, systemdUser } from './systemd.ts';

export { missingDirectories, noteMade, removeMade } from './directories.ts';
export { type Check, type Context, launcherOf, type Method, quoted, type Way } from './method.ts';
export { whyNotRun } from './program.ts';
export { perform, type Step, shown } from './steps.ts';

/** In the order of preference. */
const METHODS: Method[] = [systemdUser, systemdSystem, openrc, sysvinit, crontab];

/** The way that was asked for, else the best that this machine has. Throws with what to do where it has none. */
export function methodFor(context: Context, wanted: string | undefined): Method {
  const usable = METHODS.filter((each) => each.scopes.includes(context.scope));
  if (wanted !== undefined) {
    const found = METHODS.find((each) => each.name === wanted);
    if (found === undefined)
      throw new SessionError('usage', `no method '${wanted}'.`, `There are: ${METHOD_NAMES.join(' ')}.`);
    if (!usable.includes(found)) {
      const whose = context.scope === 'user' ? "a user's sessions" : "the system's sessions";
      throw new SessionError(
        'usage',
        `${wanted} does not boot ${whose}.`,
        `These do: ${usable.map((each) => each.name).join(' ')}.`,
      );
    }
    const lack = found.misses(context);
    if (lack !== undefined) throw new SessionError('not-installed', `${lack}.`, 'See session boot status.');
    return found;
  }
  const lacks = usable.map((each) => ({ each, lack: each.lacks(context) }));
  const best = lacks.find(({ lack }) => lack === undefined);
  if (best !== undefined) return best.each;
  throw new SessionError(
    'not-installed',
    `this machine has no way to boot that is known: ${lacks.map(({ each, lack }) => `${each.name}: ${lack}`).join('; ')}.`,
    'Install cron; or, in a container, let it run at its start: session boot',
  );
}

/** What installs `method`: the launcher first. What somebody put there by hand, and works, is left as it is. */
export const installing = (context: Context, method: Method): Step[] => {
  const steps = method.install(context);
  if (!steps.some((each) => each.do === 'write') && method.isByHand?.(context)) return steps;
  const path = launcherOf(context);
  const text = launcherText(context);
  const launcher: Step[] = textOf(path) === text ? [] : [{ do: 'write', path, mode: 0o700, text }];
  return [...launcher, ...steps];
};

/** What takes these away. What somebody put there by hand stays. */
export const removing = (context: Context, methods: Method[]): Step[] =>
  methods.filter((each) => !each.isByHand?.(context)).flatMap((each) => each.uninstall(context));

/** What takes away whatever is installed, by any method. */
export function uninstalling(context: Context): Step[] {
  const steps = removing(context, installed(context));
  const launcher: Step[] = existsSync(launcherOf(context)) ? [{ do: 'remove', path: launcherOf(context) }] : [];
  return [...steps, ...launcher];
}

/** What stays of these because somebody put it there by hand, and what would take it away, in words. */
export const stayingByHand = (context: Context, methods: Method[]): string[] =>
  methods
    .filter((each) => each.isByHand?.(context))
    .map((each) => {
      const lines = each
        .uninstall(context)
        .map((step) => (step.do === 'run' ? step.argv : step.do === 'remove' ? ['rm', step.path] : []));
      const typed = lines.map((words) => words.map(quoted).join(' ')).join('; ');
      return `${each.file?.(context)}, put there by hand, stays; to take it away: ${typed}`;
    });

/** Where the methods, and nobody else, make directories. */
export const placesOf = (context: Context): string[] =>
  METHODS.flatMap((each) => (each.file === undefined ? [] : [dirname(each.file(context))]));

/** The methods that are installed. */
export const installed = (context: Context): Method[] =>
  METHODS.filter((each) => each.scopes.includes(context.scope) && each.isInstalled(context));

export interface Found {
  way: Way;
  /** Each thing that the next boot needs of it. */
  checks: Check[];
  works: boolean;
  /** The administrator has it, and has not turned it on for this user: no fault. */
  isOff: boolean;
}

/** What brings the sessions back: what works, else what was meant to. Undefined: nothing is there. */
export function whatBoots(context: Context): Found | undefined {
  const others = byAdministrator(context).filter((each) => each.isInstalled(context));
  const found: Found[] = [];
  for (const way of [...installed(context), ...others]) {
    const checks = checksOf(context, way);
    const works = checks.every(({ mend }) => mend === undefined);
    found.push({ way, checks, works, isOff: others.some((each) => each === way && each.isOff(context)) });
    if (works) break;
  }
  return found.find(({ works }) => works) ?? found.find(({ isOff }) => !isOff) ?? found[0];
}

/** What the administrator has turned on for this user, and no uninstall takes away. */
export const whatStays = (context: Context): Way[] =>
  byAdministrator(context).filter((each) => each.isInstalled(context) && !each.isOff(context));

/** What the next boot needs where this is to bring the sessions back. */
export function checksOf(context: Context, way: Way): Check[] {
  const checks = [
    ...runningCheck(context, way),
    ...way.checks(context),
    ...programChecks(context, way),
    writableCheck(context),
  ];
  const untold = whatHung().filter((each) => !checks.some(({ mend }) => mend?.includes(each)));
  return [...checks, ...untold.map((mend) => ({ what: 'what it asks for answers', mend }))];
}

/** A method that was asked for need not be how this machine boots: it may be an image of another. */
function runningCheck(context: Context, way: Way): Check[] {
  const method = METHODS.find((each) => each === way);
  const lack = method?.misses(context) === undefined ? method?.lacks(context) : undefined;
  return lack === undefined ? [] : [{ what: `this machine boots by ${way.name}`, mend: `${lack}.` }];
}
