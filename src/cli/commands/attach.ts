import { closeSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { SessionError } from '../../base/errors.ts';
import { OVERWRITE_OWN, readOwn } from '../../base/own-file.ts';
import { attach as attachTerminal, type Detached } from '../../client/attach.ts';
import { shellStatus } from '../../model/exit.ts';
import { showKeys } from '../../model/key.ts';
import { isAtRest } from '../../model/lifecycle.ts';
import type { SessionView } from '../../model/view.ts';
import type { Command, Input } from '../command.ts';
import { FAILED, NOT_RUNNING } from '../exit-codes.ts';
import { launcher, supervisor } from '../named.ts';
import { attachedTo, detached, ended, inGlobalScope, notRunning, removed, stateLine, titleOf } from '../sentences.ts';

export const attach: Command = {
  name: 'attach',
  meant: ['at', 'join', 'enter', 'fg', 'connect', 'resume-screen', 'view', 'open'],
  operands: '[NAME]',
  least: 0,
  most: 1,
  summary: 'put a session on this terminal; Ctrl-\\ (or as configured) leaves it running and returns',
  options: [{ long: 'read-only', short: 'r', doc: 'only watch: type nothing, resize nothing' }],
  examples: ['session attach backend', 'session attach -r web'],
  async run(input) {
    if (!input.isTerminal) {
      throw new SessionError('no-terminal', 'attach needs a terminal.', 'Without one, see session logs -f NAME.');
    }
    checkTerminal(input);
    const wanted = input.operands[0] ?? (await unnamed(input));
    return attachTo(input, wanted, input.options['read-only'] === true);
  },
};

/** A terminal that knows no control sequences would show them. */
export function checkTerminal({ env }: Input): void {
  if (env.TERM !== undefined && env.TERM !== '' && env.TERM !== 'dumb') return;
  const what = env.TERM === 'dumb' ? 'TERM=dumb' : 'TERM is not set';
  throw new SessionError('no-terminal', `this terminal cannot show a session (${what}).`, 'See session logs -f NAME.');
}

/** Attaches this terminal to a session, by name or id, and answers the exit status. */
export async function attachTo(input: Input, wanted: string, readOnly: boolean): Promise<number> {
  const { env, print, place } = input;
  const starting = launcher(input);
  const detachKeys = input.settings().values['detach-key'];
  const key = showKeys(detachKeys);
  const scoped = (line: string) => (input.options.global === true ? inGlobalScope(line) : line);
  const result = await attachTerminal({
    place,
    launch: starting.launch,
    session: wanted,
    readOnly,
    detachKeys,
    input: process.stdin as import('node:tty').ReadStream,
    output: process.stdout as import('node:tty').WriteStream,
    lines: {
      attached: (session) => (isAtRest(session.state) ? '' : `${attachedTo(session, key)}\r\n`),
      title: (session) => titleOf(session, key),
      state: (session, before) => scoped(stateLine(session, Date.now(), before)),
    },
    begin(session, link) {
      starting.tell(link);
      if (env.SESSION_ID === session.id) {
        throw new SessionError(
          'usage',
          `this is session '${session.name}' itself.`,
          'It cannot be shown inside itself.',
        );
      }
      rememberAttached(input, session);
    },
  });
  return tell(result, print);
}

function tell({ left, session, found }: Detached, print: Input['print']): number {
  switch (left.reason) {
    case 'detached':
      print.done(detached(session));
      return 0;
    case 'ended':
      if (!found.live && found.state !== 'held' && found.state !== 'backing-off' && found.state !== 'starting') {
        print.plain(notRunning(session, Date.now()));
        return NOT_RUNNING;
      }
      if (session.state === 'failed') print.plain(notRunning(session, Date.now()));
      else print.done(ended(session));
      return left.exit === null ? 0 : shellStatus(left.exit, constants.signals);
    case 'removed':
      print.done(removed(session));
      return FAILED;
    case 'shutdown':
      print.note('the supervisor was shut down. See session boot.');
      return FAILED;
    case 'hung-up':
      forgetTerminal();
      return left.signal === undefined ? 0 : 128 + constants.signals[left.signal];
  }
}

/** At its end Node would set the terminal back, and abort where that is gone. Closed, there is none to be set. */
function forgetTerminal(): void {
  for (const fd of [0, 1, 2]) {
    try {
      closeSync(fd);
    } catch {
      // It was closed before we began.
    }
  }
}

/** No name was given: the only session, else the one attached last, else the user must say. */
async function unnamed(input: Input): Promise<string> {
  const link = await supervisor(input);
  try {
    const all = (await link.request('list', { usage: false })).sessions;
    const sessions = all.filter((each) => each.id !== input.env.SESSION_ID); // none can be shown inside itself
    if (sessions.length === 1) return (sessions[0] as SessionView).id;
    if (sessions.length === 0) {
      const what = all.length === 0 ? 'there is no session' : 'there is no other session';
      throw new SessionError('usage', `${what} to attach to.`, 'Make one: session create');
    }
    const last = lastAttached(input);
    if (sessions.some((each) => each.id === last)) return last;
    const names = sessions
      .map((each) => each.name)
      .sort()
      .join(', ');
    throw new SessionError('usage', `attach to which? There are: ${names}.`, 'Use session attach NAME.');
  } finally {
    link.close();
  }
}

function lastAttached({ place }: Input): string {
  try {
    return readOwn(place.lastAttached).toString('utf8').trim();
  } catch {
    return '';
  }
}

function rememberAttached({ place }: Input, session: SessionView): void {
  try {
    writeFileSync(place.lastAttached, `${session.id}\n`, { mode: 0o600, flag: OVERWRITE_OWN as unknown as string });
  } catch {
    // A full disk spoils only this convenience.
  }
}
