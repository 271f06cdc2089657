// What may happen while nobody looks, or while somebody does: another size, a supervisor that is killed or replaced,
// a flood, the end. The screen is the one that a terminal shows which never left.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { textOf } from '../support/captured.ts';
import { eventually } from '../support/deadline.ts';
import type { Home } from '../support/home.ts';
import { BASH, FEED, type Judge, type JudgeOptions, judge, missing } from '../support/judge.ts';

interface Program {
  argv: string[];
  options?: JudgeOptions;
  skip: string | false;
  /** Makes a screen that is not easily guessed. */
  begins(j: Judge): Promise<void>;
  /** Shows that the state behind the screen is the same too. */
  goesOn(j: Judge): Promise<void>;
}

const WORDS = Array.from({ length: 60 }, (_, i) => `${i} ${'some words '.repeat(i % 12)}`).join('\n');

const PROGRAMS: Record<string, Program> = {
  vim: {
    argv: ['vim', '-u', 'NONE', '-N', '-n', '--cmd', 'set ruler hlsearch mouse=a nonumber'],
    skip: missing('vim'),
    async begins(j) {
      await j.sees(/VIM - Vi IMproved/);
      await j.presses(':e words', 'Enter', ':syntax on', 'Enter', '/some', 'Enter', ':split', 'Enter', '20GzzV3j');
      await j.sees(/VISUAL LINE/);
    },
    async goesOn(j) {
      await j.presses('Escape', 'Down', 'End', 'a', 'typed 漢');
      await j.sees(/typed 漢/);
    },
  },
  bash: {
    ...BASH,
    skip: false,
    async begins(j) {
      await j.sees(/^\$$/m);
      await j.presses('printf "\\033[3%dm%d some coloured text\\033[m\\n" {0..7}{0..9}', 'Enter');
      await j.sees(/^79 some/m);
      await j.presses('echo "begun', 'Enter', 'not ended', 'C-b', 'C-b');
      await j.sees(/^> not ended/m);
    },
    async goesOn(j) {
      await j.presses('X', 'C-e', '"; seq 40', 'Enter');
      await j.sees(/^40\n\$/m);
      await j.presses('Up', 'Left', 'Left', 'y');
      await j.sees(/seq y40|; seqy 40/);
    },
  },
  less: {
    argv: ['less', '-R', '-M', '-j3', 'words'],
    skip: missing('less'),
    async begins(j) {
      await j.sees(/^1 some/m);
      await j.presses('/5 some', 'Enter', 'n');
      await j.sees(/words lines 1[34]-/);
    },
    async goesOn(j) {
      await j.presses('g', '5j');
      await j.sees(/words lines 6-/);
    },
  },
  'a status line below margins': {
    argv: FEED,
    skip: false,
    async begins(j) {
      const text = Array.from({ length: 60 }, (_, i) => `line ${i} \x1b[4${i % 8}mcolour\x1b[K\x1b[m`).join('\r\n');
      await j.feeds(
        `\x1b[1;22r\x1b[24;1H\x1b[7mstatus\x1b[K\x1b[m\x1b[1;1H${text}\x1b[1;36m\x1b7\x1b[?1006h\x1b[?1002h`,
      );
    },
    async goesOn(j) {
      await j.feeds('\r\nmore\r\n\x1b[24;5Hnew\x1b8at the saved place\x1bD\x1bM\x1b[1;1H\x1bM');
    },
  },
};

function forEach(what: string, names: string[], deed: (j: Judge) => Promise<void>, ends = false): void {
  for (const name of names) {
    const { argv, options, skip, begins, goesOn } = PROGRAMS[name] as Program;
    test(`${name} ${what}`, { skip }, async (t) => {
      const j = await judge(t, argv, {
        ...options,
        prepare: (h) => writeFileSync(join(h.work, 'words'), WORDS),
      });
      await begins(j);
      await j.same('begun');
      await deed(j);
      if (ends) return;
      await goesOn(j);
      await j.same('gone on');
      await j.sameAfterReturn('gone on and come back');
      await j.sameWithin('gone on and come back');
    });
  }
}

const ALL = Object.keys(PROGRAMS);

describe('the screen is the same for', { concurrency: 3 }, () => {
  forEach('in another size, chosen while nobody is attached', ['vim', 'bash', 'less'], async (j) => {
    for (const size of [
      { columns: 100, rows: 30 },
      { columns: 60, rows: 15 },
    ]) {
      await j.leaves();
      await j.returnsInSize(size);
      await j.same(`${size.columns}x${size.rows}`);
    }
  });

  forEach('while its terminal is made larger and smaller', ['vim', 'bash', 'less'], async (j) => {
    for (const [columns, rows] of [
      [100, 30],
      [60, 15],
    ] as const) {
      await j.resizes({ columns, rows });
      await j.same(`${columns}x${rows}`);
    }
  });

  forEach('after the supervisor was killed while nobody was attached', ALL, async (j) => {
    await j.leaves();
    await replaced(j, () => void j.home.killSupervisor());
    await j.returns();
    await j.same('come back');
  });

  forEach('after the supervisor was killed under its client', ALL, async (j) => {
    await replaced(j, () => void j.home.killSupervisor());
    await j.same('still there');
  });

  forEach('after an upgrade', ALL, async (j) => {
    await j.leaves();
    await replaced(j, () => j.home.ok('upgrade'));
    await j.returns();
    await j.same('come back');
    await replaced(j, () => j.home.ok('upgrade'));
    await j.same('upgraded under the client');
  });

  forEach(
    'after it was stopped',
    ALL,
    async (j) => {
      const wanted = (await j.direct.see()).text.trimEnd().split('\n');
      await j.home.ok('set', 'x', 'stop-signal', 'KILL');
      await j.home.ok('stop', 'x');
      await j.ended();
      await j.returns();
      assert.equal(await j.ended(), '3');
      const shown = await j.attached().see(1000);
      const text = textOf([...shown.history, ...shown.rows]);
      assert.ok(`\n${text}\n`.includes(`\n${wanted.join('\n')}\n`), `the last screen in:\n${text}`);
      j.counts();
    },
    true,
  );
});

test('a shell below a program that has ended on a larger terminal', { skip: missing('less') }, async (t) => {
  const prepare = ({ work }: Home) => writeFileSync(join(work, 'words'), WORDS);
  const j = await judge(t, BASH.argv, { ...BASH.options, prepare });
  await j.sees(/^\$$/m);
  await j.presses('seq 1 100', 'Enter');
  await j.sees(/^100\n\$/m);
  await j.presses('less words', 'Enter');
  await j.sees(/^1 some/m);
  await j.resizes({ columns: 80, rows: 30 });
  await j.sees(/^19 some/m); // it has drawn it: a key that comes while it does is lost
  await j.presses('q');
  await j.sees(/^\$ less words\n\$/m); // keys that come before the prompt would be seen twice
  await j.presses('echo below', 'Enter');
  await j.sees(/^below$/m);
  await j.same('on the larger terminal');
  await j.sameAfterReturn('come back');
});

/** Does what replaces the supervisor, and waits for the next one. */
async function replaced(j: Judge, deed: () => unknown): Promise<void> {
  const { supervisor } = j.home.pids();
  await deed();
  await eventually('there is another supervisor', () => {
    const now = j.home.pids().supervisor;
    return now !== 0 && now !== supervisor;
  });
}
