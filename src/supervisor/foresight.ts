// Whom a request is about is looked up before it is handled, and whom a start is about before it is done: a name service
// that is slow holds up these alone, and no other session.
import { type SessionRecord, settingOf } from '../model/record.ts';
import type { AnyRequest, Changes } from '../protocol/messages.ts';
import { areKnown, lookUpAhead } from '../system/accounts.ts';
import type { Caller, Handlers } from './handlers.ts';
import type { Registry } from './registry.ts';

/** The same handlers, each begun when the users and groups that it asks for are known. */
export function withForesight(handlers: Handlers, registry: Registry): Handlers {
  const ahead = (request: AnyRequest): Promise<void> | undefined => {
    if (process.getuid?.() !== 0) return undefined; // no user's sessions have one
    if (request.is === 'create') return lookUpNamed(Object.fromEntries(request.set), request.environment === undefined);
    if (request.is !== 'set' && !STARTING.has(request.is)) return undefined;
    const session =
      'session' in request ? (registry.find(request.session) ?? registry.named(request.session)) : undefined;
    const changes = request.is === 'set' ? request.changes.attributes : {};
    return session && lookUpNamed({ ...namedBy(session.record), ...changes });
  };
  const wrapped = Object.entries(handlers).map(([name, handler]) => {
    const handle = handler as (request: AnyRequest, caller: Caller) => unknown;
    const then = (request: AnyRequest, caller: Caller) => {
      const wait = ahead({ ...request, is: name } as AnyRequest);
      return wait === undefined ? handle(request, caller) : wait.then(() => handle(request, caller));
    };
    return [name, then];
  });
  return Object.fromEntries(wrapped) as unknown as Handlers;
}

const STARTING = new Set<string>(['start', 'restart', 'resume']);

const namedBy = (record: SessionRecord) => ({ user: settingOf(record, 'user'), group: settingOf(record, 'group') });

function lookUpNamed({ user, group }: NonNullable<Changes['attributes']>, needsOwn = false): Promise<void> | undefined {
  const who = user || (needsOwn ? '0' : '');
  return who === '' && !group ? undefined : lookUpAhead(who, group ?? '');
}

/** Undefined: what a start of it asks for is known, or it asks for nobody. */
export function lookUpFor(record: SessionRecord): Promise<void> | undefined {
  const { user, group } = namedBy(record);
  return areKnown(user, group) || process.getuid?.() !== 0 ? undefined : lookUpAhead(user, group);
}
