// What takes its time before a request can be handled: whom it is about is looked up, and whether that user may start the
// program is tried. A name service or a home that is slow holds up these requests alone, and no other session; what is
// said of the same session later is done later.
import { hasProcess } from '../model/lifecycle.ts';
import { type SessionRecord, settingOf } from '../model/record.ts';
import type { AnyRequest, Changes } from '../protocol/messages.ts';
import { areKnown, lookUpAhead } from '../system/accounts.ts';
import type { Caller, Handlers } from './handlers.ts';
import { checkRights } from './launchable.ts';
import type { Registry } from './registry.ts';

/** The same handlers, each begun when the users and groups that it asks for are known and what it starts is judged. */
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
  /** Whether what has no process, or is to have another, could have one. */
  const judge = (request: AnyRequest): Promise<void> | undefined => {
    if (!STARTING.has(request.is) || !('session' in request)) return undefined;
    const session = registry.get(request.session);
    const isDone = session.record.requests.includes(request.id);
    const isNeeded = request.is === 'restart' || !hasProcess(session.life.state);
    return isDone || !isNeeded ? undefined : checkRights(session);
  };
  const prepare = (request: AnyRequest) => {
    const known = ahead(request);
    return known === undefined ? judge(request) : known.then(() => judge(request));
  };
  /** What is being prepared last for each session. */
  const underWay = new Map<string, Promise<void>>();
  const inTurn = (request: AnyRequest, handle: () => unknown): unknown => {
    const about = 'session' in request ? request.session : undefined;
    const before = about === undefined ? undefined : underWay.get(about);
    const ready = before === undefined ? prepare(request) : before.then(() => prepare(request));
    if (ready === undefined) return handle();
    const handled = ready.then(handle);
    if (about === undefined) return handled;
    const over = ready.catch(() => {}).finally(() => underWay.get(about) === over && underWay.delete(about));
    underWay.set(about, over);
    return handled;
  };
  const wrapped = Object.entries(handlers).map(([name, handler]) => {
    const handle = handler as (request: AnyRequest, caller: Caller) => unknown;
    return [name, (request: AnyRequest, caller: Caller) => inTurn(request, () => handle(request, caller))];
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
