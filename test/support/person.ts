// A person at a terminal: a real pty with a real program on it, read by an emulator that answers what it is asked.
// Sees the screen, types, resizes, walks away.

import { closeSync, readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import xterm, { type Terminal } from '@xterm/headless';
import type { Size } from '../../src/base/size.ts';
import { openPty } from '../../src/keeper/pty.ts';
import { type Ended, reap } from '../../src/system/children.ts';
import { setWindowSize } from '../../src/system/pty-device.ts';
import { spawnOnTerminal } from '../../src/system/spawn.ts';
import { within } from './deadline.ts';
import { BIN, type Home } from './home.ts';

export interface Person {
  pid: number;
  terminal: Terminal;
  /** The screen's lines, without trailing blanks. */
  screen(): string;
  /** Everything that ever came, as text. */
  received(): string;
  /** The same, byte for byte. */
  bytes(): Buffer;
  /** Everything that the terminal itself answered, without anybody typing. */
  answered(): string;
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
export const person = (home: Home, args: string[], env: Record<string, string> = {}, size?: Size): Person =>
  personWith(home, BIN, [BIN, ...args], env, size);

/** A person who runs any program. */
export function personWith(
  home: Home,
  file: string,
  argv: string[],
  env: Record<string, string> = {},
  size: Size = { columns: 80, rows: 24 },
): Person {
  const pty = openPty(size);
  const emulator = terminalOf(size);
  const pid = spawnOnTerminal(pty.path, {
    file,
    argv,
    env: Object.entries({ ...home.env, ...env }).map(([key, value]) => `${key}=${value}`),
    directory: home.work,
    umask: 0o022,
    openFiles: undefined,
  });
  let received = '';
  const chunks: Buffer[] = [];
  let answered = '';
  let plugged = true;
  emulator.onData((text) => {
    answered += text;
    if (plugged) writeSync(pty.master, text);
  });
  const watchers = new Set<() => void>();
  const feed = (bytes: Buffer) => {
    received += bytes.toString('utf8');
    chunks.push(bytes);
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
  const drain = () => {
    if (!plugged) return; // the number may be another's terminal by now
    try {
      for (let length = readSync(pty.master, buffer); length > 0; length = readSync(pty.master, buffer))
        feed(Buffer.from(buffer.subarray(0, length)));
    } catch {
      // EAGAIN: that was all.
    }
  };
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
    terminal: emulator,
    screen,
    received: () => received,
    bytes: () => Buffer.concat(chunks),
    answered: () => answered,
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

/** As a person has it: not the supervisor's, which is corrected. */
export function terminalOf({ columns, rows }: Size): Terminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  // What xterm.js leaves to those who draw it.
  terminal.parser.registerOscHandler(11, (colour) => {
    if (colour === '?') terminal.input('\x1b]11;rgb:1111/2222/3333\x1b\\', false);
    return colour === '?';
  });
  terminal.parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => {
    terminal.input('\x1bP>|person(1)\x1b\\', false);
    return true;
  });
  return terminal;
}
