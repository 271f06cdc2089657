// Every message between client and supervisor. A client says `hello` and its first request at once; the
// supervisor answers hello and then the requests, by their ids. `attach` turns the connection into a stream.
// Hello, error, ping and shutdown are FROZEN, so that any client can explain itself to any supervisor and
// ask it to leave. Within one PROTOCOL fields may be added, and unknown ones are ignored.
import type { ErrorCode } from '../base/errors.ts';
import type { Size } from '../base/size.ts';
import type { ExitStatus } from '../model/exit.ts';
import type { Key } from '../model/key.ts';
import type { SessionView } from '../model/view.ts';

export const PROTOCOL = 1;

export interface Hello {
  is: 'hello';
  protocol: number;
  version: string;
}

/** The supervisor's hello says more. */
export interface SupervisorHello extends Hello {
  pid: number;
  keeper: { pid: number; version: string; life: string };
  /** Names of the sessions relaunched because the last end was not in order. */
  relaunched: string[];
  /** Records that could not be read, and where they are now. */
  unreadable: { file: string; why: string }[];
  /** Pids of processes whose record is gone: they end with the supervisor. */
  unowned?: number[] | undefined;
}

export interface CreateRequest {
  name?: string | undefined;
  command: string[];
  /** Where it was typed. */
  from: string;
  /** Absolute; given by -C. */
  directory?: string | undefined;
  /** The caller's; undefined: that of a login. */
  environment?: Record<string, string> | undefined;
  ownEnvironment: Record<string, string>;
  umask: number;
  openFiles?: number | undefined;
  /** As typed: key and value. */
  set: [key: string, value: string][];
  suspended: boolean;
  size?: Size | undefined;
}

export interface Changes {
  /** As typed; null takes back what was set. */
  attributes?: Record<string, string | null> | undefined;
  name?: string | undefined;
  command?: { argv: string[]; from: string } | undefined;
  /** Absolute; null: where it was created. */
  directory?: string | null | undefined;
  /** -e's part: added to, or with null emptied. */
  ownEnvironment?: Record<string, string> | null | undefined;
  environment?: Record<string, string> | undefined;
}

export interface AttachRequest {
  session: string;
  size: Size;
  readOnly: boolean;
  /** Names the client over reconnections: a random number below 2^48. */
  client: number;
  /** Coming back: the output's offset to go on from. */
  from?: number | undefined;
  /** Coming back: how many typed bytes are known to be taken. */
  acknowledged: number;
  /** Its standard input is a terminal whose output must not be processed any more. */
  plain?: boolean | undefined;
}

/** A client lends its terminal, to be read and written by the supervisor itself, until that gives it back. */
export interface Offer {
  /** Its loans have numbers, from 1. */
  loan: number;
  /** Which ledger it holds; 0: none yet. */
  ledger: number;
  /** Bytes that have come to it: it lends nothing while any are on the way. */
  received: number;
  detachKeys: Key[];
  /** Passed on, and perhaps the beginning of the detach key: base64. */
  remembered: string;
}

/** What came of it. Bytes are base64. */
export interface Returned {
  /** Shown up to this offset of the output; the last bytes of that. */
  from: number;
  shown: string;
  /** So many typed bytes were taken, and these given to the session besides. */
  taken: number;
  given: string;
  /** Read, and for the client to look at; before that, perhaps, the beginning of a detach key. */
  unread: string;
  remembered: string;
}

/** What each request asks and what its reply brings. Sessions are named by id, once they are known. */
export interface Requests {
  ping: { request: object; reply: object };
  create: { request: CreateRequest; reply: { session: SessionView; note?: string | undefined } };
  list: { request: { usage: boolean }; reply: { sessions: SessionView[] } };
  start: { request: Named; reply: { session: SessionView } };
  stop: { request: Named; reply: { session: SessionView; left: string[] } };
  restart: { request: Named; reply: { session: SessionView } };
  suspend: { request: Named; reply: { session: SessionView; left: string[] } };
  resume: { request: Named; reply: { session: SessionView } };
  remove: { request: Named & { force: boolean }; reply: { left: string[] } };
  set: { request: Named & { changes: Changes }; reply: { session: SessionView; note?: string | undefined } };
  detach: { request: Named; reply: { clients: number } };
  /** `unbooted`: what could not be launched yet, and why; it is tried again. */
  boot: { request: object; reply: { sessions: SessionView[]; unbooted?: { name: string; why: string }[] } };
  /** `plain`: the terminal's output is not processed any more. */
  /** `borrows`: it understands `lend`. */
  attach: {
    request: AttachRequest;
    reply: { session: SessionView; from: number; taken: number; plain?: boolean; borrows?: boolean };
  };
  upgrade: { request: { node: string; directory: string }; reply: { sessions: number } };
  /** `within` ms: what has not ended then is killed. */
  shutdown: { request: { within?: number | undefined }; reply: { sessions: number } };
}

export interface Named {
  session: string;
}

export type RequestName = keyof Requests;
export type RequestOf<K extends RequestName> = Requests[K]['request'];
export type ReplyOf<K extends RequestName> = Requests[K]['reply'];
export type AnyRequest = { [K in RequestName]: { is: K; id: string } & RequestOf<K> }[RequestName];

export interface WireError {
  code: ErrorCode;
  message: string;
  hint?: string | undefined;
}

/** Why an attached client was let go. */
export type Left =
  | { reason: 'detached' }
  | { reason: 'ended'; exit: ExitStatus | null; session: SessionView }
  | { reason: 'removed' }
  | { reason: 'shutdown' };

export type ToClient =
  | SupervisorHello
  | { re: string; ok: object }
  | { re: string | null; error: WireError }
  | { is: 'changed'; session: SessionView }
  /** The redraw is over: output frames follow from this offset. */
  | { is: 'redrawn'; from: number; atLineStart: boolean }
  | { is: 'taken'; upTo: number }
  /** The terminal is not taken: now, because the ledger is still to be opened, or ever. */
  | { is: 'declined'; ledger?: { pid: number; fd: number; which: number } | undefined; forGood?: boolean | undefined }
  /** The terminal is in use, and still kept. */
  | { is: 'borrowing' }
  | ({ is: 'returned' } & Returned)
  | ({ is: 'left' } & Left);

export type ToSupervisor =
  | Hello
  | AnyRequest
  /** From here on of an attached client: */
  | { is: 'resize'; size: Size }
  /** The answer to a held session's prompt. */
  | { is: 'begin' }
  /** No further try of a session that is backing off. */
  | { is: 'giveUp' }
  | { is: 'redraw' }
  | ({ is: 'lend' } & Offer)
  | { is: 'giveBack' }
  | { is: 'leave' };
