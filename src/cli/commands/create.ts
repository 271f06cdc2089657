import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { openFilesAside, restored } from '../../base/aside.ts';
import { SessionError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import type { SessionView } from '../../model/view.ts';
import { type Command, type Input, text, texts } from '../command.ts';
import { noteFirstCreate } from '../first-create.ts';
import { supervisor, withProgress } from '../named.ts';
import { createdScheduled, createdSuspended, started } from '../sentences.ts';
import { watchBeginning } from '../watch.ts';
import { attachTo, checkTerminal } from './attach.ts';

export const create: Command = {
  name: 'create',
  meant: ['run', 'exec', 'add', 'spawn', 'begin', 'open', 'launch'],
  operands: '[--] [CMD [ARG…]]',
  least: 0,
  most: Number.POSITIVE_INFINITY,
  wordsEndOptions: true,
  summary: 'make a session and start its command ($SHELL where none is given)',
  options: [
    {
      long: 'name',
      short: 'n',
      value: 'NAME',
      doc: 'its name; without it the command’s, with a number if taken',
    },
    { long: 'suspended', short: 's', doc: 'do not begin yet: resume or attach begins it' },
    { long: 'directory', short: 'C', value: 'DIR', doc: 'where it runs; without it, here' },
    { long: 'env', short: 'e', value: 'K=V', repeat: true, doc: 'a variable of its environment' },
    { long: 'set', value: 'KEY=VALUE', repeat: true, doc: 'an attribute, as with session set' },
    { long: 'attach', short: 'a', doc: 'attach to it at once' },
    { long: 'attach-or-create', short: 'A', doc: 'attach to the session of that name if there is one' },
  ],
  examples: [
    'session create bash',
    'session create -n web -C /srv/web -e PORT=8080 -- node server.js',
    'session create -n backend -s /usr/local/sbin/myserver',
    "session create -n job --set restart=never -- sh -c 'make && ./run'",
  ],
  run,
};

async function run(input: Input): Promise<number> {
  const { options, print } = input;
  const attaches = options.attach === true || options['attach-or-create'] === true;
  if (attaches && !input.isTerminal)
    throw new SessionError('no-terminal', 'attaching needs a terminal.', 'Leave out -a and -A.');
  if (attaches) checkTerminal(input);
  const request = requestOf(input);
  const link = await supervisor(input);
  try {
    if (options['attach-or-create'] === true && request.name !== undefined) {
      const { sessions } = await link.request('list', { usage: false });
      if (sessions.some((each) => each.name === request.name)) return await attachTo(input, request.name, false);
    }
    const { session, note } = await withProgress(print, () => 'Starting …', link.request('create', request));
    if (note !== undefined) print.note(`${note} (Only a note: it has not begun.)`);
    if (attaches) return await attachTo(input, session.id, false);
    if (print.wantsJson) print.json(session);
    else print.done(madeSentence(session));
    noteFirstCreate(input);
    await watchBeginning(input, link, session);
    return 0;
  } finally {
    link.close();
  }
}

const madeSentence = (session: SessionView) =>
  session.state === 'held'
    ? createdSuspended(session)
    : session.nextRun !== null && session.state === 'stopped'
      ? createdScheduled(session)
      : started(session);

function requestOf({ operands, options, env, settings, isTerminal }: Input) {
  const from = here();
  const environment = restored(env);
  const isOurs = options.global !== true; // and not of whoever asked through sudo
  const shell = isOurs ? environment.SHELL : userInfo().shell;
  const command = operands.length > 0 ? operands : [shell || '/bin/sh'];
  if (command[0] === '') throw new SessionError('usage', 'the command is empty.', 'See session create --help.');
  const directory = text(options, 'directory');
  const umask = process.umask();
  return {
    name: text(options, 'name'),
    command,
    from,
    directory: directory === undefined ? undefined : resolve(from, directory),
    environment: isOurs ? environment : undefined,
    ownEnvironment: Object.fromEntries(texts(options, 'env').map(variable)),
    umask,
    openFiles: openFilesAside(env),
    set: [...settings().defaults, ...texts(options, 'set').map(setting)],
    suspended: options.suspended === true,
    size: isTerminal ? { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 } : undefined,
  };
}

function here(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new SessionError('cannot-run', 'the directory that you are in is gone.', 'Go to one that is there.', error);
  }
}

/** K=V as a pair; refused where it is none. */
export function variable(word: string): [string, string] {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw new SessionError('usage', `${quote(word)} is no variable.`, 'Write it as NAME=VALUE.');
}

function setting(word: string): [string, string] {
  const equals = word.indexOf('=');
  const key = word.slice(0, equals);
  const own: Record<string, string> = { name: '-n', directory: '-C', environment: '-e', command: '--' };
  if (own[key] !== undefined) throw new SessionError('usage', `--set does not take '${key}'.`, `Use ${own[key]}.`);
  if (equals > 0) return [key, word.slice(equals + 1)];
  throw new SessionError('usage', `${quote(word)} sets nothing.`, 'Write it as KEY=VALUE.');
}
