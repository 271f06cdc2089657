// What a boot runs, looked at as cron and init run it: the launcher in the home, or a program that somebody chose who
// put a unit or script in place by hand; and whether that finds the sessions.
import { accessSync, constants } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf, reasonOf } from '../base/errors.ts';
import { placeOf } from '../base/paths.ts';
import { openBesidesRoot } from '../base/ways.ts';
import { type Check, type Context, launcherOf, type Way } from './method.ts';
import { template, textOf, tryRun } from './steps.ts';

export const launcherText = ({ templates, session }: Context) =>
  template(join(templates, 'launch')).replaceAll('@SESSION@', () => session.replaceAll("'", "'\\''"));

/** Why root does not run it to look at it: somebody else could have put there what it liked. */
export const whyNotRun = (program: string): string | undefined =>
  process.getuid?.() === 0 ? openBesidesRoot(program) : undefined;

/** That it is there, and runs with nothing set. */
export function programChecks(context: Context, way: Way): Check[] {
  const unsure = way.unsure?.(context) ?? [];
  return [...unsure, ...checksOfProgram(context, way, unsure.length > 0)];
}

function checksOfProgram(context: Context, way: Way, isUnsure: boolean): Check[] {
  const program = way.program(context);
  if (program === undefined)
    return [
      { what: 'it runs session', mend: isUnsure ? `what it runs cannot be seen from here; ${way.told}` : way.told },
    ];
  const isThere = isAllowed(program, constants.X_OK);
  const open = isThere ? whyNotRun(program) : undefined;
  if (open !== undefined)
    return [{ what: `nobody but root can change ${program}, which it runs`, mend: `${open}; ${way.told}` }];
  if (program === launcherOf(context)) return launcherChecks(context, program);
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
    { what: 'it finds session and Node', mend: ran?.code === 0 ? undefined : why || 'it is not there' },
  ];
}

const runs = ({ userHome }: Context, program: string) =>
  tryRun(['env', '-i', `HOME=${userHome}`, 'PATH=/usr/bin:/bin', program, '--version'], 'utf8', `${program} --version`);

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

/** One that is not there yet is no fault. No mode helps where the file system itself is not written to. */
export function writableCheck({ home }: Context): Check {
  const what = `${home} can be written`;
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return { what, mend: undefined };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      return { what: `${home} is not there yet: the first create makes it`, mend: undefined };
    const isReadOnly = errnoOf(error) === 'EROFS';
    return { what, mend: isReadOnly ? `${reasonOf(error)}: mount it for writing` : `chmod u+rwx ${home}` };
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
