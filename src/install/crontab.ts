// One @reboot line in the user's crontab. Every other line stays as it is, byte for byte.
import { SessionError } from '../base/errors.ts';
import { isRunning, usualProgram } from '../base/machine.ts';
import { type Context, launcherOf, type Method, quoted } from './method.ts';
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
  const { code, stdout, stderr } = tryRun(['crontab', '-l'], '', 'latin1');
  if (code === 0) return stdout;
  if (/no crontab|no such file/i.test(stderr)) return null;
  throw new SessionError(
    'not-installed',
    `the crontab cannot be read: ${stderr.trim().split('\n')[0]}.`,
    'Nothing was changed.',
  );
}

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

function withoutOurs(text: string, context: Context): string {
  const ours = isOurs(context);
  // Split so that each line keeps its end: a last one without stays without.
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !ours(line.replace(/\n$/, ''))).join('');
}

function missesCrontab(): string | undefined {
  return usualProgram('crontab') ? undefined : 'there is no crontab program: install cron';
}
