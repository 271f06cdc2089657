// A terminal attached to a session: keyboard to input, output to the screen, until one of them leaves. When
// the supervisor is replaced it goes on by itself, from the byte where it was, in both directions.
import type { ReadStream, WriteStream } from 'node:tty';
import { SessionError } from '../base/errors.ts';
import type { Size } from '../base/size.ts';
import { detachKey } from '../model/detach-key.ts';
import type { Key } from '../model/key.ts';
import type { SessionView } from '../model/view.ts';
import { OUTPUT } from '../protocol/frame.ts';
import type { Left, ToClient, ToSupervisor } from '../protocol/messages.ts';
import { isOneTerminal, type Lender, type Lending, lending } from './lending.ts';
import { type Link, type LinkOptions, openLink } from './link.ts';
import { enterRawMode, type RawTerminal } from './raw-terminal.ts';
import { typedBytes } from './typed.ts';

export interface AttachOptions extends LinkOptions {
  session: string;
  readOnly: boolean;
  /** What leaves the session. */
  detachKeys: Key[];
  input: ReadStream;
  output: WriteStream;
  /** Lines that are ours to write into the terminal. */
  lines: {
    attached(session: SessionView): string;
    /** The window's title, as long as the session sets none. */
    title(session: SessionView): string;
    /** What a session that shows nothing itself is doing, which was so before; '' for one that runs. */
    state(session: SessionView, before: SessionView | undefined): string;
  };
  /** Called once the supervisor has answered, before the terminal is touched; throws to refuse. */
  begin(session: SessionView, link: Link): void;
}

export interface Detached {
  session: SessionView;
  /** How the session was when we came. */
  found: SessionView;
  left: Left | { reason: 'hung-up'; signal: NodeJS.Signals | undefined };
}

/** Attaches until detached, ended, removed, shut down or hung up. The terminal is restored in any case. */
export async function attach(options: AttachOptions): Promise<Detached> {
  const { input, output, readOnly } = options;
  const client = 1 + Math.floor(Math.random() * 2 ** 47);
  const typed = typedBytes();
  let offset: number | undefined;
  let terminal: RawTerminal | undefined;
  let session: SessionView | undefined;
  let shown = '';
  let isTold = false;
  /** Somebody resized the terminal, and no redraw has shown yet that a supervisor knows. */
  let resized = false;
  /** Between the reply to `attach` and the end of its connection. In a gap nothing may be sent: it is kept. */
  let joined = false;
  /** There where the supervisor understands it. */
  let loan: Lending | undefined;
  let finish: (left: Detached['left']) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const over = new Promise<Detached['left']>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  over.catch(() => {}); // it may come before anybody waits

  /** A line of ours, when the state is one in which the session itself shows nothing. */
  const showState = (now: SessionView) => {
    const line = options.lines.state(now, session);
    session = now;
    if (line !== '' && line !== shown) terminal?.writeLine(line);
    shown = line;
  };

  const stream: NonNullable<LinkOptions['stream']> = {
    bytes(kind, bytes) {
      if (kind === OUTPUT && offset !== undefined) offset += bytes.length;
      terminal?.write(bytes);
      loan?.stirred();
    },
    message(message: ToClient) {
      if (loan?.hears(message) === true) return;
      if ('error' in message)
        terminal?.writeLine(
          `session: ${new SessionError(message.error.code, message.error.message, message.error.hint).line}`,
        );
      if (!('is' in message)) return;
      if (message.is === 'changed') showState(message.session);
      if (message.is === 'redrawn') {
        offset = message.from;
        resized = false;
        terminal?.drawn(message.atLineStart);
        if (shown !== '') terminal?.writeLine(shown); // it was drawn over
      }
      if (message.is === 'taken') typed.taken(message.upTo);
      if (message.is === 'left') {
        isTold = true;
        if (message.reason === 'ended') session = message.session;
        finish(message);
      }
    },
    closed() {
      joined = false;
      loan?.lost();
      join().catch((error) => fail(isNobody(error) ? keeperEnded(session) : error)); // its successor takes us on
    },
  };

  const linkOptions: LinkOptions = { ...options, stream };
  const link = await openLink(linkOptions);
  if (link === undefined) throw new SessionError('no-supervisor', 'no supervisor is running.');

  const join = async () => {
    const request = {
      session: session?.id ?? options.session,
      size: sizeOf(output),
      readOnly,
      client,
      from: offset,
      acknowledged: typed.acknowledged,
      plain: terminal === undefined,
    };
    terminal ??= enterRawMode(input, () => finish({ reason: 'hung-up', signal: undefined }));
    const { begin, write } = terminal;
    const reply = await link.request('attach', request, (reply) => {
      if (session === undefined) {
        options.begin(reply.session, link);
        linkOptions.launch = undefined; // later on, nobody there means that the keeper died
        begin(reply.plain === true);
        write(options.lines.attached(reply.session));
        if (options.lines.attached(reply.session) !== '') write(`\x1b]2;${options.lines.title(reply.session)}\x1b\\`); // until the session sets one
        offset = reply.from;
      }
      joined = true;
      if (reply.borrows !== true) loan?.close();
      else if (!readOnly && isOneTerminal()) loan ??= lending(lender);
      for (const bytes of typed.resume(reply.taken)) link.type(bytes);
      if (resized || differs(request.size, sizeOf(output))) say({ is: 'resize', size: sizeOf(output) });
      session = reply.session; // shown by the message that follows the redraw
    });
    return reply.session;
  };

  const say = (message: ToSupervisor) => joined && link.say(message);
  const type = (bytes: Buffer) => {
    for (const each of typed.add(bytes)) if (joined) link.type(each);
  };
  const leave = () => {
    say({ is: 'leave' });
    setTimeout(() => finish({ reason: 'detached' }), LEAVE_LIMIT).unref(); // in a gap nobody answers
  };
  let keys = detachKey(options.detachKeys);
  /** Typed while the terminal is lent to a supervisor that does not use it. */
  const early: Buffer[] = [];
  const onKeys = (chunk: Buffer) => {
    if (loan?.isOut === true) {
      early.push(chunk);
      if (detachKey(options.detachKeys).look(chunk).detach) leave();
      return;
    }
    loan?.stirred();
    const { typed: bytes, detach } = keys.look(chunk);
    if (session?.state === 'held') {
      if (detach || /[qQ\x03\x04]/.test(bytes.toString('latin1'))) leave();
      else if (!readOnly && /[\r\n]/.test(bytes.toString('latin1'))) say({ is: 'begin' });
      return;
    }
    if (session?.state === 'backing-off' && !readOnly && bytes.toString('latin1') === 's') say({ is: 'giveUp' });
    else if (bytes.length > 0 && !readOnly && session?.live !== false) type(bytes);
    if (detach) leave();
  };
  const lender: Lender = {
    input,
    offer() {
      if (!joined || resized || shown !== '' || keys.withholds || session?.state !== 'running') return undefined;
      terminal?.flush();
      return {
        received: link.received,
        detachKeys: options.detachKeys,
        remembered: keys.remembered.toString('base64'),
      };
    },
    say,
    goOn(standing) {
      if (standing !== undefined) {
        offset = standing.from;
        terminal?.wasShown(standing.shown);
        typed.goOn(standing.taken, standing.given);
        keys = detachKey(options.detachKeys, standing.remembered);
        if (standing.unread.length > 0) onKeys(standing.unread);
      }
      for (const each of early.splice(0)) onKeys(each);
    },
    overdue: () => link.expect(),
  };
  const tellSize = () => say({ is: 'resize', size: sizeOf(output) });
  const onResize = () => {
    resized = true;
    tellSize();
  };
  const onContinue = () => {
    terminal?.reenter();
    tellSize();
    say({ is: 'redraw' });
  };
  /** The shell that we are stopped for gets its terminal as it was. */
  const onStop = async () => {
    await loan?.takeBack(LEAVE_LIMIT);
    terminal?.restore();
    process.kill(process.pid, 'SIGSTOP');
  };
  const hangUp = (signal?: NodeJS.Signals) => finish({ reason: 'hung-up', signal });

  try {
    const found = await join();
    input.on('data', onKeys);
    input.on('end', () => hangUp());
    input.on('error', () => hangUp());
    input.resume();
    output.on('resize', onResize);
    process.on('SIGTSTP', onStop);
    process.on('SIGCONT', onContinue);
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT', 'SIGQUIT'] as const) process.on(signal, hangUp);
    const left = await over;
    return { session: session ?? found, found, left };
  } finally {
    await loan?.takeBack(LEAVE_LIMIT);
    loan?.close();
    input.pause();
    terminal?.restore(isTold);
    link.close();
  }
}

/** A supervisor that is being replaced cannot say good-bye, ms. */
const LEAVE_LIMIT = 500;

const sizeOf = (output: WriteStream): Size => ({ columns: output.columns || 80, rows: output.rows || 24 });

const differs = (a: Size, b: Size) => a.columns !== b.columns || a.rows !== b.rows;

const isNobody = (error: unknown) => error instanceof SessionError && error.code === 'no-supervisor';

const keeperEnded = (session: SessionView | undefined) =>
  new SessionError(
    'no-supervisor',
    `lost session '${session?.name}': its keeper ended, and its process with it.`,
    'Use session boot.',
  );
