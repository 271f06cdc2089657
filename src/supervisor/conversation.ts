// One connection: greeted, its requests handled, and once it is attached, a stream. Whoever breaks the rules or
// says nothing is dropped; the others never notice.
import type { Socket } from 'node:net';
import { type ErrorCode, SessionError } from '../base/errors.ts';
import { version } from '../base/version.ts';
import { isAtRest } from '../model/lifecycle.ts';
import { type Connection, connection } from '../protocol/connection.ts';
import { INPUT } from '../protocol/frame.ts';
import { type AnyRequest, PROTOCOL, type SupervisorHello } from '../protocol/messages.ts';
import { idOf, parseHello, parseRequest, parseStreamed, type Streamed } from '../protocol/schemas.ts';
import type { AttachedClient } from './attached-client.ts';
import type { Caller, Handlers } from './handlers.ts';
import { holdUpWhileFull } from './hold-up.ts';
import type { House } from './house.ts';
import type { Session } from './session.ts';
import { typeInto } from './showing.ts';
import { turn } from './turns.ts';

/** What the hello tells besides who we are. */
export type Greeting = () => Pick<SupervisorHello, 'relaunched' | 'unreadable' | 'unowned'>;

/** A connection that asks for nothing is closed after this long, ms. */
const SILENCE = 10_000;

/** Answers that a client has not fetched, before no more of its requests are read. */
const MOST_UNFETCHED = 1024 * 1024;

/** What changes nothing. */
const READING = new Set(['list', 'ping']);

/** What a supervisor that is leaving still answers; anything else is for its successor. */
const WHILE_LEAVING = new Set(['shutdown', 'list', 'ping']);

/** Talks with whoever is at the other end of `socket` until one of them has enough; then `closed` is called. */
export function converse(
  house: House,
  socket: Socket,
  handlers: Handlers,
  greeting: Greeting,
  closed: () => void,
): Connection {
  let greeted = false;
  let underWay = 0;
  let session: Session | undefined;
  let client: AttachedClient | undefined;
  let undoSilence = () => {};
  const expectRequest = () => {
    undoSilence();
    undoSilence = house.clock.after(SILENCE, () => self.destroy());
  };

  const greet = (message: unknown) => {
    const hello = parseHello(message);
    greeted = true;
    self.send({
      is: 'hello',
      protocol: PROTOCOL,
      version,
      pid: process.pid,
      keeper: { pid: house.keeper.pid, version: house.keeper.version, life: house.keeper.life },
      ...greeting(),
    } satisfies SupervisorHello);
    if (hello.protocol !== PROTOCOL) house.log.info('a client of another protocol', { protocol: hello.protocol });
  };

  const handle = async (message: unknown) => {
    let id = idOf(message);
    undoSilence();
    underWay++;
    try {
      const request: AnyRequest = parseRequest(message);
      id = request.id;
      const ours = turn();
      if (ours !== undefined) await ours;
      // Closed without an answer, the client asks again: whoever comes after us does it.
      if (house.leaving() && !WHILE_LEAVING.has(request.is)) return self.destroy();
      let begin = () => {};
      const caller: Caller = {
        connection: self,
        requestId: id,
        attached(to, as) {
          session = to;
          client = as;
          begin = () => attachTo(to, as, request.is === 'attach' ? request.from : undefined);
        },
      };
      const handler = handlers[request.is] as (request: AnyRequest, caller: Caller) => unknown;
      const ok = await handler(request, caller);
      if (!READING.has(request.is)) house.posted.withdraw();
      self.send({ re: id, ok: ok as object });
      begin();
    } catch (error) {
      const known = error instanceof SessionError;
      if (known && error.code === 'stopping' && house.leaving()) return self.destroy(); // for our successor, as above
      if (!known) house.log.error('a request failed', { error: (error as Error).stack });
      const code = known ? error.code : 'internal';
      const text = known ? error.message : `the supervisor could not do this (${(error as Error).message}).`;
      const hint = known ? error.hint : `See ${house.place.supervisorLog}.`;
      answerError(id, { code, message: text, hint });
    } finally {
      underWay--;
      if (self.queued > MOST_UNFETCHED && !socket.isPaused()) {
        socket.pause();
        socket.once('drain', () => socket.resume());
      }
      if (underWay === 0 && client === undefined) expectRequest();
    }
  };

  /** An answer that cannot be given is no reason to end: whoever asked is let go. */
  const answerError = (id: string | null, error: { code: ErrorCode; message: string; hint: string | undefined }) => {
    try {
      self.send({ re: id, error });
    } catch {
      self.destroy();
    }
  };

  const stream = (message: Streamed) => {
    if (session === undefined || client === undefined) return;
    if (message.is === 'lend') return client.lends(message);
    client.giveBack();
    if (message.is === 'leave') return client.leave({ reason: 'detached' });
    if (message.is === 'redraw') return client.redraw();
    if (message.is === 'resize') return session.clients.lead(client, message.size);
    if (client.readOnly) return;
    if (message.is === 'begin' && session.life.state === 'held') tryTo(() => session?.dispatch({ is: 'resume' }));
    if (message.is === 'giveUp' && session.life.state === 'backing-off') tryTo(() => session?.dispatch({ is: 'stop' }));
  };

  const tryTo = (deed: () => void) => {
    try {
      deed();
    } catch (error) {
      const known = error instanceof SessionError ? error : new SessionError('internal', String(error));
      answerError(null, { code: known.code, message: known.message, hint: known.hint });
    }
  };

  const self: Connection = connection(
    socket,
    {
      message(message) {
        try {
          if (!greeted) greet(message);
          else if (client !== undefined) stream(parseStreamed(message));
          else void handle(message);
        } catch (error) {
          if (!(error instanceof SessionError)) throw error;
          self.send({ re: null, error: { code: error.code, message: error.message, hint: error.hint } });
          self.end();
        }
      },
      bytes(kind, bytes) {
        if (kind !== INPUT || session === undefined || client === undefined || client.readOnly) return;
        typeInto(session, client, bytes);
        holdUpWhileFull(socket, session);
      },
      closed(error) {
        if (error !== undefined) house.log.warn('a client broke the protocol', { error: error.message });
        undoSilence();
        session?.clients.remove(self);
        session?.changed();
        closed();
      },
    },
    'supervisor',
  );
  expectRequest();
  return self;
}

/** From here on the connection is a stream. Nothing may come between the reply and this. */
function attachTo(session: Session, client: AttachedClient, from: number | undefined): void {
  session.clients.add(client, from !== undefined);
  client.begin(from);
  session.changed();
  if (isAtRest(session.life.state)) session.farewell();
}
