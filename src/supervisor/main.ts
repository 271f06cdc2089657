// The supervisor: everything that thinks, and disposable. It is told by the keeper what lives, reads the
// records, goes on where its predecessor was, and serves clients.
import { realClock } from '../base/clock.ts';
import { SessionError } from '../base/errors.ts';
import { armHooks, reached } from '../base/hooks.ts';
import { openLog } from '../base/log.ts';
import { placeIn, type Scope } from '../base/paths.ts';
import { version } from '../base/version.ts';
import { type HeldProcess, LISTEN_FD, passTrial, TRIAL } from '../keeper/wire.ts';
import { isAtRest } from '../model/lifecycle.ts';
import * as mark from '../store/mark.ts';
import { accountOf, nobodyKnown } from '../system/accounts.ts';
import { livingKeeper } from '../system/living-keeper.ts';
import { roomForFiles } from '../system/open-files.ts';
import { readBootId } from '../system/process-table.ts';
import { type Tree, treeOf } from '../system/process-tree.ts';
import { slotsOf } from '../system/read-slot.ts';
import { atWallTime } from '../system/wall-timer.ts';
import { bootAll } from './booting.ts';
import { configuration, sourcesFrom } from './configuration.ts';
import { withForesight } from './foresight.ts';
import { makeHandlers } from './handlers.ts';
import type { House } from './house.ts';
import { leaveWhenIdle } from './idle.ts';
import { type KeeperHello, linkKeeper } from './keeper-link.ts';
import { guardHome, type HomeGuard } from './lost-home.ts';
import { noteBeginning, noteEnd, noteLeaving } from './marking.ts';
import { onEnded, onRefused, onSpawned } from './news.ts';
import { nothingPosted, posted } from './posted.ts';
import { openHome, readRecords, recover } from './recovery.ts';
import { refusalInWords } from './refusals.ts';
import { Registry } from './registry.ts';
import { parseRunKey } from './run.ts';
import { type Server, serve } from './server.ts';
import { endAll } from './shutdown.ts';
import { type Deputy, standIn } from './stand-in.ts';
import { signalKill } from './tree-signals.ts';
import { tryProgram } from './trial.ts';

if (process.argv[2] === TRIAL) {
  passTrial('supervisor');
  process.exit(0);
}
const [scope, home, run] = process.argv.slice(2) as [Scope, string, string];
const place = placeIn(scope, home, run);
const log = openLog('supervisor', 1);
const level = process.env.SESSION_DEBUG === '1' ? 'debug' : undefined;
const configured = configuration(sourcesFrom(process.env.SESSION_CONFIG_SOURCES), log, level);
const registry = new Registry();
armHooks(process.env.SESSION_TEST_HOOKS);

let house: House;
let server: Server | undefined;
let guard: HomeGuard | undefined;
let leaving = false;
/** Answers in our place while the home cannot be used; and what the keeper holds meanwhile. */
let deputy: Deputy | undefined;
let deputed: Tree[] = [];
/** Another program takes our place, and the sessions run on. */
let upgrading = false;

const keeper = linkKeeper({
  hello: begin,
  spawned(process, master) {
    const session = registry.find(parseRunKey(process.id).id);
    if (session !== undefined) onSpawned(session, process, master);
    else registry.unowned.set(process.id, treeOfHeld(process, house.keeper.pid));
  },
  refused(id, why) {
    const { id: session, run: number } = parseRunKey(id);
    const found = registry.find(session);
    if (found !== undefined) onRefused(found, number, refusalInWords(why));
  },
  ended(id, ended) {
    const session = registry.find(parseRunKey(id).id);
    if (session?.run?.key === id) onEnded(session, ended);
    else if (registry.unowned.delete(id)) keeper.acknowledge(id);
  },
  terminate: () => void (deputy === undefined ? shutDown('TERM') : deputy.end()),
  moved(listenFd) {
    if (leaving) return;
    if (guard === undefined) process.exit(1); // a deputy's successor listens there
    if (listenFd !== undefined) server?.listen(listenFd);
    guard.saveAnew();
  },
  gone() {
    // Our terminals are gone with the keeper. Nothing of the sessions may be left that nobody owns.
    // Their orphans were the keeper's children and are init's by now; those of a keeper that has begun since are its own.
    const spared = livingKeeper(place);
    const trees = [...registry.all().flatMap(({ run }) => run?.tree ?? []), ...registry.unowned.values(), ...deputed];
    if (!upgrading) signalKill(...trees.map((tree) => ({ ...tree, keeper: undefined, spared })));
    process.exit(leaving ? 0 : 1);
  },
});

function begin(hello: KeeperHello, memoryFd: number, masters: Map<string, number>): void {
  reached('supervisor-begins');
  const bootId = readBootId();
  house = {
    place,
    clock: realClock,
    at: atWallTime,
    log,
    bootId,
    keeper: Object.assign(keeper, { pid: hello.pid, life: hello.life, version: hello.version }),
    slot: slotsOf(memoryFd),
    leaders: () => new Set(registry.all().flatMap((each) => (each.run === undefined ? [] : [each.run.pid]))),
    room: roomForFiles,
    leaving: () => leaving,
    settings: () => configured.values,
    posted: posted(place, { ...hello, bootId }),
    account: () => accountOf(process.getuid?.() ?? 0) ?? nobodyKnown(),
    changed(session) {
      house.posted.withdraw();
      if (isAtRest(session.life.state) && session.clients.count > 0 && !leaving) {
        session.farewell();
      }
      look();
    },
    removed(session) {
      house.posted.withdraw();
      registry.drop(session);
      look();
    },
  };
  try {
    openHome(place);
  } catch {
    return standInFor(hello);
  }
  house.posted.withdraw();
  guard = guardHome(house, registry, () => process.exit(1));
  guard.watch(); // from before it is read
  const { records, unreadable } = readRecords({ place, log });
  if (unreadable.length > 0) house.posted = nothingPosted;
  const isNewKeeper = !mark.isNoted(place.mark, hello.life);
  const isEnding = hello.terminating || mark.isLeaving(place.mark, hello.life);
  const beginning = mark.beginningOf(place.mark, hello.life, records.length > 0);
  noteBeginning(house, beginning);
  const relaunch = recover(house, registry, records, { beginning, isNewKeeper, isEnding }, hello, masters);
  reached('supervisor-recovered');
  void bootAll(relaunch);
  log.info('supervising', {
    version,
    beginning,
    sessions: records.length,
    held: hello.sessions.length,
    relaunched: relaunch.length,
  });

  const self = { shutdown: () => shutDown('shutdown'), upgrade };
  const handlers = withForesight(makeHandlers(house, registry, self), registry);
  const relaunched = relaunch.map((each) => each.name);
  server = serve(
    house,
    LISTEN_FD,
    handlers,
    () => ({ relaunched, unreadable, unowned: [...registry.unowned.values()].map(({ pid }) => pid) }),
    () => look(),
  );
  keeper.ready();
  look();
  if (isEnding) void shutDown('TERM');
}

const treeOfHeld = ({ id, pid, start }: HeldProcess, keeper: number) => treeOf(parseRunKey(id).id, pid, start, keeper);

/** The home cannot be used: that is all there is to say. */
function standInFor(hello: KeeperHello): void {
  deputed = hello.sessions.map((each) => treeOfHeld(each, hello.pid));
  deputy = standIn(
    house,
    deputed,
    () => openHome(place),
    (stays) => {
      leaving = true;
      if (stays === 'ends') keeper.stop();
      setImmediate(leave);
    },
  );
  server = serve(
    house,
    LISTEN_FD,
    deputy.handlers,
    () => ({ relaunched: [], unreadable: [] }),
    () => {},
  );
  keeper.ready();
  if (hello.terminating) void deputy.end();
}

let lookForIdle: (() => void) | undefined;

/** Does anything still need us? */
function look(): void {
  if (leaving || server === undefined) return;
  lookForIdle ??= leaveWhenIdle(
    realClock,
    registry,
    () => server?.connections ?? 0,
    () => void shutDown('idle'),
  );
  lookForIdle();
}

let ending: Promise<void> | undefined;

function shutDown(why: 'TERM' | 'shutdown' | 'idle'): Promise<void> {
  ending ??= end(why);
  return ending;
}

async function end(why: string): Promise<void> {
  leaving = true;
  log.info('leaving', { why });
  noteLeaving(house, true);
  try {
    await endAll(registry);
  } catch (error) {
    log.error('the orderly end failed', { error: String(error) });
    noteLeaving(house, false);
    process.exit(1); // a successor does better than one that refuses everybody
  }
  noteEnd(house, why);
  keeper.stop();
  setImmediate(leave); // after the reply to whoever asked for it
}

async function upgrade(node: string, directory: string): Promise<void> {
  await tryProgram(node, directory);
  if (leaving) throw new SessionError('stopping', 'the supervisor is leaving.');
  await guard?.mustBeSaved();
  leaving = true;
  upgrading = true;
  keeper.upgrade(node, directory);
  setImmediate(leave);
}

function leave(): void {
  for (const each of registry.all()) each.keepScreen();
  server?.close();
  keeper.flush(() => process.exit(0));
}

process.on('SIGTERM', () => void (deputy === undefined ? shutDown('TERM') : deputy.end()));
process.on('SIGHUP', () => configured.reload());
for (const signal of ['SIGINT', 'SIGPIPE', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => {});
