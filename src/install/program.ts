// What a boot runs, looked at as cron and init run it: the launcher in the home, or a program that somebody chose who
// put a unit or script in place by hand; and whether that finds the sessions.
import { accessSync, constants } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf, reasonOf } from '../base/errors.ts';
import { placeOf } from '../base/paths.ts';
import { type Check, type Context, launcherOf, type Way } from './method.ts';
import { template, textOf, tryRun } from './steps.ts';

export const launcherText = ({ templates, session }: Context) =>
  template(join(templates, 'launch')).replaceAll('@SESSION@', () => session.replaceAll("'", "'\\''"));

/** Whether it is there, and somebody wrote by hand what it runs. */
export function isByHand(context: Context, way: Way): boolean {
  const program = way.program(context);
  return way.isInstalled(context) && program !== undefined && program !== launcherOf(context);
}

/** That it is there, and runs with nothing set. */
export function programChecks(context: Context, way: Way): Check[] {
  const program = way.program(context);
  if (program === undefined) return [{ what: 'it runs session', mend: way.told }];
  if (program === launcherOf(context)) return launcherChecks(context, program);
  const isThere = isAllowed(program, constants.X_OK);
  const ran = isThere ? runs(context, program) : undefined;
  const why = ran?.code === 0 ? `${program} is not session: ${way.told}` : ran?.stderr.trim().split('\n').at(-1);
  return [
    { what: `it runs ${program}, which is there`, mend: isThere ? undefined : `put session there; or ${way.told}` },
    {
      what: 'that finds Node, with nothing set',
      mend: ran?.code === 0 && /^\d+\.\d+\.\d+\S*\n$/.test(ran.stdout) ? undefined : why || 'it is not there',
    },
  ];
}

function launcherChecks(context: Context, path: string): Check[] {
  const isThere = textOf(path) === launcherText(context);
  const ran = isThere ? runs(context, path) : undefined;
  const why = ran?.stderr.trim().split('\n').at(-1);
  return [
    { what: `the launcher ${path} is there`, mend: isThere ? undefined : 'session boot install' },
    { what: 'it finds session and Node', mend: ran?.code === 0 ? undefined : `${why ?? 'it is not there'}` },
  ];
}

const runs = ({ userHome }: Context, program: string) =>
  tryRun(['env', '-i', `HOME=${userHome}`, 'PATH=/usr/bin:/bin', program, '--version']);

/** That what boots with these variables, and no others, looks for sessions where they are. */
export function homeCheck({ home, userHome }: Context, variables: Record<string, string>, mend: string): Check {
  const what = `it finds the sessions of ${home}`;
  try {
    // Of a network's home each host has its part, which has the same name whoever asks.
    const place = placeOf({ HOME: userHome, ...variables }, process.getuid?.() ?? 0, () => basename(home));
    return { what, mend: place.home === home ? undefined : mend };
  } catch {
    return { what, mend }; // it is told of a home that is no path
  }
}

export const writableCheck = ({ home }: Context): Check => ({
  what: `${home} can be written`,
  mend: unwritable(home),
});

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

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
