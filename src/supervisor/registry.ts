// The sessions of a scope, by id and by name.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SessionError } from '../base/errors.ts';
import { parseAttribute } from '../model/attributes.ts';
import { taken } from '../model/environment.ts';
import { NEW_LIFE } from '../model/lifecycle.ts';
import { automaticName, checkName } from '../model/name.ts';
import { notFound } from '../model/pattern.ts';
import { SCHEMA, type SessionRecord } from '../model/record-schema.ts';
import type { CreateRequest } from '../protocol/messages.ts';
import { loginEnvironment } from '../system/login-environment.ts';
import type { Tree } from '../system/process-tree.ts';
import type { House } from './house.ts';
import { checkIdentity } from './identity.ts';
import { checkSchedule } from './scheduling.ts';
import { Session } from './session.ts';

export class Registry {
  /** Process trees that the keeper holds and no record names, by the keeper's id. */
  readonly unowned = new Map<string, Tree>();
  private readonly byId = new Map<string, Session>();

  all(): Session[] {
    return [...this.byId.values()];
  }

  /** By id (what clients say once they know it), else by name. Throws not-found. */
  get(idOrName: string): Session {
    const session = this.byId.get(idOrName) ?? this.named(idOrName);
    if (session === undefined) throw notFound(idOrName, this.names());
    return session;
  }

  find(id: string): Session | undefined {
    return this.byId.get(id);
  }

  named(name: string): Session | undefined {
    for (const each of this.byId.values()) if (each.name === name) return each;
    return undefined;
  }

  /** The session whose making this request began before a gap. */
  withRequest(id: string): Session | undefined {
    return this.all().find((each) => each.record.requests.includes(id));
  }

  names(): string[] {
    return this.all().map((each) => each.name);
  }

  put(session: Session): void {
    this.byId.set(session.id, session);
  }

  drop(session: Session): void {
    this.byId.delete(session.id);
  }

  /** A new session as asked, not yet saved nor begun. Throws name-taken and what the values deserve. */
  make(house: House, request: CreateRequest, requestId: string): Session {
    const attributes: Record<string, string | number | boolean> = {};
    for (const [key, value] of request.set) attributes[key] = parseAttribute(key, value).value;
    const record: SessionRecord = {
      schema: SCHEMA,
      id: this.newId(house.place.records),
      name: this.newName(request),
      command: request.command,
      commandFrom: request.from,
      createdIn: request.from,
      ...(request.directory === undefined ? {} : { directory: request.directory }),
      environment: taken(request.environment ?? {}),
      environmentBoot: house.bootId,
      ownEnvironment: request.ownEnvironment,
      umask: request.umask,
      ...(request.openFiles === undefined ? {} : { openFiles: request.openFiles }),
      attributes,
      desired: 'stopped',
      run: 0,
      settled: 0,
      attempts: 0,
      attemptsSince: null,
      restarts: 0,
      createdAt: new Date(house.clock.now()).toISOString(),
      requests: [requestId],
      last: null,
    };
    checkSchedule(record, house.clock.now());
    const account = checkIdentity(record);
    if (request.environment === undefined || account !== undefined)
      record.environment = taken(loginEnvironment(account ?? house.account()));
    return new Session(house, record, NEW_LIFE, request.size);
  }

  /** A free name, or why `name` cannot be had. `self` may keep its own. */
  checkFree(name: string, self?: Session): string {
    const holder = this.named(checkName(name)) ?? this.byId.get(name); // ids and names are asked for alike
    if (holder === undefined || holder === self) return name;
    throw nameTaken(holder, self !== undefined);
  }

  private newName(request: CreateRequest): string {
    if (request.name !== undefined) return this.checkFree(request.name);
    const names = new Set(this.names());
    return automaticName(request.command[0] as string, (name) => names.has(name));
  }

  /** No secret: chance alone will do. (node:crypto takes a twentieth of a supervisor's start.) */
  private newId(records: string): string {
    for (;;) {
      const id = Array.from({ length: 6 }, () => ALPHABET[Math.floor(Math.random() * ALPHABET.length)]).join('');
      if (!this.byId.has(id) && this.named(id) === undefined && !existsSync(join(records, `${id}.json`))) return id; // a newer version's, perhaps
    }
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

function nameTaken(holder: Session, isRename: boolean): SessionError {
  const { state, pid } = holder.view();
  const shown = state === 'held' ? 'suspended, not begun' : state === 'backing-off' ? 'restarting' : state;
  const detail = pid === null ? shown : `${shown}, PID ${pid}`;
  const hint = isRename ? 'Choose another.' : `Attach: session attach ${holder.name}; or choose another with -n.`;
  return new SessionError('name-taken', `the name '${holder.name}' is taken (${detail}).`, hint);
}
