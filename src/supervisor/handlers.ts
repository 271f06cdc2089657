// What each request does: one short function each, and the compiler asks for all of them. A request that
// changes something is noted in the record with the change, so one sent again after a gap is not done twice.
import { SessionError } from '../base/errors.ts';
import { reached } from '../base/hooks.ts';
import { hasProcess, type LifeEvent } from '../model/lifecycle.ts';
import { settingOf } from '../model/record.ts';
import type { Connection } from '../protocol/connection.ts';
import type { Named, ReplyOf, RequestName, RequestOf } from '../protocol/messages.ts';
import { readTable } from '../system/process-table.ts';
import { AttachedClient } from './attached-client.ts';
import { bootAll } from './booting.ts';
import { isMadePlain } from './caller-terminal.ts';
import { amended } from './changes.ts';
import type { House } from './house.ts';
import { checkRights, launchNote } from './launchable.ts';
import type { Registry } from './registry.ts';
import { waitsForItsTime } from './scheduling.ts';
import type { Session } from './session.ts';
import { shownOf } from './showing.ts';
import { killAll } from './shutdown.ts';
import { usageOf } from './usage.ts';

export interface Caller {
  connection: Connection;
  /** Of the request under way. */
  requestId: string;
  /** This connection is attached to `session` from now on. */
  attached(session: Session, client: AttachedClient): void;
}

export type Handlers = {
  [K in RequestName]: (request: RequestOf<K>, caller: Caller) => Promise<ReplyOf<K>> | ReplyOf<K>;
};

/** What the supervisor itself is asked, as against its sessions. */
export interface Self {
  /** Resolves when every process has ended. */
  shutdown(): Promise<void>;
  /** Resolves when it is under way. */
  upgrade(node: string, directory: string): Promise<void>;
}

/** A spawn is answered within milliseconds; a keeper that is being replaced takes longer. */
const SPAWN_LIMIT = 30_000;
/** Beyond stop-timeout, for KILL to have its effect. */
const END_LIMIT = 5000;

export function makeHandlers(house: House, registry: Registry, self: Self): Handlers {
  /** Does `event` once, however often the request comes. */
  const once = (request: Named, caller: Caller, event: LifeEvent): Session => {
    const session = registry.get(request.session);
    if (!session.record.requests.includes(caller.requestId)) {
      const { requests } = session.record;
      session.noteRequest(caller.requestId);
      try {
        session.dispatch(event);
      } catch (error) {
        session.record = { ...session.record, requests }; // refused: sent again, it is to be refused again
        throw error;
      }
      reached('after-dispatch');
    }
    return session;
  };

  const launched = async (session: Session): Promise<void> => {
    const isAnswered = () => session.life.state !== 'starting' && session.life.state !== 'stopping';
    const limit = SPAWN_LIMIT + settingOf(session.record, 'stop-timeout');
    if (!(await session.until(isAnswered, limit))) throw doesNotEnd(session);
    const refused = session.record.last?.refused;
    if (session.life.state === 'failed' && refused !== undefined) throw new SessionError('cannot-run', refused);
  };

  /** Resolves when its process is gone, or somebody has wished otherwise meanwhile. */
  const ended = async (session: Session): Promise<void> => {
    const wish = session.life.desired;
    const isOver = () =>
      (!hasProcess(session.life.state) && session.life.state !== 'starting') || session.life.desired !== wish;
    if (!(await session.until(isOver, settingOf(session.record, 'stop-timeout') + END_LIMIT)))
      throw doesNotEnd(session);
  };

  /** One that is being removed exists for nobody any more. */
  const listed = () => registry.all().filter(({ life }) => life.desired !== 'removed');

  return {
    ping: () => ({}),

    async create(request, caller) {
      let session = registry.withRequest(caller.requestId);
      let note: string | undefined;
      if (session === undefined) {
        session = registry.make(house, request, caller.requestId);
        const asUser = request.suspended ? undefined : checkRights(session);
        if (asUser !== undefined) {
          await asUser;
          session = registry.make(house, request, caller.requestId); // somebody may have taken the name meanwhile
        }
        registry.put(session);
        try {
          if (waitsForItsTime(session.record) && !request.suspended) session.amend(session.record);
          else session.dispatch({ is: request.suspended ? 'hold' : 'start' });
          session.timetable.arm();
          reached('after-create');
          if (request.suspended) note = await launchNote(session);
        } catch (error) {
          registry.drop(session);
          throw error;
        }
      }
      try {
        await launched(session);
      } catch (error) {
        session.dispatch({ is: 'remove' });
        throw error;
      }
      return { session: session.view(), note };
    },

    list({ usage }) {
      const table = usage ? readTable() : undefined;
      const sessions = listed().map((each) => ({ ...each.view(), ...usageOf(each, table) }));
      if (!usage) house.posted.post(sessions);
      return { sessions };
    },

    async start(request, caller) {
      const session = once(request, caller, { is: 'start' });
      await launched(session);
      return { session: session.view() };
    },

    async stop(request, caller) {
      const session = once(request, caller, { is: 'stop' });
      if (session.life.desired === 'stopped') await ended(session); // else it was, before a gap, and started since
      return { session: session.view(), left: session.left };
    },

    async restart(request, caller) {
      const session = once(request, caller, { is: 'restart' });
      await launched(session);
      return { session: session.view() };
    },

    async suspend(request, caller) {
      const session = once(request, caller, { is: 'suspend' });
      await session.until(() => session.life.state !== 'starting', SPAWN_LIMIT);
      await session.suspending;
      return { session: session.view(), left: session.life.state === 'suspended' ? session.left : [] };
    },

    async resume(request, caller) {
      const session = once(request, caller, { is: 'resume' });
      await launched(session);
      return { session: session.view() };
    },

    async remove(request, caller) {
      const session = registry.get(request.session);
      if (!request.force && LIVE.has(session.life.state)) throw stillRunning(session);
      once(request, caller, { is: 'remove' });
      await ended(session);
      return { left: session.left };
    },

    async set(request, caller) {
      const session = registry.get(request.session);
      if (!session.record.requests.includes(caller.requestId)) {
        const record = amended(session.record, request.changes, house.bootId, house.clock.now());
        registry.checkFree(record.name, session);
        session.noteRequest(caller.requestId);
        session.amend({ ...record, requests: session.record.requests });
        session.output.configure(settingOf(session.record, 'log-limit'), settingOf(session.record, 'log'));
        session.screen.configure();
        session.clients.follow();
        session.timetable.arm();
        session.changed();
      }
      const { command, directory } = request.changes;
      return {
        session: session.view(),
        note: command === undefined && directory == null ? undefined : await launchNote(session),
      };
    },

    detach: (request) => ({ clients: registry.get(request.session).clients.leave({ reason: 'detached' }) }),

    async boot(_, { requestId }) {
      // A predecessor killed in the middle of it has begun some: the answer is to name them, too.
      const isDue = ({ life, record }: Session) =>
        life.state === 'down' || life.state === 'failed' || record.requests.includes(requestId);
      const due = registry.all().filter(isDue);
      const unbooted = await bootAll(due, requestId);
      const all = registry.all(); // those relaunched at our beginning may still be starting
      await Promise.all(all.map((each) => each.until(() => each.life.state !== 'starting', SPAWN_LIMIT)));
      return { sessions: due.map((each) => each.view()), unbooted };
    },

    attach(request, caller) {
      const session = registry.get(request.session);
      const { run } = session;
      const plain = request.plain === true && isMadePlain(caller.connection.socket);
      const typed = run?.slot.taken(request.client) ?? request.acknowledged;
      const as = { id: request.client, readOnly: request.readOnly, size: request.size, typed };
      const client = new AttachedClient(caller.connection, shownOf(session), as);
      caller.attached(session, client);
      return { session: session.view(), from: request.from ?? session.output.end, taken: typed, plain, borrows: true };
    },

    async upgrade(request) {
      await self.upgrade(request.node, request.directory);
      return { sessions: registry.all().filter(({ life }) => hasProcess(life.state)).length };
    },

    async shutdown({ within }) {
      const sessions = registry.all().filter(({ life }) => hasProcess(life.state)).length;
      if (within !== undefined) house.clock.after(Math.min(within, 2 ** 31 - 1), () => killAll(registry));
      await self.shutdown();
      return { sessions };
    },
  };
}

const LIVE = new Set(['starting', 'running', 'suspended', 'stopping', 'backing-off']);

function stillRunning(session: Session): SessionError {
  const { name, state, pid } = session.view();
  const shown = state === 'backing-off' ? 'restarting' : state;
  const which = pid === null ? shown : `${shown} (PID ${pid})`;
  const hint = `Use \`session rm -f ${name}\` to stop and delete the session.`;
  return new SessionError('still-running', `The session '${name}' is ${which}.`, hint);
}

function doesNotEnd(session: Session): SessionError {
  if (session.life.state === 'starting')
    return new SessionError(
      'timed-out',
      `'${session.name}' is not begun: the keeper does not answer.`,
      'See session doctor.',
    );
  const left = session.left.length > 0 ? session.left : [`PID ${session.run?.pid}`];
  return new SessionError(
    'timed-out',
    `'${session.name}' does not end: ${left.join(', ')} is still there.`,
    'It is still being killed.',
  );
}
