// Requests to the supervisor, each done exactly once: its id goes with it when it is sent again to the next
// supervisor, after the one that was asked has died or been replaced.
import { SessionError } from '../base/errors.ts';
import type { Place } from '../base/paths.ts';
import { version } from '../base/version.ts';
import { type Connection, connection, type Receiver } from '../protocol/connection.ts';
import { INPUT } from '../protocol/frame.ts';
import {
  type Hello,
  PROTOCOL,
  type ReplyOf,
  type RequestName,
  type RequestOf,
  type SupervisorHello,
  type ToClient,
  type ToSupervisor,
} from '../protocol/messages.ts';
import { checkPrivateDirectory } from '../system/private-directory.ts';
import { checkHello, noAnswer, tryConnect } from './connect.ts';
import { patience } from './patience.ts';

/** What a supervisor of any protocol can be asked: above all to leave, or to let this version take its place. */
const FROZEN = new Set(['ping', 'shutdown', 'upgrade']);

export interface Link {
  /** `now` is called with the reply before anything that came behind it is looked at. */
  request<K extends RequestName>(is: K, request: RequestOf<K>, now?: (reply: ReplyOf<K>) => void): Promise<ReplyOf<K>>;
  /** The greeting of the supervisor that answered last. */
  readonly hello: SupervisorHello | undefined;
  /** To the session this connection is attached to; dropped in a gap. */
  say(message: ToSupervisor): void;
  type(bytes: Buffer): void;
  /** Bytes that have come over the line that is there. */
  readonly received: number;
  /** Something must be heard soon. */
  expect(): void;
  /** Whether a request had to be sent again. */
  readonly repeated: boolean;
  close(): void;
}

export interface LinkOptions {
  place: Place;
  /** Starts a keeper; absent, openLink answers undefined where nobody is. */
  launch?: ((connects: () => Promise<boolean>) => Promise<void>) | undefined;
  /** For a connection that becomes a stream: what comes besides replies. */
  stream?: Pick<Receiver, 'bytes'> & { message(message: ToClient): void; closed(): void };
}

interface Pending {
  message: { is: string };
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

/** A link to the supervisor of `place`; undefined where none is there and none may be launched. */
export async function openLink(options: LinkOptions): Promise<Link | undefined> {
  const { place } = options;
  const pending = new Map<string, Pending>();
  let line: Connection | undefined;
  let hello: SupervisorHello | undefined;
  let repeated = false;
  let closed = false;
  let quickCloses = 0;

  const failAll = (error: unknown, which = (_message: { is: string }) => true) => {
    for (const [id, each] of [...pending]) {
      if (!which(each.message)) continue;
      pending.delete(id);
      each.reject(error);
    }
  };

  const waiting = patience({
    place,
    mayLaunch: () => options.launch !== undefined,
    isOwed: () => pending.size > 0,
    giveUp: () => failAll(noAnswer(place)),
    reconnect: () => line?.destroy(),
  });

  const onMessage = (message: ToClient) => {
    if ('is' in message && message.is === 'hello') {
      hello = message;
      waiting.greeted(message.keeper.life);
      try {
        checkHello(message);
      } catch (error) {
        failAll(error, ({ is }) => !FROZEN.has(is));
      }
      return;
    }
    if ('re' in message) return onReply(message);
    options.stream?.message(message);
    waiting.heard();
  };

  const onReply = (message: Extract<ToClient, { re: unknown }>) => {
    if (message.re === null) {
      options.stream?.message(message);
      return failAll('error' in message ? toError(message.error) : undefined);
    }
    quickCloses = 0;
    const asked = pending.get(message.re);
    pending.delete(message.re);
    if ('error' in message) asked?.reject(toError(message.error));
    else asked?.resolve(message.ok);
    waiting.heard();
  };

  const onClosed = () => {
    line = undefined;
    waiting.closed();
    if (closed) return;
    if (pending.size === 0) return options.stream?.closed();
    repeated = true;
    if (waiting.isOver()) return failAll(noAnswer(place));
    const pause = quickCloses++ < 2 ? 0 : Math.min(250, 25 * quickCloses); // somebody who hangs up at once is not asked in a tight loop
    new Promise((resolve) => setTimeout(resolve, pause))
      .then(open)
      .then((opened) => {
        if (!opened) failAll(noAnswer(place));
      })
      .catch(failAll);
  };

  /** Connects, launching where nobody is there, and sends all that is unanswered. */
  const open = async (): Promise<boolean> => {
    for (;;) {
      const socket = await tryConnect(place);
      if (socket !== undefined) {
        line = connection(
          socket,
          {
            message: (message) => onMessage(message as ToClient),
            bytes(kind, bytes) {
              options.stream?.bytes(kind, bytes);
              waiting.heard();
            },
            closed: onClosed,
          },
          'client',
        );
        line.send({ is: 'hello', protocol: PROTOCOL, version } satisfies Hello);
        for (const each of pending.values()) line.send(each.message);
        waiting.connected();
        return true;
      }
      if (options.launch === undefined) return false;
      if (waiting.isOver()) throw noAnswer(place);
      await options.launch(async () => {
        const other = await tryConnect(place);
        other?.destroy();
        return other !== undefined;
      });
    }
  };

  // Nothing there is believed before it is known to be ours alone.
  if (checkPrivateDirectory(place.home)) checkPrivateDirectory(place.run);
  if (!(await open())) return undefined;
  return {
    request: <K extends RequestName>(is: K, request: RequestOf<K>, now?: (reply: ReplyOf<K>) => void) =>
      new Promise<ReplyOf<K>>((resolve, reject) => {
        const id = newId();
        const message = { is, id, ...request };
        waiting.asking();
        const take = (reply: unknown) => {
          try {
            now?.(reply as ReplyOf<K>);
            resolve(reply as ReplyOf<K>);
          } catch (error) {
            reject(error);
          }
        };
        pending.set(id, { message, resolve: take, reject });
        try {
          if (line !== undefined) line.send(message);
          else onClosed();
        } catch (error) {
          pending.delete(id);
          reject(error);
        }
      }),
    get hello() {
      return hello;
    },
    get received() {
      return line?.received ?? 0;
    },
    expect: () => waiting.typed(),
    get repeated() {
      return repeated;
    },
    close() {
      closed = true;
      waiting.closed();
      line?.end();
    },
    say(message) {
      line?.send(message);
      waiting.typed();
    },
    type(bytes) {
      line?.sendBytes(INPUT, bytes);
      waiting.typed();
    },
  };
}

const toError = ({ code, message, hint }: { code: SessionError['code']; message: string; hint?: string | undefined }) =>
  new SessionError(code, message, hint);

/** Unique among all requests: the time, and what chance adds. (node:crypto would cost 2 ms at every start.) */
const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 14)}`;
