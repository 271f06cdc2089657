// A program run twice, in a pane of tmux directly and in one that runs `session attach`: whatever happens, a person
// must not be able to tell the two apart.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { BENEATH, differences, ENDS, PROBES, writeTo } from './compared.ts';
import { eventually } from './deadline.ts';
import { BIN, type Home, home } from './home.ts';
import { type Pane, panes, type Size } from './panes.ts';

export const missing = (...programs: string[]): string | false => {
  for (const each of programs) {
    try {
      execFileSync('sh', ['-c', `command -v ${each}`]);
    } catch {
      return `${each} is missing`;
    }
  }
  return false;
};

export const SIZE: Size = { columns: 80, rows: 24 };

export interface Judge {
  home: Home;
  direct: Pane;
  /** Where the session is attached; another pane after each return. */
  attached(): Pane;
  /** Keys to both, by tmux's names; a key of more than one letter that tmux does not know is text. */
  presses(...keys: string[]): Promise<void>;
  pastes(text: string): Promise<void>;
  /** Waits until both show it. */
  sees(what: RegExp): Promise<void>;
  /** Waits until the direct one does, while nobody is attached. */
  seesDirectly(what: RegExp): Promise<void>;
  /** What FEED writes out in both, byte for byte. */
  feeds(bytes: string | Buffer): Promise<void>;
  /** Waits until both look the same, and counts. */
  same(when: string): Promise<void>;
  /** As same, after both terminals were sent what shows their hidden state. Both are spoiled by it. */
  sameWithin(when: string): Promise<void>;
  leaves(): Promise<void>;
  returns(): Promise<void>;
  /** leaves, returns and same, and makes sure that the program itself did nothing for it. */
  sameAfterReturn(when: string): Promise<void>;
  /** Both programs are told of another size and have done something about it. */
  resizes(size: Size): Promise<void>;
  /** The direct one becomes so large; one comes back to the other on a terminal of that size. */
  returnsInSize(size: Size): Promise<void>;
  /** A line for those who wait at the pipe: `read -r _ <"$PIPE"`. */
  opens(): void;
  /** Waits until the attached client has ended: its exit status. */
  ended(): Promise<string>;
  /** For what is compared elsewhere. */
  counts(): void;
}

export interface JudgeOptions {
  env?: Record<string, string>;
  /** Options of `session create`. */
  create?: string[];
  /** Before anything is started. */
  prepare?(home: Home): void;
}

/** A program that writes what the test gives it, and nothing of its own. */
export const FEED = ['sh', '-c', 'stty raw -echo; exec cat "$PIPE"'];

/** A shell that says nothing of where and when it runs. */
export const BASH = {
  argv: ['bash', '--norc', '--noprofile', '-i'],
  options: { env: { PS1: '$ ', HISTFILE: '', INPUTRC: '/dev/null' } },
};

/** Lines that both keep: more than these a session has no duty to show. */
const HISTORY = 1000;

/** Starts `argv` at the same moment in both. */
export async function judge(t: TestContext, argv: string[], options: JudgeOptions = {}): Promise<Judge> {
  const h = home(t, { env: { SHELL: '/bin/bash', ...options.env } });
  options.prepare?.(h);
  const court = await panes(h);
  const gates = ['direct', 'session'].map((side) => gate(h, side));
  // Both begin once the session is attached, so that the same terminal answers what they ask at their start.
  const program = (side: number) => ['sh', '-c', BEGIN, 'begin', (gates[side] as Gate).path, ...argv];
  const direct = await court.open(['env', ...NOT_OF_TMUX, 'COLORTERM=truecolor', ...program(0)], {
    size: SIZE,
    history: HISTORY,
  });
  const attach = (words: string[], size: Size) =>
    court.open(['env', ...NOT_OF_TMUX, 'sh', '-c', KEEPS_STATUS, BIN, ...words], { size, history: 3 * HISTORY });
  let size = SIZE;
  let attached = await attach(['create', '-a', '-n', 'x', ...(options.create ?? []), '--', ...program(1)], SIZE);
  let compared = 0;
  const until = (pane: () => Pane, what: RegExp) => {
    let last = '';
    return court.until(
      async () => what.test((last = (await pane().see()).text)),
      () => `to see ${what}\n${last}`,
    );
  };
  /** Before that, an empty screen may look the same by mistake. */
  const arrives = () =>
    court.until(
      async () =>
        (await attached.see(3 * HISTORY)).lines.some((each) => each.startsWith('Attached to')) ||
        (await attached.isDead()),
      () => 'the session to be attached',
    );
  await arrives();
  for (const each of gates) each.opens();

  let fed = CLEAR.length;
  const feed = async (bytes: Buffer) => {
    fed += bytes.length;
    await Promise.all(gates.map(({ fd }) => writeAll(fd, bytes)));
    await court.until(
      async () => direct.written >= fed,
      () => `${fed} bytes to be written; so far ${direct.written}`,
    );
  };
  const written = async () => (await h.run(['logs', 'x', '--raw'])).stdout.length;
  /** tmux tells a program of it only after a while. */
  const resized = async (pane: Pane) => {
    const { written } = pane;
    await pane.resizes(size);
    await court.until(
      async () => pane.written > written,
      () => `the program to do something about ${size.columns}x${size.rows}`,
    );
  };
  const self: Judge = {
    home: h,
    direct,
    attached: () => attached,
    presses: async (...keys) => void (await Promise.all([direct.presses(...keys), attached.presses(...keys)])),
    pastes: async (text) => void (await Promise.all([direct.pastes(text), attached.pastes(text)])),
    async sees(what) {
      await until(() => direct, what);
      await until(() => attached, what);
    },
    seesDirectly: async (what) => void (await until(() => direct, what)),
    async feeds(bytes) {
      if (direct.written < CLEAR.length) await feed(Buffer.alloc(0)); // until then the gate reads lines
      await feed(Buffer.from(bytes));
    },
    async same(when) {
      let difference: string[] = [];
      await court.until(
        async () => {
          const wanted = await direct.see(HISTORY);
          difference = differences(wanted, await attached.see(wanted.history.length));
          return difference.length === 0;
        },
        () => `${when}: in tmux directly, and in tmux through session attach:\n${difference.join('\n')}`,
      );
      compared++;
    },
    async sameWithin(when) {
      const { alternate_on: isAlternate } = (await direct.see()).flags;
      for (const [name, probe] of isAlternate === '1' ? [...PROBES, BENEATH, ENDS] : [...PROBES, ENDS]) {
        for (const each of [direct, attached]) writeTo(each.tty, probe);
        await self.same(`${when}, ${name}`);
      }
    },
    async leaves() {
      await h.ok('detach', 'x');
      await self.ended();
      await attached.closes();
    },
    async returns() {
      attached = await attach(['attach', 'x'], size);
      await arrives();
    },
    async sameAfterReturn(when) {
      const before = await written();
      await self.leaves();
      await self.returns();
      await self.same(when);
      assert.equal(await written(), before, 'the program wrote nothing: it was the redraw');
    },
    async resizes(now) {
      size = now;
      await Promise.all([direct, attached].map(resized));
    },
    async returnsInSize(now) {
      size = now;
      await resized(direct);
      await self.returns();
    },
    opens: () => gates.forEach((each) => void each.opens()),
    async ended() {
      await court.until(
        () => attached.isDead(),
        () => 'the client to leave',
      );
      return readFileSync(`${h.work}/status`, 'utf8').trim();
    },
    counts: () => void compared++,
  };
  t.after(() => t.diagnostic(`counted ${compared} comparisons of ${argv.join(' ').slice(0, 40)}`));
  return self;
}

/** tmux itself loses the status now and then. */
const KEEPS_STATUS = '"$0" "$@"; echo $? >status';

const NOT_OF_TMUX = ['-u', 'TMUX', '-u', 'TMUX_PANE', '-u', 'TERM_PROGRAM', '-u', 'TERM_PROGRAM_VERSION'];

const CLEAR = '\x1b[H\x1b[2J';

/** Waits at a pipe, begins with an empty screen, and is then the program itself. */
const BEGIN = 'export PIPE="$1"; read -r _ <"$PIPE"; shift; printf "\\033[H\\033[2J"; exec "$@"';

interface Gate {
  path: string;
  fd: number;
  opens(): void;
}

function gate(h: Home, side: string): Gate {
  const path = `${h.work}/${side}`;
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  h.atEnd(() => closeSync(fd));
  return { path, fd, opens: () => void writeSync(fd, '\n') };
}

/** Writes as fast as it is read; a pipe that is full must not hold up the test, which has to read meanwhile. */
async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += await eventually('there is room in the pipe', () => {
      try {
        return writeSync(fd, bytes, at, Math.min(bytes.length - at, 65536));
      } catch (error) {
        if ((error as { code?: string }).code === 'EAGAIN') return undefined;
        throw error;
      }
    });
  }
}
