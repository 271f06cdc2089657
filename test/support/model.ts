// What a user may believe of a scope, in memory: sessions by name, what each verb, end and death makes of them. Simpler
// than the program, and written from what it promises (docs/lifecycle.md), so that the two can be set side by side.
export type Restart = 'never' | 'on-failure' | 'always';
export type State = 'running' | 'suspended' | 'held' | 'stopped' | 'backing-off' | 'failed' | 'down';

export interface Believed {
  state: State;
  desired: 'running' | 'suspended' | 'stopped';
  description: string;
  restart: Restart;
  /** It is tried again at once, or after an hour. */
  quick: boolean;
  startSuspended: boolean;
  /** Ends that nobody asked for, since it was last asked to run. */
  attempts: number;
  /** Starts after such ends, ever. */
  restarts: number;
  /** Of its process, once seen; a new one is another than `former`. */
  pid: number | undefined;
  former: number | undefined;
  /** When its program was told to end: ten seconds later that end is final. */
  toldAt: number | undefined;
  /** That end may have become final before everything died. */
  perhapsFinal: boolean;
  /** Where its program reads what to do. */
  orders: string;
}

export interface World {
  sessions: Record<string, Believed>;
  /** Somebody supervises, unless nothing needed it since. */
  supervised: boolean;
  /** The last supervisor had no orderly end. */
  crashed: boolean;
}

export const EMPTY: World = { sessions: {}, supervised: false, crashed: false };

/** So many ends in a row are too many: the restart-limit of all. */
export const LIMIT = 3;
/** A clean end is final after so long, ms. */
export const SETTLE = 10_000;

const LIVE: State[] = ['running', 'suspended'];
export const isLive = ({ state }: Believed) => LIVE.includes(state);

/** It wants a supervisor: a process or a timer. */
export const isBusy = (each: Believed) =>
  isLive(each) || each.state === 'backing-off' || (each.state === 'stopped' && each.desired === 'running');

/** A changed copy of `world`. */
export function changed(world: World, change: (draft: World) => void): World {
  const draft = structuredClone(world);
  change(draft);
  return draft;
}

const all = (world: World) => Object.values(world.sessions);

/** Has a new process from now on. */
function spawned(it: Believed): void {
  it.former = it.pid ?? it.former;
  Object.assign(it, { state: 'running', desired: 'running', pid: undefined, toldAt: undefined, perhapsFinal: false });
}

/** Somebody wants it to run: a new process, or, where it is to begin on the user's word, none. */
export function launch(it: Believed): void {
  it.attempts = 0;
  if (it.startSuspended) hold(it);
  else spawned(it);
}

export function begin(it: Believed): void {
  spawned(it);
}

export function hold(it: Believed): void {
  rest(it, 'held', 'suspended');
}

export function rest(it: Believed, state: State, desired: Believed['desired']): void {
  it.former = it.pid ?? it.former;
  Object.assign(it, { state, desired, pid: undefined, toldAt: undefined, perhapsFinal: false });
}

/** A verb that needs a supervisor found or started one. Answers who came back because the last had no orderly end. */
export function supervise(world: World): string[] {
  const back = world.crashed
    ? Object.keys(world.sessions).filter((name) => world.sessions[name]?.state.match(/down|failed/))
    : [];
  for (const name of back) {
    const it = world.sessions[name] as Believed;
    const { perhapsFinal } = it;
    launch(it);
    it.perhapsFinal = perhapsFinal;
  }
  world.supervised = true;
  world.crashed = false;
  return back;
}

export type Death = 'in order' | 'crash';

/** Supervisor, keeper and every process are gone; with `reboot` nothing remembers what failed on the last one. */
export function die(world: World, death: Death, reboot = false, now = Date.now()): void {
  if (world.supervised) world.crashed = death === 'crash';
  for (const it of all(world)) {
    const isEnding = it.state === 'stopped' && it.desired === 'running';
    const perhapsFinal = it.perhapsFinal || (isEnding && now - (it.toldAt ?? 0) >= SETTLE);
    if (it.state === 'suspended') rest(it, 'held', 'suspended');
    else if (it.desired === 'running' && (it.state !== 'failed' || reboot)) rest(it, 'down', 'running');
    it.perhapsFinal = perhapsFinal && it.state === 'down';
  }
  world.supervised = false;
}

export type End = 'exit 0' | 'exit 3' | 'SIGSEGV' | 'SIGTERM' | 'SIGKILL';

/** Its program ended, and nobody asked for it. */
export function end(it: Believed, how: End, now = Date.now()): void {
  if (it.state === 'suspended') return hold(it);
  const isClean = how === 'exit 0' || how === 'SIGTERM';
  if (it.restart === 'never' || (it.restart === 'on-failure' && isClean)) {
    rest(it, 'stopped', 'running');
    it.toldAt = now;
    return;
  }
  it.attempts++;
  if (it.attempts >= LIMIT) rest(it, 'failed', 'running');
  else if (!it.quick) rest(it, 'backing-off', 'running');
  else {
    it.restarts++;
    spawned(it);
  }
}
