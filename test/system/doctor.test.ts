// The doctor: what is well is said to be, what is not is named with its mend, and nothing is started or changed.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Home, home } from '../support/home.ts';

interface Finding {
  what: string;
  is: 'yes' | 'no' | 'note';
  mend: string | null;
}

const asked = async (h: Home) => {
  const { code, stdout } = await h.run(['doctor', '--json']);
  return { code, found: JSON.parse(stdout) as Finding[] };
};

/** What needs attention. */
const wrong = async (h: Home) => {
  const { code, found } = await asked(h);
  const bad = found.filter((each) => each.is === 'no');
  assert.equal(code, bad.length > 0 ? 1 : 0);
  return bad.map(({ what, mend }) => `${what}: ${mend}`);
};

describe('doctor', { concurrency: true }, () => {
  test('finds a healthy home well, whether a supervisor runs or not, and starts none', async (t) => {
    const h = home(t);
    assert.deepEqual(await wrong(h), []);
    assert.ok(!existsSync(h.path), 'it makes nothing');
    await h.ok('create', '-n', 'x', 'cat');
    assert.deepEqual(await wrong(h), []);
    const { found } = await asked(h);
    const says = (what: RegExp) =>
      assert.ok(
        found.some((each) => what.test(each.what)),
        `${what}`,
      );
    for (const what of [
      /^Node 2\d\./,
      /pseudo-terminals can be opened/,
      /native parts/,
      /is private$/,
      /room on its disk \(.*[MG]\)/,
      /supervisor answers/,
    ])
      says(what);
    says(/^command, supervisor and keeper are one version/);
    says(/^all records can be read \(1\)$/);
    says(/^sessions do not return after a reboot$/);
    assert.match(await h.ok('doctor'), /^ {2}yes {2}Node .*\n[\s\S]*^All is well\.\n$/m);
    await h.ok('shutdown');
    assert.deepEqual(await wrong(h), []);
    assert.ok((await asked(h)).found.some((each) => each.what === 'no supervisor runs'));
  });

  test('names what is wrong with its mend', async (t) => {
    const h = home(t);
    await h.ok('create', '-n', 'x', '-s', 'cat');
    await h.ok('shutdown');
    const records = join(h.path, 'records');
    const file = join(records, readdirSync(records)[0] as string);
    chmodSync(file, 0o644);
    assert.deepEqual(await wrong(h), [`records are readable by their owner alone: chmod 600 ${file}`]);
    chmodSync(file, 0o600);
    chmodSync(h.path, 0o755);
    assert.match(
      (await wrong(h))[0] ?? '',
      new RegExp(`^${h.path} is private: ${h.path} is open to others \\(mode 0755\\)\\. Mend: chmod 700 ${h.path}$`),
    );
    chmodSync(h.path, 0o700);
    writeFileSync(join(records, 'broken.json'), '{', { mode: 0o600 });
    assert.match(
      (await wrong(h)).join('\n'),
      /broken\.json can be read: .*Mend it under its first name, or move it away\.$/,
    );
    writeFileSync(join(records, 'broken.json'), '{', { mode: 0o600 });
    writeFileSync(join(h.path, 'config.toml'), 'detach-kye = "x"\n');
    assert.match(
      (await wrong(h)).join('\n'),
      /^the configuration is right: .*no setting 'detach-kye'\. Did you mean 'detach-key'\?$/m,
    );
    const ran = await h.run(['doctor']);
    assert.equal(ran.code, 1);
    assert.match(ran.stdout, /^ {2}NO {3}the configuration is right\. Mend: .*\n[\s\S]*^2 things need attention\.\n$/m);
  });

  test('finds a supervisor of another version, and one that gives no answer', async (t) => {
    const h = home(t, { expected: /no sign of life/ });
    await h.ok('create', '-n', 'x', 'cat');
    const { supervisor } = h.pids();
    process.kill(supervisor, 'SIGSTOP');
    const { found } = await asked(h); // it makes the keeper look after it
    assert.ok(found.some((each) => /supervisor answers/.test(each.what)));
    assert.notEqual(h.pids().supervisor, supervisor, 'which has replaced it');
  });
});
