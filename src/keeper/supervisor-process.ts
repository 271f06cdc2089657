// The supervisor as the keeper's child: started with two channels and the listening socket, told what is
// held, and started again whenever it dies.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, writeFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { passed } from '../base/clock.ts';
import { errnoOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { MOST_DESCRIPTORS, sendDescriptors } from '../system/fd-passing.ts';
import { packetPair } from '../system/sockets.ts';
import { encode, type FromKeeper, lineReader, type ToKeeper } from './wire.ts';

export interface SupervisorProcess {
  pid(): number | undefined;
  /** Says `message`, its descriptors (with the ids that name them) ahead of it. Dropped while none is there. */
  say(message: FromKeeper, descriptors?: Descriptor[]): void;
  /** It has said that it serves. */
  ready(): void;
  isServing(): boolean;
  kill(): void;
}

export interface Descriptor {
  id: string;
  fd: number;
}

export interface Start {
  node: string;
  argv: string[];
  env: NodeJS.ProcessEnv;
  /** The listening socket, as it is when a supervisor is started. */
  listenFd(): number;
  logFd: number;
  log: Log;
  greet(): { message: FromKeeper; descriptors: Descriptor[] };
  take(message: ToKeeper): void;
  /** It has ended. Answers whether it is to be started again. */
  ended(): boolean;
}

/** A supervisor that died before it served, or within this of its start, ms, is started again with a growing delay. */
const SHORT_LIFE = 100;
const LONGEST_DELAY = 5000;

export function keepSupervisor(start: Start): SupervisorProcess {
  let current: { child: ChildProcess; words: Duplex; packets: number; served: boolean } | undefined;
  let queue: { message: FromKeeper; descriptors: Descriptor[] }[] = [];
  let flushesLater = false;
  let quickDeaths = 0;

  /** In order: a message waits until its descriptors have fitted into the packet queue. */
  const flush = () => {
    while (current !== undefined && queue[0] !== undefined) {
      const { message, descriptors } = queue[0];
      try {
        while (descriptors.length > 0) {
          const some = descriptors.slice(0, MOST_DESCRIPTORS);
          sendDescriptors(
            current.packets,
            some.map((each) => each.fd),
            some.map((each) => each.id).join('\n'),
          );
          descriptors.splice(0, some.length);
        }
      } catch (error) {
        if (errnoOf(error) === 'EAGAIN' && !flushesLater) {
          flushesLater = true;
          setTimeout(() => {
            flushesLater = false;
            flush();
          }, 2);
        }
        return; // any other error: it is dying, and its successor is told everything anew
      }
      current.words.write(encode(message));
      queue.shift();
    }
  };

  /** Whatever is short just now (memory, descriptors), the keeper lives on and tries again. */
  const launch = () => {
    let pair: [number, number] | undefined;
    try {
      pair = packetPair();
      begin(...pair);
    } catch (error) {
      for (const fd of pair ?? []) closeQuietly(fd);
      current = undefined;
      start.log.error('the supervisor cannot be started', { error: String(error) });
      launchLater();
    }
  };

  const launchLater = () => {
    quickDeaths++;
    if (quickDeaths < 3) setImmediate(launch);
    else setTimeout(launch, Math.min(LONGEST_DELAY, 50 * 2 ** (quickDeaths - 3)));
  };

  const begin = (ours: number, theirs: number) => {
    const bornAt = passed();
    const child = spawn(start.node, start.argv, {
      detached: true, // Ctrl-C in the terminal that started us must not reach it
      cwd: '/',
      env: start.env,
      stdio: ['ignore', start.logFd, start.logFd, 'pipe', theirs, start.listenFd()],
    });
    child.on('error', (error) => start.log.error('the supervisor cannot be started', { error: error.message }));
    if (child.pid === undefined) throw new Error('no process');
    closeSync(theirs);
    const words = child.stdio[3] as unknown as Duplex;
    // A supervisor killed with unread descriptors gives ECONNRESET here; unheard, it would end the keeper.
    words.on('error', () => {});
    words.on('data', lineReader<ToKeeper>(start.take));
    child.on('exit', (code, signal) => {
      closeSync(ours);
      const lived = Math.round(passed() - bornAt);
      const served = current?.served === true && lived >= SHORT_LIFE;
      current = undefined;
      queue = [];
      start.log.info('the supervisor ended', { code, signal, lived });
      if (!start.ended()) return;
      if (!served) return launchLater();
      quickDeaths = 0;
      launch();
    });
    current = { child, words, packets: ours, served: false };
    preferForOom(child.pid);
    const { message, descriptors } = start.greet();
    queue = [{ message, descriptors }];
    flush();
  };

  launch();
  return {
    pid: () => current?.child.pid,
    say(message, descriptors = []) {
      if (current === undefined) return;
      queue.push({ message, descriptors: [...descriptors] });
      flush();
    },
    ready() {
      if (current !== undefined) current.served = true;
    },
    isServing: () => current?.served === true,
    kill: () => void current?.child.kill('SIGKILL'),
  };
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Closed already.
  }
}

/** Short of memory, the kernel should take the supervisor, which costs nothing, and not the keeper. */
function preferForOom(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '300');
  } catch {
    // Gone already, or not ours to say.
  }
}
