// The keeper's wire, from this side: words on one channel, descriptors on the other, taken when the words
// say that they are there.
import { Socket } from 'node:net';
import {
  DESCRIPTORS_FD,
  encode,
  type FromKeeper,
  type HeldProcess,
  LISTEN,
  lineReader,
  MEMORY,
  type SpawnRequest,
  type ToKeeper,
  WORDS_FD,
} from '../keeper/wire.ts';
import type { Ended } from '../system/children.ts';
import { receiveDescriptors } from '../system/fd-passing.ts';
import { forgetTable } from '../system/process-table.ts';

export type KeeperHello = Extract<FromKeeper, { is: 'hello' }>;

export interface KeeperNews {
  hello(hello: KeeperHello, memoryFd: number, masters: Map<string, number>): void;
  spawned(process: HeldProcess, master: number): void;
  refused(id: string, why: string): void;
  ended(id: string, ended: Ended): void;
  /** Shut down in good order. */
  terminate(): void;
  /** The home is not the one it was: all that is known is to be saved anew. Callers come to `listenFd` by now. */
  moved(listenFd: number | undefined): void;
  /** The keeper is dead, and with it every session's terminal. */
  gone(): void;
}

export interface KeeperLink {
  spawn(request: Omit<SpawnRequest, 'is'>): void;
  acknowledge(id: string): void;
  ready(): void;
  stop(): void;
  upgrade(node: string, directory: string): void;
  /** Calls `then` when all that was said is with the keeper. Nothing can be said afterwards. */
  flush(then: () => void): void;
}

export function linkKeeper(news: KeeperNews): KeeperLink {
  const words = new Socket({ fd: WORDS_FD, readable: true, writable: true });
  const arrived = new Map<string, number>();

  /** Descriptors are sent ahead of their words, so they are there by now. */
  const descriptor = (id: string): number => {
    while (!arrived.has(id)) {
      const packet = receiveDescriptors(DESCRIPTORS_FD);
      if (packet === null) throw new Error(`the keeper sent no descriptor of '${id}'`);
      packet.text.split('\n').forEach((each, i) => {
        arrived.set(each, packet.fds[i] as number);
      });
    }
    const fd = arrived.get(id) as number;
    arrived.delete(id);
    return fd;
  };

  const take = (message: FromKeeper) => {
    switch (message.is) {
      case 'hello': {
        const memory = descriptor(MEMORY);
        const masters = new Map(message.sessions.map((each) => [each.id, descriptor(each.id)]));
        return news.hello(message, memory, masters);
      }
      case 'spawned':
        return news.spawned(message.process, descriptor(message.process.id));
      case 'refused':
        return news.refused(message.id, message.why);
      case 'ended':
        return news.ended(message.id, message.ended);
      case 'terminate':
        return news.terminate();
      case 'moved':
        return news.moved(message.listens === true ? descriptor(LISTEN) : undefined);
      case 'ping':
        return say({ is: 'pong' });
      case 'unsupported':
        return;
    }
  };
  const say = (message: ToKeeper) => void words.write(encode(message));

  words.on('error', () => {});
  words.on('data', forgetTable); // who has ended, has ended since
  words.on('data', lineReader<FromKeeper>(take));
  words.on('close', () => news.gone());

  return {
    spawn: (request) => say({ is: 'spawn', ...request }),
    acknowledge: (id) => say({ is: 'ack', id }),
    ready: () => say({ is: 'ready' }),
    stop: () => say({ is: 'stop' }),
    upgrade: (node, directory) => say({ is: 'upgrade', node, directory }),
    flush: (then) => void words.end(then),
  };
}
