// One @reboot line in the user's crontab. Every other line stays as it is, byte for byte.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Context, launcherOf, type Method, quoted } from './method.ts';
import { isProgram, type Step, tryRun } from './steps.ts';

const MARK = '# session boot of';

/** `%` is a line's end to cron. */
function lineOf(context: Context): string {
  const variables = Object.entries(context.environment).map(([key, value]) => `${key}=${quoted(value)} `);
  const command = `${variables.join('')}${quoted(launcherOf(context))} boot --quiet`;
  return `@reboot ${command.replaceAll('%', '\\%')} ${MARK} ${context.home.replaceAll('%', '\\%')}`;
}

/** Null: the user has none. */
function crontabText(): string | null {
  const { code, stdout } = tryRun(['crontab', '-l']);
  return code === 0 ? stdout : null;
}

const isOurs = ({ home }: Context) => {
  const end = `${MARK} ${home.replaceAll('%', '\\%')}`;
  return (line: string) => line.endsWith(end);
};

export const crontab: Method = {
  name: 'crontab',
  scopes: ['user', 'global'],
  lacks: () => (isProgram('crontab') ? undefined : 'there is no crontab program: install cron'),
  install(context) {
    const text = crontabText() ?? '';
    const line = lineOf(context);
    const lines = text.split('\n');
    const ours = lines.filter(isOurs(context));
    if (ours.length === 1 && ours[0] === line) return [];
    const others = withoutOurs(text, context);
    const before = others === '' || others.endsWith('\n') ? others : `${others}\n`;
    return [{ do: 'crontab', text: `${before}${line}\n`, line, adds: true }];
  },
  uninstall(context): Step[] {
    const text = crontabText();
    const ours = text?.split('\n').find(isOurs(context));
    if (text === null || ours === undefined) return [];
    const left = withoutOurs(text, context);
    return [{ do: 'crontab', text: left === '' ? null : left, line: ours, adds: false }];
  },
  checks: (context) => [
    {
      what: 'the @reboot line is in the crontab',
      mend: crontabText()?.split('\n').includes(lineOf(context)) ? undefined : 'session boot install --method crontab',
    },
    {
      what: 'cron is running',
      mend: runs('cron') || runs('crond') ? undefined : 'start cron, and see that it starts with the machine',
    },
  ],
};

function withoutOurs(text: string, context: Context): string {
  const ours = isOurs(context);
  // Split so that each line keeps its end: a last one without stays without.
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !ours(line.replace(/\n$/, ''))).join('');
}

/** Whether a process of that name is there. */
function runs(name: string): boolean {
  return readdirSync('/proc').some((entry) => {
    const path = `/proc/${entry}/comm`;
    if (!/^\d+$/.test(entry) || !existsSync(path)) return false;
    try {
      return readFileSync(path, 'utf8').trim() === name;
    } catch {
      return false; // it has just ended
    }
  });
}
