// A pane of tmux that shows what bytes do, as an emulator that is not ours: one server, one control-mode client,
// and a program that copies a pipe to its raw terminal. Feeding and reading take a few ms and poll nothing.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { within } from './deadline.ts';

/** What tmux tells of a pane, by its names (`tmux(1)`, FORMATS). */
const FLAGS = [
  'cursor_x',
  'cursor_y',
  'cursor_flag',
  'insert_flag',
  'keypad_cursor_flag',
  'keypad_flag',
  'mouse_all_flag',
  'mouse_button_flag',
  'mouse_standard_flag',
  'mouse_sgr_flag',
  'origin_flag',
  'scroll_region_upper',
  'scroll_region_lower',
  'wrap_flag',
  'alternate_on',
  'pane_tabs',
  'history_size',
  'pane_title',
] as const;

export type Flags = Record<(typeof FLAGS)[number], string>;

export interface Shown {
  flags: Flags;
  /** `capture-pane -e -p -N`, the history first: tmux leaves out what a row has behind the last cell written. */
  lines: string[];
}

export interface Pane {
  /** Writes bytes to the terminal and waits until tmux has dealt with all of them. */
  feed(bytes: Uint8Array | string): Promise<void>;
  read(): Promise<Shown>;
  /** Empties screen, history and modes. */
  reset(): Promise<void>;
  /** Waits until this was written to the terminal, as control mode writes it (ESC is \\033). */
  hears(text: string): Promise<void>;
  /** The pane's terminal: what is written there is shown, though its program knows nothing of it. */
  tty(): Promise<string>;
}

/** Leaves strings, the alternate screen and every mode; then nothing is left above the screen either. */
const FRESH = '\x18\x1b[?1049l\x1bc\x1b[3J';

/** A program that writes to its terminal what comes through `pipe`, and nothing of its own. */
export const copying = (pipe: string) => `stty raw -echo && exec cat <>${pipe}`;

/** Another program in the pane than one that copies; what is fed goes to `pipe` all the same. */
export interface Through {
  pipe: string;
  program: string;
  env: NodeJS.ProcessEnv;
  /** What is to be done before the home is looked through for leftovers. */
  atEnd(deed: () => Promise<void>): void;
}

/** A pane of this size, until the test ends. */
export async function tmuxPane(
  t: TestContext,
  columns: number,
  rows: number,
  history = 2000,
  through?: Through,
): Promise<Pane> {
  const place = mkdtempSync('/tmp/s-pane-');
  const socket = join(place, 'tmux');
  const pipe = through?.pipe ?? join(place, 'pipe');
  const settings = join(place, 'settings');
  const env = { PATH: process.env.PATH, HOME: place, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', ...through?.env };
  if (through === undefined) execFileSync('mkfifo', [pipe]);
  writeFileSync(settings, `set -g history-limit ${history}\nset -g status off\n`);
  const tmux = ['-u', '-S', socket, '-f', settings];
  const program = through?.program ?? copying(pipe);
  execFileSync('tmux', [...tmux, 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, '-s', 'main', program], {
    env,
  });
  const attach = ['-C', 'attach', '-f', 'ignore-size', '-t', 'main'];
  const control = spawn('tmux', [...tmux, ...attach], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const left = new Promise((resolve) => control.on('close', resolve));
  const writer = await open(pipe, 'r+');
  const atEnd = through?.atEnd ?? ((deed: () => Promise<void>) => t.after(deed));
  atEnd(async () => {
    execFileSync('tmux', [...tmux, 'kill-server'], { env });
    await within(left, () => 'tmux leaves');
    await writer.close();
    rmSync(place, { recursive: true });
  });

  const replies = listen(control.stdout);
  await within(replies.next(), () => 'tmux answers the attach');
  const ask = async (command: string) => {
    control.stdin.write(`${command}\n`);
    return within(replies.next(), () => `tmux answers ${command}`);
  };
  let cases = 0;
  const feed = async (bytes: Uint8Array | string) => {
    // CAN ends what the bytes may have left open, so that the title behind them is heard.
    const title = `fed-${++cases}`;
    const heard = replies.heard(`${title}\\033`);
    await writeAll(writer, Buffer.concat([Buffer.from(bytes as string), Buffer.from(`\x1b]2;${title}\x1b\\`)]));
    await within(heard, () => `tmux deals with ${title}`);
  };
  const format = FLAGS.map((flag) => `#{${flag}}`).join('\t');
  return {
    feed,
    reset: () => feed(FRESH),
    hears: (text) => within(replies.heard(text), () => `to hear ${text}`),
    tty: async () => (await ask("display-message -p -t main '#{pane_tty}'"))[0] as string,
    async read() {
      const [line] = await ask(`display-message -p -t main '${format}'`);
      const lines = await ask('capture-pane -e -p -N -S - -t main');
      const values = (line as string).split('\t');
      return { flags: Object.fromEntries(FLAGS.map((flag, at) => [flag, values[at]])) as Flags, lines };
    },
  };
}

async function writeAll(writer: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await writer.write(bytes, at)).bytesWritten;
}

/** Takes control mode apart: the answer to each command, and what the pane's program has written. */
function listen(stream: NodeJS.ReadableStream) {
  const answers: string[][] = [];
  const waiting: ((lines: string[]) => void)[] = [];
  let rest = '';
  let block: { end: string; lines: string[] } | undefined;
  let output = '';
  let wanted: { text: string; resolve: () => void } | undefined;
  const take = (line: string) => {
    if (block) {
      if (line === block.end || line === block.end.replace('%end', '%error')) {
        const { lines } = block;
        block = undefined;
        const next = waiting.shift();
        if (next) next(lines);
        else answers.push(lines);
      } else block.lines.push(line);
    } else if (line.startsWith('%begin')) block = { end: line.replace('%begin', '%end'), lines: [] };
    else if (line.startsWith('%output')) {
      output += line.slice(line.indexOf(' ', 8) + 1);
      if (wanted && output.includes(wanted.text)) {
        output = '';
        wanted.resolve();
        wanted = undefined;
      } else output = output.slice(-64);
    }
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) take(line);
  });
  return {
    next: () =>
      new Promise<string[]>((resolve) => {
        const ready = answers.shift();
        if (ready) resolve(ready);
        else waiting.push(resolve);
      }),
    /** Resolves once the pane's output has held this text (as control mode writes it). */
    heard: (text: string) =>
      new Promise<void>((resolve) => {
        wanted = { text, resolve };
      }),
  };
}
