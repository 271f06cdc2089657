// Megabytes of coloured output, more than anybody parses for nothing: what is skipped must not be missed afterwards.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BASH, FEED, type Judge, type JudgeOptions, judge, missing } from '../support/judge.ts';

const MEGABYTE = 1024 * 1024;

/** So many bytes of lines, coloured, some longer than the screen is wide. */
function flood(bytes: number): Buffer {
  const lines: string[] = [];
  for (let i = 0, length = 0; length < bytes; i++) {
    const words = i % 23;
    const ground = words < 8 ? `;4${(i >> 3) % 8}` : ''; // terminals do not agree on what a wrap fills the new row with
    const line = `${i} \x1b[3${i % 8}${ground}m${'flood '.repeat(words)}\x1b[m 漢字 \x1b[1;38;5;${i % 256}mend\r\n`;
    lines.push(line);
    length += Buffer.byteLength(line);
  }
  return Buffer.from(lines.join(''));
}

const FLOOD = flood(20 * MEGABYTE);
const LESS = FLOOD.subarray(0, FLOOD.indexOf('\n', 4 * MEGABYTE) + 1);

const options = (bytes: Buffer): JudgeOptions => ({
  ...BASH.options,
  prepare: (h) => writeFileSync(join(h.work, 'flood'), bytes),
});

/** What was typed waits at the pipe for the flood to begin. */
const WAITS = 'read -r _ <"$PIPE"; cat flood';

async function floodedAway(j: Judge, done: RegExp): Promise<void> {
  await j.leaves();
  j.opens();
  await j.seesDirectly(done);
  await j.returns();
  await j.same('come back after the flood');
}

describe('after megabytes of output it looks the same:', { concurrency: 1 }, () => {
  test('a shell, while nobody is attached', async (t) => {
    const j = await judge(t, BASH.argv, options(FLOOD));
    await j.sees(/^\$$/m);
    await j.presses(`${WAITS}; seq 3`, 'Enter');
    await j.same('it waits');
    await floodedAway(j, /^3\n\$/m);
    await j.presses('seq 40', 'Enter');
    await j.sees(/^40\n\$/m);
    await j.sameAfterReturn('typed on');
    await j.sameWithin('typed on');
  });

  test('a shell, under its client', async (t) => {
    const j = await judge(t, BASH.argv, options(LESS));
    await j.sees(/^\$$/m);
    await j.presses(`${WAITS}; seq 3`, 'Enter');
    await j.same('it waits');
    j.opens();
    await j.sees(/^3\n\$/m);
    await j.same('flooded');
    await j.sameAfterReturn('come back');
    await j.sameWithin('come back');
  });

  test('a program that an editor has run', { skip: missing('vim') }, async (t) => {
    const j = await judge(t, ['vim', '-u', 'NONE', '-N', '-n'], options(FLOOD));
    await j.sees(/VIM - Vi IMproved/);
    await j.presses(`:!${WAITS}`, 'Enter');
    await j.sees(/:!read/);
    await j.same('it waits');
    await floodedAway(j, /Press ENTER/);
    // The lines twice: an Escape that vim still waits behind for the rest of a key would be obeyed later.
    await j.presses('Enter', 'itext', 'Escape', 'yyp');
    await j.sees(/^text\ntext/m);
    await j.same('typed on');
    await j.sameWithin('typed on');
  });

  test('lines within margins', async (t) => {
    const j = await judge(t, FEED);
    await j.feeds('\x1b[1;20r\x1b[24;1Hstatus\x1b[1;1H\x1b[?6h\x1b[3g\x1b[1;20H\x1bH\x1b[1;1H');
    await j.same('before');
    await j.leaves();
    await j.feeds(LESS);
    await j.returns();
    await j.same('after the flood');
    await j.feeds('\x1b[4A\twithin\x1b[?6l\x1b[1;1Habove\x1b[?6h\x1b[99;1H\r\n');
    await j.sameAfterReturn('written on');
    await j.sameWithin('written on');
  });

  test('a flood that ends in the middle of a sequence, with modes set at its beginning', async (t) => {
    const j = await judge(t, FEED);
    await j.feeds('\x1b[?1006h\x1b[?1000h\x1b[?1h\x1b[12;40H\x1b[1;35m\x1b7\x1b[?25l\x1b)0\x1b[H');
    await j.leaves();
    await j.feeds(Buffer.concat([LESS, Buffer.from('\x0eqqq\x1b[4;3')]));
    await j.returns();
    await j.same('after the flood');
    await j.feeds('2mqxq\x0fgreen\x1b8saved');
    await j.sameAfterReturn('written on');
    await j.sameWithin('written on');
  });
});
