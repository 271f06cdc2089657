// Which way to boot a machine has, and what each does. A bundle of its own: few commands need it.
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { crontab } from './crontab.ts';
import { openrc, sysvinit } from './init-scripts.ts';
import { type Check, type Context, launcherOf, METHOD_NAMES, type Method } from './method.ts';
import { type Step, template, textOf, tryRun } from './steps.ts';
import { systemdSystem, systemdUser } from './systemd.ts';

export { missingDirectories, noteMade, removeMade } from './directories.ts';
export { type Check, type Context, launcherOf, type Method, quoted } from './method.ts';
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

/** What installs `method`: the launcher first. */
export const installing = (context: Context, method: Method): Step[] => {
  const path = launcherOf(context);
  const text = launcherText(context);
  const launcher: Step[] = textOf(path) === text ? [] : [{ do: 'write', path, mode: 0o700, text }];
  return [...launcher, ...method.install(context)];
};

/** What takes away whatever is installed, by any method. */
export function uninstalling(context: Context): Step[] {
  const steps = METHODS.filter((each) => each.scopes.includes(context.scope)).flatMap((each) =>
    each.uninstall(context),
  );
  const launcher: Step[] = existsSync(launcherOf(context)) ? [{ do: 'remove', path: launcherOf(context) }] : [];
  return [...steps, ...launcher];
}

/** The methods that are installed. */
export const installed = (context: Context): Method[] =>
  METHODS.filter((each) => each.scopes.includes(context.scope) && each.isInstalled(context));

/** What every boot needs: the launcher, run as cron and init run it, and the home. */
export function commonChecks(context: Context): Check[] {
  const path = launcherOf(context);
  const isThere = textOf(path) === launcherText(context);
  const bare = ['env', '-i', `HOME=${context.userHome}`, 'PATH=/usr/bin:/bin', path, '--version'];
  const ran = isThere ? tryRun(bare) : undefined;
  const why = ran?.stderr.trim().split('\n').at(-1);
  return [
    { what: `the launcher ${path} is there`, mend: isThere ? undefined : 'session boot install' },
    { what: 'it finds session and Node', mend: ran?.code === 0 ? undefined : `${why ?? 'it is not there'}` },
    {
      what: `${context.home} can be written`,
      mend: unwritable(context.home),
    },
  ];
}

/** What makes it writable; undefined: it is. No mode helps where the file system itself is not written to. */
function unwritable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (errnoOf(error) === 'EROFS') return `${reasonOf(error)}: mount it for writing`;
    return errnoOf(error) === 'ENOENT' ? 'session boot install' : `chmod u+rwx ${path}`;
  }
}

const launcherText = ({ templates, session }: Context) =>
  template(join(templates, 'launch')).replaceAll('@SESSION@', () => session.replaceAll("'", "'\\''"));
