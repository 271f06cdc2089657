// GNU screen: a server for each session.
import { mkdirSync } from 'node:fs';
import type { Maker } from '../system.ts';
import { found, processesWith, said } from './found.ts';

export const screen: Maker = (place) => {
  const bin = found('screen') ?? 'screen';
  const directory = `${place}/screens`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: place,
    SCREENDIR: directory,
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/sh',
  };
  const names = new Set<string>();
  const pids = () => [...names].flatMap((name) => processesWith('SCREEN', `-dmS ${name} `));
  return {
    name: 'screen',
    version: said(bin, '--version'),
    env,
    redraws: true,
    replaces: false,
    create(name, command) {
      const own = `${name}-${place.split('-').at(-1)}`;
      names.add(own);
      return [bin, '-c', '/dev/null', '-dmS', own, '/bin/sh', '-c', command];
    },
    list: [bin, '-ls'],
    attach: (name) => [bin, '-c', '/dev/null', '-r', `${name}-${place.split('-').at(-1)}`],
    pids,
    end() {
      for (const pid of pids()) process.kill(pid, 'SIGKILL');
    },
  };
};
