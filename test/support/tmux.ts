// A real terminal that is not ours: tmux with a server of its own. Its control mode tells when the screen
// changes, so nothing sleeps.

import { execFileSync, spawn } from 'node:child_process';
import { within } from './deadline.ts';
import type { Home } from './home.ts';

export const hasTmux = (() => {
  try {
    execFileSync('tmux', ['-V']);
    return true;
  } catch {
    return false;
  }
})();

export interface Tmux {
  /** The screen, without trailing blanks. */
  screen(): string;
  /** Everything since the start, history included. */
  everything(): string;
  sees(what: RegExp): Promise<void>;
  /** Types text as it is. */
  types(text: string): void;
  /** Presses keys by tmux's names: Enter, C-c, C-\\. */
  presses(...keys: string[]): void;
}

/** A terminal in which `argv` runs, in the home's environment. */
export function tmux(home: Home, argv: string[], env: Record<string, string> = {}): Tmux {
  const socket = `${home.work}/tmux`;
  const run = (...args: string[]) =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { ...home.env, ...env },
    });
  run('new-session', '-d', '-x', '100', '-y', '40', '-s', 'main', '--', ...argv);
  const control = spawn('tmux', ['-S', socket, '-C', 'attach', '-f', 'ignore-size,read-only', '-t', 'main'], {
    env: home.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const watchers = new Set<() => void>();
  control.stdout.on('data', () => {
    for (const each of [...watchers]) each();
  });
  const left = new Promise((resolve) => control.on('close', resolve));
  home.atEnd(async () => {
    run('kill-server');
    await within(left, () => 'tmux leaves');
  });
  const screen = () => run('capture-pane', '-p', '-t', 'main').trimEnd();
  return {
    screen,
    everything: () => run('capture-pane', '-p', '-S', '-', '-t', 'main').trimEnd(),
    sees(what) {
      const seen = new Promise<void>((resolve) => {
        const look = () => {
          if (!what.test(screen())) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
      return within(seen, () => `to see ${what}\n${screen()}`);
    },
    types: (text) => void run('send-keys', '-l', '-t', 'main', text),
    presses: (...keys) => void run('send-keys', '-t', 'main', ...keys),
  };
}
