// pm2, of npm: a Node that reads pipes. `test/bench/install-peers` puts it where it is found.
import { readFileSync } from 'node:fs';
import { must } from '../processes.ts';
import type { Maker } from '../system.ts';
import { found, said } from './found.ts';

export const pm2: Maker = (place) => {
  const bin = found('pm2') ?? 'pm2';
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: place,
    PM2_HOME: `${place}/pm2`,
    LC_ALL: 'C.UTF-8',
    PM2_NO_INTERACTION: 'true',
  };
  return {
    name: 'pm2',
    version: found('pm2') && said(bin, '--version'),
    env,
    redraws: false,
    replaces: true,
    create: (name, command) => [bin, 'start', '/bin/sh', '--name', name, '--interpreter', 'none', '--', '-c', command],
    list: [bin, 'ls'],
    restart: (name) => [bin, 'restart', name],
    pids: () => [Number(readFileSync(`${place}/pm2/pm2.pid`, 'utf8'))],
    end: () => void must([bin, 'kill'], env),
  };
};
