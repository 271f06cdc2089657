// No way in but the socket: nothing listens on the network, nothing is setuid, and all that is made is private.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { home, ROOT } from '../support/home.ts';

/** Inodes of the sockets that a process has. */
const socketsOf = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });

/** Inodes of all sockets of the network. */
const networkSockets = () =>
  new Set(
    ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((name) =>
      readFileSync(`/proc/net/${name}`, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[9] as string),
    ),
  );

test("keeper and supervisor have no socket of the network, and all that they make is their owner's alone", async (t) => {
  const h = home(t);
  await h.ok('create', '-n', 'x', 'cat');
  await h.ok('create', '-n', 'y', '--set', 'schedule=@daily', 'cat');
  const { keeper, supervisor } = h.pids();
  const network = networkSockets();
  for (const pid of [keeper, supervisor]) {
    const own = socketsOf(pid);
    assert.ok(own.length > 0);
    assert.deepEqual(
      own.filter((inode) => network.has(inode)),
      [],
    );
  }
  let looked = 0;
  for (const entry of readdirSync(h.path, { recursive: true }) as string[]) {
    const { mode } = statSync(join(h.path, entry));
    assert.equal(mode & 0o077, 0, `${entry} ${(mode & 0o7777).toString(8)}`);
    looked++;
  }
  assert.ok(looked > 8);
  assert.equal(statSync(h.path).mode & 0o7777, 0o700);
});

test('nothing of the program is setuid or setgid', () => {
  const mode = (path: string) => statSync(path).mode;
  for (const directory of ['bin', 'dist', 'init']) {
    for (const entry of readdirSync(join(ROOT, directory), { recursive: true }) as string[]) {
      assert.equal(mode(join(ROOT, directory, entry)) & 0o6000, 0, `${directory}/${entry}`);
    }
  }
});
