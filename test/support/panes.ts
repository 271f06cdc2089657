// Panes of a tmux of its own, which is the judge of screens: an emulator that is not ours. Everything goes through
// its control mode, which also tells when a pane was written to, so that nothing sleeps.

import { execFileSync, spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { rowsOf, textOf } from './captured.ts';
import { within } from './deadline.ts';
import type { Home } from './home.ts';

export interface Size {
  columns: number;
  rows: number;
}

/** What tmux knows of a pane's terminal besides its cells. */
const FLAGS = [
  ...['pane_width', 'pane_height', 'cursor_x', 'cursor_y', 'cursor_flag', 'insert_flag', 'origin_flag', 'wrap_flag'],
  ...['keypad_cursor_flag', 'keypad_flag', 'scroll_region_lower', 'scroll_region_upper', 'pane_tabs', 'pane_title'],
  ...['mouse_all_flag', 'mouse_any_flag', 'mouse_button_flag', 'mouse_standard_flag', 'mouse_sgr_flag'],
  ...['mouse_utf8_flag', 'alternate_on', 'alternate_saved_x', 'alternate_saved_y'],
];

export interface Seen {
  flags: Record<string, string>;
  /** The visible rows, and all above them that tmux keeps. */
  rows: string[];
  history: string[];
  /** The screen that a program on the alternate one will return to. */
  beneath: string[];
  /** Screen and newest history, lines that were wrapped by the terminal in one. */
  lines: string[];
  text: string;
}

export interface Pane {
  id: string;
  tty: string;
  /** Bytes that were written to it so far. */
  written: number;
  isDead(): Promise<boolean>;
  see(history?: number): Promise<Seen>;
  /** Types text as it is, or presses keys by tmux's names. */
  types(text: string): Promise<void>;
  presses(...keys: string[]): Promise<void>;
  /** Pastes as a terminal does: in brackets where the program asked for them. */
  pastes(text: string): Promise<void>;
  resizes(size: Size): Promise<void>;
  closes(): Promise<void>;
}

export interface Panes {
  open(argv: string[], options: { size: Size; history: number }): Promise<Pane>;
  /** Resolves when `holds` does; looks whenever a pane was written to, and now and then. */
  until<T>(holds: () => Promise<T | undefined | false>, say: () => string): Promise<T>;
}

/** Its output is read byte by byte: a character may be cut between two lines. */
const utf8 = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');

/** Bytes that tmux wrote as a backslash and three digits. */
function escapesIn(line: string): number {
  let count = 0;
  for (let at = line.indexOf('\\'); at !== -1; at = line.indexOf('\\', at + 4)) count++;
  return count;
}

/** A word of tmux's command language. */
const word = (text: string) =>
  `"${text.replace(/["\\$~#;]/g, '\\$&').replace(/[\x00-\x1f]/g, (each) => `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;

export async function panes(home: Home): Promise<Panes> {
  const socket = `${home.work}/judge`;
  const options = { encoding: 'utf8', cwd: home.work, env: home.env } as const;
  const server = ['-u', '-S', socket, '-f', '/dev/null'];
  execFileSync(
    'tmux',
    [...server, 'new-session', '-d', '-x', '80', '-y', '24', '-s', 'main', 'sleep', '1000'],
    options,
  );
  const control = spawn('tmux', [...server, '-C', 'attach', '-f', 'ignore-size', '-t', 'main'], {
    env: home.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers: { resolve(text: string): void; reject(why: Error): void }[] = [];
  const left = new Promise<void>((resolve) =>
    control.on('close', () => {
      for (const { reject } of answers) reject(new Error('tmux has ended'));
      resolve();
    }),
  );
  home.atEnd(async () => {
    execFileSync('tmux', [...server, 'kill-server'], options);
    await within(left, () => 'tmux leaves');
  });

  const known = new Map<string, Pane>();
  const watchers = new Set<() => void>();
  let block: string[] | undefined;
  let rest = '';
  let isAsked = false; // the first block answers the attach itself
  const onLine = (line: string) => {
    if (block !== undefined) {
      const end = /^%(end|error) \d+ \d+ /.exec(line);
      if (end === null) return void block.push(line);
      const answer = isAsked ? answers.shift() : undefined;
      isAsked = true;
      if (end[1] === 'end') answer?.resolve(utf8(block.join('\n')));
      else answer?.reject(new Error(`tmux: ${block.join(' ')}`));
      block = undefined;
    } else if (line.startsWith('%begin ')) block = [];
    else if (line.startsWith('%output ')) {
      const pane = known.get(line.slice(8, line.indexOf(' ', 8)));
      if (pane !== undefined) pane.written += line.length - 9 - pane.id.length - 3 * escapesIn(line);
    }
  };
  control.stdout.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    lines.forEach(onLine);
    for (const each of [...watchers]) each();
  });
  const ask = (command: string): Promise<string> => {
    const answer = new Promise<string>((resolve, reject) => answers.push({ resolve, reject }));
    control.stdin.write(`${command}\n`);
    return within(answer, () => `tmux answers: ${command}`);
  };
  for (const each of ['remain-on-exit on', "remain-on-exit-format ''", 'default-terminal xterm-256color'])
    await ask(`set -g ${each}`);
  for (const each of ['status off', 'automatic-rename off', 'allow-rename off']) await ask(`set -g ${each}`);

  const pane = (id: string, tty: string): Pane => ({
    id,
    tty,
    written: 0,
    isDead: async () => (await ask(`display-message -p -t ${id} '#{pane_dead}'`)) === '1',
    async see(history = 0) {
      const above = history > 0 ? ` -S -${history}` : '';
      const [told, screen, beneath, lines] = await Promise.all([
        ask(`display-message -p -t ${id} '#{history_size}\t${FLAGS.map((each) => `#{${each}}`).join('\t')}'`),
        ask(`capture-pane -e -p -N -t ${id}${above}`),
        ask(`capture-pane -a -q -e -p -N -t ${id}`),
        ask(`capture-pane -e -p -J -t ${id}${above}`),
      ]);
      const [, ...values] = told.split('\t');
      const all = rowsOf(screen);
      const flags = Object.fromEntries(FLAGS.map((each, i) => [each, values[i] as string]));
      // Our own stands only where the program has set none: then tmux's own name for it.
      flags.pane_title = (flags.pane_title as string).replace(
        /^\S+ \(Ctrl-\\ detaches\)$/,
        hostname().split('.')[0] as string,
      );
      const rows = all.slice(-Number(flags.pane_height));
      return {
        flags,
        rows,
        history: all.slice(0, -rows.length),
        beneath: rowsOf(beneath.trimEnd()), // it takes on another size only when it is returned to
        lines: rowsOf(lines),
        text: textOf(rows),
      };
    },
    types: async (text) => void (await ask(`send-keys -l -t ${id} -- ${word(text)}`)),
    presses: async (...keys) => void (await ask(`send-keys -t ${id} -- ${keys.map(word).join(' ')}`)),
    async pastes(text) {
      await ask(`set-buffer -b pasted -- ${word(text)}`);
      await ask(`paste-buffer -p -r -b pasted -t ${id}`);
    },
    resizes: async ({ columns, rows }) => void (await ask(`resize-window -t ${id} -x ${columns} -y ${rows}`)),
    async closes() {
      known.delete(id);
      await ask(`kill-pane -t ${id}`);
    },
  });
  return {
    async open(argv, { size, history }) {
      await ask(`set -g history-limit ${history}`);
      const id = await ask("new-window -d -P -F '#{pane_id}' sleep 1000");
      await ask(`resize-window -t ${id} -x ${size.columns} -y ${size.rows}`);
      await ask(`respawn-pane -k -t ${id} -- ${argv.map(word).join(' ')}`);
      const made = pane(id, await ask(`display-message -p -t ${id} '#{pane_tty}'`));
      known.set(id, made);
      return made;
    },
    until<T>(holds: () => Promise<T | undefined | false>, say: () => string) {
      let look = () => {};
      let timer: NodeJS.Timeout | undefined;
      const seen = new Promise<T>((resolve, reject) => {
        let isLooking = false;
        let again = false;
        look = async () => {
          again = true;
          if (isLooking) return;
          isLooking = true;
          try {
            while (again) {
              again = false;
              const value = await holds();
              if (value !== undefined && value !== false) return resolve(value);
            }
          } catch (error) {
            reject(error);
          } finally {
            isLooking = false;
          }
        };
        watchers.add(look);
        timer = setInterval(look, 200); // a pane that dies tells nothing
        look();
      });
      return within(seen, say).finally(() => {
        watchers.delete(look);
        clearInterval(timer);
      });
    },
  };
}
