// dtach: a small server for each session, which passes everything on and keeps nothing.
import type { Maker } from '../system.ts';
import { found, processesWith, said } from './found.ts';

export const dtach: Maker = (place) => {
  const bin = found('dtach') ?? 'dtach';
  const env = { PATH: process.env.PATH ?? '', HOME: place, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
  // Its servers, and who is attached: a flood's server is begun attached (-A).
  const pids = () => processesWith('dtach -', `${place}/`);
  return {
    name: 'dtach',
    version: said(bin, '--version'),
    env,
    redraws: false,
    replaces: false,
    create: (name, command) => [bin, '-n', `${place}/${name}`, '/bin/sh', '-c', command],
    attach: (name) => [bin, '-a', `${place}/${name}`, '-E', '-r', 'none'],
    pids,
    end() {
      for (const pid of pids()) process.kill(pid, 'SIGKILL');
    },
  };
};
