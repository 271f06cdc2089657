// A machine that systemd runs, with logins and users' own managers: this one's files under a layer that is thrown away
// (overlay), booted in namespaces of its own by systemd-nspawn. It can be rebooted, and nothing of it gets out.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { checked } from '../../src/system/libc.ts';
import { eventually } from './deadline.ts';
import { type Ran, runProgram } from './home.ts';
import { copyProgram, UNTOUCHED } from './machine.ts';

/** The reason to skip, or false. Where a machine cannot have another one in it, .ci/run finds that out and says 0. */
export const NO_SYSTEMD: string | false =
  UNTOUCHED || (process.env.SESSION_TEST_SYSTEMD === '1' ? false : 'SESSION_TEST_SYSTEMD=1 says that nspawn works');

export interface SystemdMachine {
  /** A new user, of a number that no test beside this one takes for one of its own. */
  adds(user: string): Promise<void>;
  /** As root. */
  runs(...argv: string[]): Promise<Ran>;
  /** A line for the shell of a login of `user`, which is over when it ends. */
  login(user: string, line: string): Promise<Ran>;
  /** `path` as the machine has it. */
  writes(path: string, text: string): void;
  /** Goes down in good order and comes up again. */
  reboots(): Promise<void>;
}

const mknod = checked('int mknod(const char*, uint, ulong)');
/** A character device 0:0 in the upper layer hides what has its name in the lower one. */
const hide = (path: string) => mknod(path, 0o020000, 0);

export async function systemdMachine(t: TestContext): Promise<SystemdMachine> {
  const base = mkdtempSync('/tmp/s-');
  const at = (path: string) => join(base, 'up', path);
  for (const each of ['up', 'work', 'root']) mkdirSync(join(base, each));
  for (const each of ['etc/systemd/system', 'usr/local/bin', 'usr/local/lib/session', 'var/lib'])
    mkdirSync(at(each), { recursive: true });
  for (const each of readdirSync('/etc/systemd/system')) {
    if (each.endsWith('.wants')) hide(at(`etc/systemd/system/${each}`));
  }
  for (const each of ['var/lib/session', 'etc/session']) hide(at(each)); // of tests beside this one
  for (const each of ['systemd-firstboot', 'systemd-networkd', 'systemd-networkd-wait-online', 'systemd-udevd'])
    symlinkSync('/dev/null', at(`etc/systemd/system/${each}.service`));
  writeFileSync(at('etc/machine-id'), 'uninitialized\n');
  writeFileSync(at('etc/hostname'), 'machine\n');
  writeFileSync(at('etc/hosts'), '127.0.0.1 localhost machine\n');
  copyProgram(at('usr/local/lib/session'));
  symlinkSync('../lib/session/bin/session', at('usr/local/bin/session'));

  let stopped: Promise<number | null>;
  let begun: ChildProcess | undefined;
  let init = 0;
  let users = 0;
  const runs = (...argv: string[]) =>
    runProgram('nsenter', ['-t', String(init), '-m', '-u', '-i', '-n', '-p', '-C', ...argv], {
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: '/root', TERM: 'xterm' },
    });
  const starts = async () => {
    const machine = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-ec', BOOT, 'boot', base], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    begun = machine;
    let said = '';
    for (const each of [machine.stdout, machine.stderr]) each.on('data', (text) => (said += text));
    stopped = new Promise((resolve) => machine.on('close', resolve));
    init = await eventually('systemd begins', () => {
      if (machine.exitCode !== null) throw new Error(`no machine: ${said}`);
      return childrenOf(machine.pid as number).find((pid) => commandOf(pid).includes('systemd\0') && pid > 1);
    });
    await eventually('systemd has booted', async () => {
      const { stdout } = await runs('systemctl', 'is-system-running', '--wait');
      return /^(running|degraded)/.test(stdout);
    });
  };
  t.after(async () => {
    if (init > 0) process.kill(init, 'SIGKILL');
    else begun?.kill('SIGKILL');
    await stopped;
    rmSync(base, { recursive: true, force: true });
  });
  await starts();
  return {
    runs,
    async adds(user) {
      await runs('useradd', '--create-home', '--shell', '/bin/bash', '--uid', String(50_000 + ++users), user);
    },
    login: (user, line) => runs('su', '-', user, '-c', line),
    writes(path, text) {
      const seen = `/proc/${init}/root${path}`;
      mkdirSync(dirname(seen), { recursive: true });
      writeFileSync(seen, text);
    },
    async reboots() {
      await runs('systemctl', 'reboot');
      await stopped;
      init = 0;
      await starts();
    },
  };
}

/** Its mounts are seen by nobody else, and go with it. */
const BOOT = `
cd "$1"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
exec systemd-nspawn -q -b -D "$1/root" --register=no --keep-unit --private-network --console=pipe </dev/null`;

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

const commandOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
