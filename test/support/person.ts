// A person at a terminal: a real pty with a real program on it, read by an emulator. Sees the screen, types,
// resizes, walks away.

import { closeSync, readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import xterm from '@xterm/headless';
import { openPty } from '../../src/keeper/pty.ts';
import { type Ended, reap } from '../../src/system/children.ts';
import { setWindowSize } from '../../src/system/pty-device.ts';
import { spawnOnTerminal } from '../../src/system/spawn.ts';
import { within } from './deadline.ts';
import { BIN, type Home } from './home.ts';

export interface Person {
  pid: number;
  /** The screen's lines, without trailing blanks. */
  screen(): string;
  /** Everything that ever came, as text. */
  received(): string;
  /** Waits until the screen shows it. */
  sees(what: RegExp): Promise<void>;
  /** Waits until it has come at all. */
  receives(what: RegExp): Promise<void>;
  types(text: string): void;
  resizes(columns: number, rows: number): void;
  /** Pulls the plug: the terminal is gone. */
  hangsUp(): void;
  ended: Promise<Ended>;
}

/** A person who runs `session ARGS` in this home. */
export const person = (home: Home, args: string[], env: Record<string, string> = {}): Person =>
  personWith(home, BIN, [BIN, ...args], env);

/** A person who runs any program. */
export function personWith(home: Home, file: string, argv: string[], env: Record<string, string> = {}): Person {
  const size = { columns: 80, rows: 24 };
  const pty = openPty(size);
  const emulator = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 5000, allowProposedApi: true });
  const pid = spawnOnTerminal(pty.path, {
    file,
    argv,
    env: Object.entries({ ...home.env, ...env }).map(([key, value]) => `${key}=${value}`),
    directory: home.work,
    umask: 0o022,
    openFiles: undefined,
  });
  let received = '';
  let plugged = true;
  const watchers = new Set<() => void>();
  const feed = (bytes: Buffer) => {
    received += bytes.toString('utf8');
    emulator.write(new Uint8Array(bytes), () => {
      for (const each of [...watchers]) each();
    });
  };
  const buffer = Buffer.alloc(65536);
  const stream = new ReadStream(pty.master, {
    onread: {
      buffer,
      callback(length: number) {
        if (length > 0) feed(Buffer.from(buffer.subarray(0, length)));
        return true;
      },
    },
  } as ConstructorParameters<typeof ReadStream>[1]);
  stream.on('error', () => {});
  stream.resume();

  let isOver = false;
  const ended = new Promise<Ended>((resolve) => {
    const look = () => {
      const how = reap(pid);
      if (how === undefined) return;
      isOver = true;
      process.off('SIGCHLD', look);
      drain();
      emulator.write('', () => {
        for (const each of [...watchers]) each();
        resolve(how);
      });
    };
    process.on('SIGCHLD', look);
    look();
  });
  const drain = () => {
    try {
      for (let length = readSync(pty.master, buffer); plugged && length > 0; length = readSync(pty.master, buffer)) {
        feed(Buffer.from(buffer.subarray(0, length)));
      }
    } catch {
      // EAGAIN: that was all.
    }
  };
  const unplug = () => {
    if (!plugged) return;
    plugged = false;
    stream.destroy();
    closeSync(pty.slave);
  };
  home.atEnd(async () => {
    if (!isOver) process.kill(pid, 'SIGKILL');
    await within(ended, () => 'the person leaves');
    unplug();
    emulator.dispose();
  });

  const screen = () => {
    const { active } = emulator.buffer;
    const lines = Array.from(
      { length: emulator.rows },
      (_, i) => active.getLine(active.baseY + i)?.translateToString(true) ?? '',
    );
    return lines.join('\n').trimEnd();
  };
  const waitFor = (holds: () => boolean, what: string) => {
    const seen = new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
    return within(seen, () => `${what}\nthe screen:\n${screen()}\nreceived:\n${JSON.stringify(received.slice(-2000))}`);
  };
  return {
    pid,
    screen,
    received: () => received,
    sees: (what) => waitFor(() => what.test(screen()), `to see ${what}`),
    receives: (what) => waitFor(() => what.test(received), `to receive ${what}`),
    types(text) {
      writeSync(pty.master, text);
    },
    resizes(columns, rows) {
      emulator.resize(columns, rows);
      setWindowSize(pty.master, { columns, rows });
    },
    hangsUp: unplug,
    ended,
  };
}
