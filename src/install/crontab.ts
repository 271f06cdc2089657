// One @reboot line in the user's crontab. Every other line stays as it is, byte for byte.
import { SessionError } from '../base/errors.ts';
import { isRunning, usualProgram } from '../base/machine.ts';
import { type Check, type Context, launcherOf, type Method, quoted } from './method.ts';
import { type Step, tryRun } from './steps.ts';

const MARK = '# session boot of';

/** `%` is a line's end to cron. */
function lineOf(context: Context): string {
  const variables = Object.entries(context.environment).map(([key, value]) => `${key}=${quoted(value)} `);
  const command = `${variables.join('')}${quoted(launcherOf(context))} boot --quiet`;
  return `@reboot ${command.replaceAll('%', '\\%')} ${MARK} ${context.home.replaceAll('%', '\\%')}`;
}

/** Its bytes, one a character, so that what is no UTF-8 stays as it is. Null: the user has none. Throws where it cannot be read. */
function crontabText(): string | null {
  const { code, stdout, stderr } = tryRun(['crontab', '-l'], 'latin1');
  if (code === 0) return stdout;
  if (/no crontab|no such file/i.test(stderr) || MAY_NOT.test(stderr)) return null;
  throw new SessionError(
    'not-installed',
    `the crontab cannot be read: ${stderr.trim().split('\n')[0]}.`,
    'Nothing was changed.',
  );
}

/** Of one whom cron.allow or cron.deny leaves out. */
const MAY_NOT = /not allowed/i;

const bytesOf = (text: string) => Buffer.from(text).toString('latin1');

const isOurs = ({ home }: Context) => {
  const end = bytesOf(`${MARK} ${home.replaceAll('%', '\\%')}`);
  return (line: string) => line.endsWith(end);
};

export const crontab: Method = {
  name: 'crontab',
  scopes: ['user', 'global'],
  lacks: () => missesCrontab(),
  misses: () => missesCrontab(),
  isInstalled: (context) => hasOurs(context),
  program: launcherOf,
  told: 'session boot install --method crontab',
  install(context) {
    const text = crontabText() ?? '';
    const line = lineOf(context);
    const lines = text.split('\n');
    const ours = lines.filter(isOurs(context));
    if (ours.length === 1 && ours[0] === bytesOf(line)) return [];
    const others = withoutOurs(text, context);
    const before = others === '' || others.endsWith('\n') ? others : `${others}\n`;
    return [{ do: 'crontab', text: `${before}${bytesOf(line)}\n`, line, adds: true }];
  },
  uninstall(context): Step[] {
    const text = crontabText();
    const ours = text?.split('\n').find(isOurs(context));
    if (text === null || ours === undefined) return [];
    const left = withoutOurs(text, context);
    return [
      { do: 'crontab', text: left === '' ? null : left, line: Buffer.from(ours, 'latin1').toString(), adds: false },
    ];
  },
  checks: (context) => [
    {
      what: 'the @reboot line is in the crontab',
      mend: isIn(context) ? undefined : 'session boot install --method crontab',
    },
    ...changedBefore(context),
    {
      what: 'cron is running',
      mend: isRunning('cron', 'crond') ? undefined : 'start cron, and see that it starts with the machine',
    },
  ],
};

function hasOurs(context: Context): boolean {
  return crontabText()?.split('\n').some(isOurs(context)) === true;
}

function isIn(context: Context): boolean {
  try {
    return (
      crontabText()
        ?.split('\n')
        .includes(bytesOf(lineOf(context))) === true
    );
  } catch {
    return false;
  }
}

/** What stands above the line and changes where, or by what, it is run. */
function changedBefore(context: Context): Check[] {
  const lines = textIfAny().split('\n');
  const above = lines.slice(0, Math.max(0, lines.findIndex(isOurs(context))));
  return ['HOME', 'SHELL'].flatMap((name) => {
    const pattern = new RegExp(`^\\s*["']?${name}["']?\\s*=\\s*(.*?)\\s*$`);
    const value = above
      .flatMap((line) => pattern.exec(line)?.[1] ?? [])
      .at(-1)
      ?.replace(/^(["'])(.*)\1$/, '$2');
    const isFine = name === 'HOME' ? value === context.userHome : /\/(ba|da|k|z)?sh$/.test(value ?? '');
    if (value === undefined || isFine) return [];
    return [{ what: `the crontab leaves ${name} as it is`, mend: `put the line ${name}=${value} below session's` }];
  });
}

function textIfAny(): string {
  try {
    return crontabText() ?? '';
  } catch {
    return '';
  }
}

function withoutOurs(text: string, context: Context): string {
  const ours = isOurs(context);
  // Split so that each line keeps its end: a last one without stays without.
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !ours(line.replace(/\n$/, ''))).join('');
}

function missesCrontab(): string | undefined {
  if (usualProgram('crontab') === undefined) return 'there is no crontab program: install cron';
  return MAY_NOT.test(tryRun(['crontab', '-l']).stderr) ? 'the administrator does not let you use crontab' : undefined;
}
