// The keeper: what must not die does almost nothing. It takes the scope's lock, listens (accepting nothing),
// starts the supervisor, holds every session's terminal, reaps, and never decides anything.
import { closeSync, openSync, writeSync } from 'node:fs';
import { armHooks, reached } from '../base/hooks.ts';
import { openLog } from '../base/log.ts';
import { ONE_ARENA } from '../base/one-arena.ts';
import { openDiary, removeQuietly } from '../base/own-file.ts';
import { type Place, placeIn, type Scope } from '../base/paths.ts';
import { version } from '../base/version.ts';
import { becomeSubreaper } from '../system/children.ts';
import { closeOnExecAll } from '../system/exec.ts';
import { replaceDescriptor } from '../system/libc.ts';
import { createSharedMemory } from '../system/shared-memory.ts';
import { type Child, holdChildren, MOST_SESSIONS, refusalOf } from './children.ts';
import { loadPty } from './pty.ts';
import { watchPulse } from './pulse.ts';
import { type Inheritance, inheritance, reexecute } from './reexec.ts';
import { standAt, takePlace } from './standing.ts';
import { type Descriptor, keepSupervisor, type SupervisorProcess } from './supervisor-process.ts';
import { isKey, isValidSpawn } from './valid-spawn.ts';
import { type FromKeeper, LISTEN, MEMORY, passTrial, type ToKeeper, TRIAL, WIRE } from './wire.ts';

export interface KeeperOptions {
  place: Place;
  /** Where keeper.cjs and supervisor.cjs lie. */
  directory: string;
  foreground: boolean;
  env: NodeJS.ProcessEnv;
  /** Called once it listens, before the supervisor answers. */
  ready(): void;
}

/** Keeps until the orderly end. Answers false where another keeper holds the scope. */
export function keep(options: KeeperOptions): Promise<boolean> {
  const { place } = options;
  closeOnExecAll(3); // what we inherited is not our children's business
  becomeSubreaper();
  const handedOn = inheritance(options.env);
  const inherited = handedOn ?? begin(place, options.foreground);
  if (inherited === undefined) return Promise.resolve(false);
  const { memoryFd, life, foreground } = inherited;
  const logFd = foreground ? 2 : openDiary(place.supervisorLog);
  const log = openLog('keeper', logFd);
  const standing = standAt(place, inherited, log);
  if (handedOn === undefined) options.ready();

  return new Promise((resolve) => {
    let supervisor: SupervisorProcess | undefined;
    let next: { node: string; directory: string } | undefined;
    let stopping = false;
    let terminating = false;
    const pulse = watchPulse(log);

    const children = holdChildren(inherited.children, memoryFd, (child) => {
      removeQuietly(place.listing); // however long the supervisor takes to hear of it
      if (child.ended !== undefined) tell({ is: 'ended', id: child.id, pid: child.pid, ended: child.ended });
    });
    /** What is to be acted upon. */
    const tell = (message: FromKeeper) => {
      supervisor?.say(message);
      if (supervisor !== undefined) pulse.ask(supervisor, 'unhurried');
    };
    const sweep = () => children.sweep(() => supervisor?.pid());

    const take = (message: ToKeeper) => {
      switch (message.is) {
        case 'spawn':
          reached('keeper-spawn');
          if (!isKey(message.id)) return supervisor?.say({ is: 'unsupported', what: 'a spawn without an id' });
          try {
            if (!isValidSpawn(message)) throw new Error('EINVAL');
            const child = children.spawn(message);
            supervisor?.say({ is: 'spawned', process: heldOf(child) }, [masterOf(child)]);
          } catch (error) {
            supervisor?.say({ is: 'refused', id: message.id, why: refusalOf(error) });
          }
          return;
        case 'ack':
          return children.acknowledge(message.id);
        case 'pong':
          return pulse.settle();
        case 'ready':
          return supervisor?.ready();
        case 'stop':
          stopping = true;
          return;
        case 'upgrade':
          next = { node: message.node, directory: message.directory };
          return;
        default:
          supervisor?.say({ is: 'unsupported', what: String((message as { is: unknown }).is) });
      }
    };

    const leave = () => {
      standing.leave();
      resolve(true);
    };

    const terminate = () => {
      terminating = true;
      tell({ is: 'terminate' });
    };
    // Whatever goes wrong here, every session would go with it: it is written down, and the keeper goes on.
    setInterval(() => {}, 2 ** 31 - 1); // nor does it end for want of anything to wait for
    process.on('uncaughtException', (error) => log.error('unexpected', { error: error.stack }));
    process.on('SIGTERM', terminate);
    process.on('SIGINT', foreground ? terminate : () => {});
    process.on('SIGHUP', foreground ? terminate : () => {});
    process.on('SIGPIPE', () => {});
    process.on('SIGUSR1', () => {}); // or Node would open its inspector's port
    process.on('SIGURG', () => {
      // A client finds nobody, or waits for an answer that does not come.
      const lost = standing.renew();
      if (lost === 'home' && !foreground) writeFrom(logFd, place);
      if (lost === 'socket') supervisor?.kill(); // the next one listens there
      if (lost === 'home')
        supervisor?.say({ is: 'moved', listens: true }, [{ id: LISTEN, fd: standing.held().listenFd }]);
      if ((lost === 'nothing' || lost === 'everything') && supervisor !== undefined) pulse.ask(supervisor);
    });
    process.on('SIGCHLD', sweep);
    if (handedOn !== undefined) standing.publish();

    supervisor = keepSupervisor({
      node: process.execPath,
      argv: [`${options.directory}/supervisor.cjs`, place.scope, place.home, place.run],
      env: { ...options.env, ...ONE_ARENA, SESSION_PART: 'supervisor' }, // of no session, also where one runs us in view
      listenFd: () => standing.held().listenFd,
      logFd,
      log,
      greet: () => ({
        message: {
          is: 'hello',
          wire: WIRE,
          version,
          pid: process.pid,
          life,
          terminating,
          sessions: children.all().map(heldOf),
        },
        descriptors: [{ id: MEMORY, fd: memoryFd }, ...children.all().map(masterOf)],
      }),
      take,
      ended: () => {
        pulse.settle();
        removeQuietly(place.listing); // of which nobody takes care now
        if (stopping) {
          leave();
          return false;
        }
        if (next !== undefined) {
          const { node, directory } = next;
          next = undefined;
          try {
            reexecute(
              node,
              directory,
              place,
              {
                ...standing.held(),
                memoryFd,
                children: children.all(),
                foreground,
              },
              options.env,
            );
          } catch (error) {
            log.error('the new keeper cannot be started; this one goes on', { error: String(error) });
          }
        }
        return true;
      },
    });
    loadPty(); // after the supervisor's start, which takes longer
    sweep(); // what ended while we became another program
  });
}

function begin(place: Place, foreground: boolean): Inheritance | undefined {
  const held = takePlace(place);
  return held && { ...held, memoryFd: createSharedMemory(MOST_SESSIONS), children: [], foreground };
}

/** What wrote to the diary of a home that is gone writes to the new one's. */
function writeFrom(logFd: number, place: Place): void {
  try {
    replaceDescriptor(logFd, openDiary(place.supervisorLog));
  } catch {
    // No descriptor is left: it goes where it went.
  }
}

const masterOf = (child: Child): Descriptor => ({ id: child.id, fd: child.master });

function heldOf({ master: _master, slave: _slave, ...held }: Child) {
  return held;
}

/** keeper.cjs SCOPE HOME RUN, started by client/launch.ts: one line on stdout, then silence. */
async function main(): Promise<void> {
  const [scope, home, run] = process.argv.slice(2) as [Scope, string, string];
  if (String(scope) === TRIAL) {
    loadPty();
    return passTrial('keeper');
  }
  armHooks(process.env.SESSION_TEST_HOOKS);
  try {
    const place = placeIn(scope, home, run);
    const kept = await keep({
      place,
      directory: __dirname,
      foreground: false,
      env: process.env,
      ready: () => say('ready'),
    });
    if (!kept) say('held-elsewhere');
    process.exit(0);
  } catch (error) {
    say(`failed ${error instanceof Error ? ((error as { line?: string }).line ?? error.message) : error}`);
    process.exit(1);
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
  closeSync(1);
  openSync('/dev/null', 'w'); // takes the number 1, so that no later file does
}

if (process.argv[1]?.endsWith('keeper.cjs')) void main();
