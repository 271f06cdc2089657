// pm2, of npm: a Node that reads pipes. `test/bench/install-peers` puts it where it is found.
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../processes.ts';
import type { Maker } from '../system.ts';
import { found } from './found.ts';

/** Asked by `--version`, it would leave a server behind. */
const versionOf = (bin: string) =>
  (JSON.parse(readFileSync(join(realpathSync(bin), '../../package.json'), 'utf8')) as { version: string }).version;

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
    version: found('pm2') && versionOf(bin),
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
