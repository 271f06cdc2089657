// A user of the machine made for one test, with a home and a password, and gone afterwards with all its processes.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { eventually } from './deadline.ts';
import { type Ran, runProgram } from './home.ts';

export interface TestUser {
  name: string;
  uid: number;
  home: string;
  password: string;
  /** Runs a program as a login of this user does: groups, home, environment; no terminal. */
  runs(argv: string[], options?: { cwd?: string; env?: Record<string, string>; input?: string }): Promise<Ran>;
  /** What a login of it is typed as, to be run on a terminal. */
  login(argv: string[]): string[];
  /** Its processes, zombies aside. */
  processes(): number[];
  /** Lets it run `command` as root, by sudo; with its password, or without one. */
  maySudo(command: string, how: 'PASSWD' | 'NOPASSWD'): void;
}

let made = 0;

export function testUser(t: TestContext): TestUser {
  const name = `st${process.pid}x${++made}`;
  const password = 'correct horse';
  execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', name], { stdio: 'pipe' });
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  const [, , id, , , home] = execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).trim().split(':');
  const uid = Number(id);
  const processes = () =>
    readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const status = readFileSync(`/proc/${entry}/status`, 'utf8');
        const isOurs = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid && !/^State:\s+[ZX]/m.test(status);
        return isOurs ? [Number(entry)] : [];
      } catch {
        return []; // it has ended meanwhile
      }
    });
  const rule = `/etc/sudoers.d/${name}`;
  t.after(async () => {
    await eventually(`${name} has no process left`, () => {
      const left = processes();
      for (const pid of left) spawnSync('kill', ['-KILL', String(pid)]);
      return left.length === 0 || undefined;
    });
    rmSync(rule, { force: true });
    rmSync(`/var/spool/cron/crontabs/${name}`, { force: true });
    execFileSync('userdel', ['--force', '--remove', name], { stdio: 'pipe' });
  });
  const login = (argv: string[]) => ['/usr/sbin/runuser', '-u', name, '--', ...argv];
  return {
    name,
    uid,
    home: home as string,
    password,
    processes,
    login,
    runs(argv, { cwd = home as string, env = {}, input } = {}) {
      const words = login([
        'env',
        '-i',
        `HOME=${home}`,
        `USER=${name}`,
        `LOGNAME=${name}`,
        'SHELL=/bin/bash',
        ...PATH,
        ...given(env),
        ...argv,
      ]);
      return runProgram(words[0] as string, words.slice(1), {
        cwd,
        env: {},
        ...(input === undefined ? {} : { input }),
      });
    },
    maySudo(command, how) {
      writeFileSync(rule, `${name} ALL=(root) ${how}: ${command}\n`, { mode: 0o440 });
    },
  };
}

const PATH = ['PATH=/usr/local/bin:/usr/bin:/bin'];

const given = (env: Record<string, string>) => Object.entries(env).map(([key, value]) => `${key}=${value}`);
