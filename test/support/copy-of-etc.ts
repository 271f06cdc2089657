// /etc as a test wants it: a copy that nobody else sees, in a mount namespace.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { TestContext } from 'node:test';

/** Runs a shell's lines as root where /etc is a copy, and init is what `before` makes it look like. */
export function inCopy(t: TestContext, before: string, lines: string) {
  const stage = mkdtempSync('/tmp/s-');
  t.after(() => rmSync(stage, { recursive: true }));
  // What somebody is just writing there (a lock, a new passwd) may be gone again when it is to be copied.
  const begin = `cp -a /etc/. "${stage}" 2>/dev/null; mount --bind "${stage}" /etc || exit 77\n${before}\n`;
  const ran = spawnSync('unshare', ['-m', 'sh', '-c', begin + lines], {
    encoding: 'utf8',
    cwd: '/',
    timeout: 60_000,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  return { said: `${ran.stdout}${ran.stderr}`, code: ran.status };
}

export const SYSTEM_V = 'touch /etc/inittab';

/** `shows "session boot status"` prints what comes out of it, then `= exit status`. */
export const shows = (login: string) => `shows() { ${login} sh -c "$1 2>&1"; echo "= $?"; }\n`;
