// `session boot install`, `uninstall`, `status` and `test`: what brings the sessions back when the machine starts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SessionError } from '../base/errors.ts';
import type { Finding } from '../client/health.ts';
import type { Check, Context } from '../install/index.ts';
import { type Input, text } from './command.ts';
import { DONE, FAILED } from './exit-codes.ts';

const installation = () => require('./install.cjs') as typeof import('../install/index.ts');

/** What a login may have set that leads to another home: cron and init would not know it. */
const CARRIED = ['SESSION_HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'SESSION_HOSTNAME', 'SESSION_CONFIG_FILE'];

export function contextOf({ place, env, sources }: Pick<Input, 'place' | 'env' | 'sources'>): Context {
  const { username, homedir } = userInfo();
  const here: NodeJS.ProcessEnv = { ...env, SESSION_CONFIG_FILE: sources.variable }; // absolute
  const carried = CARRIED.flatMap((key) => (here[key] ? [[key, here[key]] as [string, string]] : []));
  return {
    scope: place.scope,
    home: place.home,
    user: username,
    userHome: homedir,
    session: join(__dirname, '../bin/session'),
    templates: join(__dirname, '../init'),
    configHome: env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(homedir, '.config'),
    environment: Object.fromEntries(carried),
  };
}

export function installBoot(input: Input): number {
  const { print, options, place } = input;
  const { methodFor, installing, installed, missingDirectories, noteMade, perform, placesOf, ...rest } = installation();
  const { removing, stayingByHand, shown, checksOf, whatStays } = rest;
  const context = contextOf(input);
  const method = methodFor(context, text(options, 'method'));
  const others = installed(context).filter((each) => each !== method);
  const steps = [...removing(context, others), ...installing(context, method)];
  if (steps.length === 0) {
    print.done(`Installed already, by ${method.name}.`);
    return DONE;
  }
  const byHand = stayingByHand(context, others);
  const already = whatStays(context).find((each) => checksOf(context, each).every(({ mend }) => mend === undefined));
  const isDry = options['dry-run'] === true;
  if (!isDry) {
    const made = missingDirectories(context.home, steps);
    (require('./launch.cjs') as typeof import('../client/launch.ts')).makeHome(place);
    noteMade(context.home, made, placesOf(context));
  }
  for (const step of steps) {
    for (const line of shown(step)) print.done(line);
    if (!isDry) perform(step);
  }
  print.done(isDry ? 'Nothing was done (--dry-run).' : `Installed, by ${method.name}. See session boot status.`);
  const lacking = isDry ? [] : checksOf(context, method).filter(({ mend }) => mend !== undefined);
  for (const { what, mend } of lacking) print.note(`the next boot needs more: ${what}. Mend: ${mend}`);
  for (const each of byHand) print.note(`${each}.`);
  if (already !== undefined) print.note(`${already.name}, boots them already; that both do is harmless.`);
  return DONE;
}

export function uninstallBoot(input: Input): number {
  const { print, options, place } = input;
  const { installed, uninstalling, perform, placesOf, removeMade, shown, stayingByHand, whatStays } = installation();
  (require('./launch.cjs') as typeof import('../client/launch.ts')).checkHome(place);
  const context = contextOf(input);
  const left = installed(context).map((each) => (each.isByHand?.(context) ? undefined : each.leaves?.(context)));
  const byHand = stayingByHand(context, installed(context));
  const steps = uninstalling(context);
  const isDry = options['dry-run'] === true;
  for (const step of steps) {
    for (const line of shown(step)) print.done(line);
    if (!isDry) perform(step);
  }
  if (!isDry) removeMade(context.home, placesOf(context));
  for (const each of left) if (each !== undefined) print.note(each);
  for (const each of byHand) print.note(`${each}.`);
  for (const { name } of whatStays(context)) print.note(`${name}, stays, and boots them.`);
  if (steps.length === 0) print.done(byHand.length > 0 ? 'Nothing was taken away.' : 'Nothing was installed.');
  else print.done(isDry ? 'Nothing was done (--dry-run).' : 'Uninstalled.');
  return DONE;
}

/** Whether the next boot will bring the sessions back, each thing that it needs having been looked at. */
export function bootStatus(input: Input): number {
  const { print } = input;
  const found = installation().whatBoots(contextOf(input));
  if (found === undefined) {
    if (print.wantsJson) print.json({ method: null, works: false, checks: [] });
    else print.say('Nothing is installed that brings sessions back at boot. See session boot install.');
    return FAILED;
  }
  const { way, works } = found;
  const checks = [...found.checks, configurationCheck(input)];
  if (print.wantsJson) {
    print.json({
      method: way.name,
      works,
      checks: checks.map(({ what, mend }) => ({ what, ok: mend === undefined, mend: mend ?? null })),
    });
    return works ? DONE : FAILED;
  }
  print.done(`Method: ${way.name}`);
  for (const each of checks) if (!print.quiet || each.mend !== undefined) print.say(checkLine(each));
  print.done(works ? 'The next boot brings the sessions back.' : 'The next boot does not bring the sessions back.');
  return works ? DONE : FAILED;
}

/** What is wrong is not in force at boot, and stops nothing. */
function configurationCheck({ settings }: Input): Check {
  const what = 'the configuration is right';
  try {
    settings();
    return { what, mend: undefined };
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return { what, mend: error.line };
  }
}

export const checkLine = ({ what, mend, isNote }: Check) =>
  mend === undefined ? `  ${isNote ? 'note' : 'yes '} ${what}` : `  NO   ${what}. Mend: ${mend}`;

/** For doctor: whether a boot is installed, and would work. */
export function bootFinding(input: Input): Finding {
  try {
    return findingOf(input);
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return { what: 'it can be seen whether a boot is installed', is: 'no', mend: error.line };
  }
}

function findingOf(input: Input): Finding {
  const found = installation().whatBoots(contextOf(input));
  if (found === undefined || found.isOff)
    return { what: 'sessions do not return after a reboot', is: 'note', mend: 'session boot install does that.' };
  const what = `the next boot brings the sessions back (${found.way.name})`;
  return found.works ? { what, is: 'yes' } : { what, is: 'no', mend: 'See session boot status.' };
}

/** The boot itself, for real: in a home of its own that is thrown away afterwards. */
export function testBoot(input: Input): number {
  const { print } = input;
  const { launcherOf, whatBoots, whyNotRun } = installation();
  const context = contextOf(input);
  const found = whatBoots(context);
  if (found === undefined || found.isOff)
    throw new SessionError('not-installed', 'nothing is installed that boots.', 'Use session boot install first.');
  const program = found.way.program(context);
  if (program === undefined)
    throw new SessionError('not-installed', 'what the boot runs cannot be found.', 'See session boot status.');
  const open = existsSync(program) ? whyNotRun(program) : undefined;
  if (open !== undefined)
    throw new SessionError(
      'unsafe-installation',
      `root would run ${program}, but ${open}.`,
      'See session boot status.',
    );
  const isLauncher = program === launcherOf(context);
  const home = mkdtempSync(join(tmpdir(), 'session-boot-'));
  const bare = {
    HOME: context.userHome,
    PATH: '/usr/bin:/bin',
    SHELL: '/bin/sh',
    LOGNAME: context.user,
    SESSION_HOME: home,
  };
  const run = (file: string, ...words: string[]) => {
    const ran = spawnSync(file, words, { env: bare, cwd: '/', encoding: 'utf8' });
    return { ok: ran.status === 0, said: `${ran.stdout ?? ''}${ran.stderr ?? ''}${ran.error?.message ?? ''}`.trim() };
  };
  const must = (what: string, file: string, ...words: string[]) => {
    const { ok, said } = run(file, ...words);
    if (!ok || !print.quiet) print.say(ok ? `  yes  ${what}` : `  NO   ${what}: ${said}`);
    if (!ok) throw new SessionError('not-installed', 'the boot does not work.', 'See session boot status.');
  };
  try {
    must('a session is made, in a home of its own', context.session, 'create', '-n', 'test', '--', 'sleep', '1000');
    must('everything is ended, as by a machine that goes down', context.session, 'shutdown');
    must(`${isLauncher ? 'the launcher' : program} boots, as cron and init run it`, program, 'boot', '--quiet');
    must('the session runs again', context.session, 'status', 'test');
    print.done('The boot works.');
    return DONE;
  } finally {
    run(context.session, 'shutdown');
    rmSync(home, { recursive: true, force: true });
  }
}
