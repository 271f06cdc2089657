// The listening part: every connection is looked at before a word of it is heard. A stranger is dropped.
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { descriptorOf } from '../base/descriptor.ts';
import type { Connection } from '../protocol/connection.ts';
import { BACKLOG, hasHungUp, peerOf } from '../system/sockets.ts';
import { converse, type Greeting } from './conversation.ts';
import type { Handlers } from './handlers.ts';
import type { House } from './house.ts';

export interface Server {
  readonly connections: number;
  /** Takes callers of another socket, too. */
  listen(fd: number): void;
  close(): void;
}

export function serve(
  house: House,
  listenFd: number,
  handlers: Handlers,
  greeting: Greeting,
  changed: () => void,
): Server {
  const open = new Set<Connection>();
  const servers: NetServer[] = [];
  const take = (socket: Socket) => {
    try {
      if (!isWelcome(socket)) return void socket.destroy();
    } catch {
      return void socket.destroy(); // gone before it could be looked at
    }
    const each = converse(house, socket, handlers, greeting, () => {
      open.delete(each);
      changed();
    });
    open.add(each);
    changed();
  };
  const listen = (fd: number) => {
    const server = createServer(take);
    server.on('error', (error) => house.log.error('listening', { error: error.message }));
    server.listen({ fd }, BACKLOG as never); // Node hears of it here alone where a descriptor is given; else it makes the queue 511
    servers.push(server);
  };
  listen(listenFd);
  return {
    listen,
    get connections() {
      return open.size;
    },
    close() {
      for (const each of servers) each.close();
      for (const each of open) each.destroy();
    },
  };
}

/** Only our own user, and root; and what was asked by who has given up waiting since, or is dead, is not done late. */
function isWelcome(socket: Socket): boolean {
  const fd = descriptorOf(socket);
  if (fd < 0) return false;
  if (hasHungUp(fd)) return false;
  const { uid } = peerOf(fd);
  return uid === 0 || uid === process.getuid?.();
}
