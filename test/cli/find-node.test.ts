// The launcher's search for a Node that PATH does not have: as under cron, with a version manager.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BIN, ROOT } from '../support/home.ts';

function place(t: TestContext): { home: string; put(path: string, version?: string): string; find(): string } {
  const home = mkdtempSync('/tmp/s-');
  t.after(() => rmSync(home, { recursive: true }));
  return {
    home,
    put(path, version) {
      const file = join(home, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\n[ "$1" = -p ] && echo ${version} || echo ran ${path}\n`);
      chmodSync(file, 0o755);
      return file;
    },
    find: () => {
      const usual = ['/usr/local/bin/node', '/usr/bin/node', '/usr/bin/nodejs'];
      const found = spawnSync('/bin/sh', [join(ROOT, 'bin', 'find-node')], {
        encoding: 'utf8',
        env: { HOME: home, PATH: '/nowhere' },
      });
      return usual.includes(found.stdout.trim()) ? 'a usual place' : found.stdout.trim();
    },
  };
}

test('the newest Node of a version manager is found, by number and not by letter', (t) => {
  const { put, find } = place(t);
  for (const version of ['v18.20.4', 'v20.9.0', 'v100.2.0', 'v22.22.3', 'v99.30.1'])
    put(`.nvm/versions/node/${version}/bin/node`);
  assert.match(find(), /\.nvm\/versions\/node\/v100\.2\.0\/bin\/node$/);
  const fnm = put('.local/share/fnm/node-versions/v100.10.0/installation/bin/node');
  assert.equal(find(), fnm);
  const asdf = put('.asdf/installs/nodejs/101.0.0/bin/node');
  assert.equal(find(), asdf);
  const asked = put('.local/bin/node', '102.1.5');
  assert.equal(find(), asked, 'one that no directory names is asked');
  put('n/bin/node', 'broken');
  assert.equal(find(), asked);
});

test('what is older than 20 is none', (t) => {
  const { put, find } = place(t);
  put('.nvm/versions/node/v18.20.4/bin/node');
  put('.local/bin/node', '16.0.0');
  assert.ok(['', 'a usual place'].includes(find()));
});

test('the command runs with it where PATH has none, and says what to install where there is none at all', (t) => {
  const { home, put } = place(t);
  const tools = join(home, 'tools');
  mkdirSync(tools);
  for (const tool of ['sh', 'readlink']) symlinkSync(`/bin/${tool}`, join(tools, tool));
  put('.nvm/versions/node/v999.0.0/bin/node');
  const ran = spawnSync(BIN, ['ls'], { encoding: 'utf8', env: { HOME: home, PATH: tools } });
  assert.equal(ran.stdout, 'ran .nvm/versions/node/v999.0.0/bin/node\n');
});
