// tmux, with a server and a socket of its own.
import { writeFileSync } from 'node:fs';
import { must, run } from '../processes.ts';
import type { Maker } from '../system.ts';
import { found, said } from './found.ts';

export const tmux: Maker = (place) => {
  const bin = found('tmux') ?? 'tmux';
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: place,
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/sh',
  };
  writeFileSync(`${place}/tmux.conf`, 'set -g status off\n'); // its line would be drawn among what is measured
  const own = [bin, '-S', `${place}/socket`, '-f', `${place}/tmux.conf`];
  return {
    name: 'tmux',
    version: said(bin, '-V'),
    env,
    redraws: true,
    replaces: false,
    create: (name, command) => [...own, 'new-session', '-d', '-s', name, command],
    list: [...own, 'ls'],
    attach: (name) => [...own, 'attach', '-t', name],
    restart: (name) => [...own, 'respawn-pane', '-k', '-t', name],
    pids: () => [Number(must([...own, 'display-message', '-p', '#{pid}'], env).trim())],
    end: () => void run([...own, 'kill-server'], env), // where it has begun
  };
};
