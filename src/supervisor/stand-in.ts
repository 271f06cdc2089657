// In place of a supervisor whose home cannot be used (it is another's, or cannot be read or made): it says so to whoever
// asks, instead of dying again and again, and what the keeper holds runs on. As soon as the home can be used it
// leaves, and the keeper starts a supervisor that does everything else; one that holds nobody up is given up in time.
import { reasonOf, SessionError } from '../base/errors.ts';
import { readTable } from '../system/process-table.ts';
import { membersOf, type Tree } from '../system/process-tree.ts';
import type { Handlers } from './handlers.ts';
import type { House } from './house.ts';
import { signalKill, signalStop } from './tree-signals.ts';

/** Until the home is looked at again, ms, where nobody asks. */
const PAUSE = 5000;
/** A home that holds nobody up is given up after this long, ms, as boot-wait has it. */
const PATIENCE = 5 * 60_000;
/** What the records say of it cannot be read: stop-timeout's default, ms. */
const STOP_TIMEOUT = 10_000;

export interface Deputy {
  handlers: Handlers;
  /** All that the keeper holds ends, and then the keeper. */
  end(): Promise<unknown>;
}

/**
 * `look` does what could not be done, and throws while it still cannot; `held` is what the keeper holds; `leave` ends
 * this process, and the keeper too if nothing is left to be kept.
 */
export function standIn(
  house: Pick<House, 'clock' | 'log' | 'place'>,
  held: Tree[],
  look: () => void,
  leave: (keeper: 'stays' | 'ends') => void,
): Deputy {
  /** Why not; undefined: it can be used, and this one is leaving. */
  const fault = (): SessionError | undefined => {
    try {
      look();
    } catch (error) {
      if (error instanceof SessionError) return error;
      return new SessionError(
        'cannot-save',
        `cannot use ${(error as { path?: string }).path ?? house.place.home}: ${reasonOf(error)}.`,
        'See session doctor.',
      );
    }
    leave('stays');
    return undefined;
  };
  const lookLater = (since: number) => {
    house.clock.after(PAUSE, () => {
      if (fault() === undefined) return;
      if (!alive() && house.clock.passed() - since > PATIENCE) return leave('ends');
      lookLater(since);
    });
  };
  const alive = () => {
    const table = readTable();
    return held.some((tree) => membersOf(tree, table).length > 0);
  };
  const inGoodOrder = async () => {
    const sessions = held.length;
    const since = house.clock.passed();
    for (const tree of held) signalStop(tree, 'SIGTERM');
    while (alive() && house.clock.passed() - since < STOP_TIMEOUT)
      await new Promise<void>((resolve) => house.clock.after(50, resolve));
    signalKill(...held);
    leave('ends');
    return { sessions };
  };
  let ending: ReturnType<typeof inGoodOrder> | undefined;
  const end = () => {
    ending ??= inGoodOrder();
    return ending;
  };
  const refuse = () => {
    const error = fault();
    if (error !== undefined) throw error;
    return new Promise<never>(() => {}); // closed without an answer, the client asks our successor
  };
  house.log.error('the home cannot be used', { why: fault()?.message });
  lookLater(house.clock.passed());
  const own: Partial<Handlers> = { shutdown: end, ping: () => ({}) };
  const handlers = new Proxy(own, { get: (_, name: keyof Handlers) => own[name] ?? refuse }) as Handlers;
  return { handlers, end };
}
