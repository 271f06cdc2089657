// This project, by its launcher.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../processes.ts';
import type { Maker } from '../system.ts';
import { said } from './found.ts';

const BIN = join(__dirname, '../../bin/session');

/** At once, however often; what has run for a second has begun well, as pm2 sees it, too. */
const RESTARTED = ['--set', 'restart-delay=0s', '--set', 'restart-steady=1s'];

export const session: Maker = (place) => {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: place,
    SESSION_HOME: `${place}/home`,
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
  };
  const keeper = () => (JSON.parse(readFileSync(`${place}/home/keeper.lock`, 'utf8')) as { pid: number }).pid;
  const supervisor = (of: number) =>
    readFileSync(`/proc/${of}/task/${of}/children`, 'latin1')
      .trim()
      .split(' ')
      .map(Number)
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('supervisor.cjs'));
  return {
    name: 'session',
    version: said(BIN, '--version'),
    env,
    redraws: true,
    replaces: true,
    create: (name, command) => [BIN, 'create', '-n', name, ...RESTARTED, '--', '/bin/sh', '-c', command],
    list: [BIN, 'ls'],
    attach: (name) => [BIN, 'attach', name],
    restart: (name) => [BIN, 'restart', name],
    pids: () => [keeper(), ...supervisor(keeper())],
    end: () => void must([BIN, 'shutdown', '--within', '1s'], env),
  };
};
