// The supervisor's socket without our client: raw bytes, well-formed or not, and what comes back.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { CONTROL, encodeFrame, frameReader, type Kind } from '../../src/protocol/frame.ts';
import { within } from './deadline.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever the supervisor says
export type Said = Record<string, any>;

export interface Wire {
  socket: Socket;
  said: Said[];
  /** Bytes of output and redraw frames. */
  shown: { kind: Kind; bytes: Buffer }[];
  /** Sends each as a control frame. */
  say(...messages: unknown[]): void;
  write(...bytes: Buffer[]): void;
  /** The first message that is as wanted, also of those that came already. */
  hears(what: string, holds: (said: Said) => boolean): Promise<Said>;
  /** Waits until what was shown holds `text`. */
  sees(text: string): Promise<void>;
  /** Resolves when the other side has closed; waits from when it is asked. */
  readonly closed: Promise<void>;
  isClosed(): boolean;
}

export const HELLO = { is: 'hello', protocol: 1, version: 'test' };

export const control = (text: string | Buffer) => encodeFrame(CONTROL, Buffer.from(text));
export const json = (message: unknown) => control(JSON.stringify(message));

/** Connects to the supervisor of the home at `path`. */
export async function wire(t: TestContext, path: string): Promise<Wire> {
  const socket = createConnection(join(path, 'run', 'socket'));
  t.after(() => socket.destroy());
  await within(once(socket, 'connect'), () => 'to connect');
  const said: Said[] = [];
  const shown: Wire['shown'] = [];
  const watchers = new Set<() => void>();
  const look = () => {
    for (const each of [...watchers]) each();
  };
  const read = frameReader((kind, payload) => {
    if (kind === CONTROL) said.push(JSON.parse(payload.toString('utf8')) as Said);
    else shown.push({ kind, bytes: Buffer.from(payload) });
  });
  socket.on('data', (chunk: Buffer) => {
    read(chunk);
    look();
  });
  let over = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => {}); // EPIPE, ECONNRESET: it was dropped while we wrote
    socket.on('close', () => {
      over = true;
      look();
      resolve();
    });
  });
  const waitFor = <T>(what: string, find: () => T | undefined): Promise<T> =>
    within(
      new Promise<T>((resolve, reject) => {
        const try_ = () => {
          const found = find();
          if (found === undefined && !over) return;
          watchers.delete(try_);
          if (found !== undefined) resolve(found);
          else reject(new Error(`closed before ${what}; it said ${JSON.stringify(said.slice(-5))}`));
        };
        watchers.add(try_);
        try_();
      }),
      () => `${what}; it said ${JSON.stringify(said.slice(-5))}`,
    );
  return {
    socket,
    said,
    shown,
    say: (...messages) => void socket.write(Buffer.concat(messages.map(json))),
    write: (...bytes) => void socket.write(Buffer.concat(bytes)),
    hears: (what, holds) => waitFor(what, () => said.find(holds)),
    async sees(text) {
      await waitFor(`it shows ${text}`, () => {
        const all = Buffer.concat(shown.slice(-50).map(({ bytes }) => bytes)).toString('latin1');
        return all.includes(text) || undefined;
      });
    },
    get closed() {
      return within(closed, () => `to be closed; it said ${JSON.stringify(said.slice(-5))}`);
    },
    isClosed: () => over,
  };
}
