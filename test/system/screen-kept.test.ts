// The screen of a session is still there after its supervisor was killed or replaced, after the session was stopped,
// started anew or booted: whoever comes back sees what one who never left would see.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadScreen } from '../../src/store/screen-file.ts';
import { decodeCheckpoint } from '../../src/terminal/checkpoint.ts';
import { rowsOfTerminal, textOf } from '../support/cells.ts';
import { eventually } from '../support/deadline.ts';
import { DRAWN, GOES_ON, LEAVES, lines, SET_ONCE } from '../support/full-screen.ts';
import { type Home, home } from '../support/home.ts';
import { type Person, person } from '../support/person.ts';
import { aboveIn, becomesSame, neverLeft, shownBy } from '../support/shown.ts';
import { attached, type Speaker, speaker } from '../support/speaker.ts';

const replaced = (h: Home) => {
  const killed = h.killSupervisor();
  return eventually('another supervisor is there', () => ![0, killed].includes(h.pids().supervisor) || undefined);
};

/** With what waits to be parsed, and is kept as it is. */
const offsetKept = (s: Speaker) => {
  const { checkpoint } = loadScreen(s.kept);
  const kept = checkpoint && decodeCheckpoint(checkpoint);
  return kept === undefined ? 0 : kept.offset + kept.unfinished.length;
};

/** All texts in the terminal, from the first that is given on. */
const textsFrom = (someone: Person, first: string) => {
  const texts = rowsOfTerminal(someone.terminal).map(textOf);
  const all = texts.slice(texts.indexOf(first));
  return all.slice(0, all.findLastIndex((each) => each !== '') + 1);
};

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}: colour`);

describe('the screen', () => {
  const SETTINGS: Record<string, { args: string[]; before: string }> = {
    'a few lines': { args: [], before: lines(1, 60) },
    'a log smaller than what came': { args: ['--set', 'log-limit=64K'], before: lines(1, 70_000) },
    'much output, of which a checkpoint is kept': { args: [], before: lines(1, 70_000) },
    'no log at all': { args: ['--set', 'log=no'], before: lines(1, 3000) },
  };
  const WAYS: Record<string, (h: Home) => Promise<unknown>> = {
    'a kill of the supervisor': replaced,
    'an upgrade': (h) => h.ok('upgrade'),
  };

  for (const [setting, { args, before }] of Object.entries(SETTINGS)) {
    test(`with ${setting}: is exact after a kill of the supervisor and an upgrade`, async (t) => {
      const h = home(t);
      const s = await speaker(h, 'x', ...args);
      let bytes = '';
      const says = async (text: string) => {
        bytes += text;
        if (!args.includes('log=no')) return s.says(text);
        s.puts(text);
        await eventually('the screen is kept', () => offsetKept(s) >= Buffer.byteLength(bytes) || undefined);
      };
      const compare = async (what: string, ...who: Person[]) => {
        const never = await neverLeft(bytes);
        const above = aboveIn(never).slice(-900);
        for (const each of [...who, await attached(h, 'x', ['-r'])]) {
          await becomesSame(
            () => shownBy(each.terminal),
            () => shownBy(never),
            what,
          );
          await becomesSame(
            () => aboveIn(each.terminal).slice(-above.length),
            () => above,
            `${what}: the scrollback`,
          );
        }
        await h.ok('detach', 'x');
      };
      await says(SET_ONCE + before);
      for (const [way, happens] of Object.entries(WAYS)) {
        await says(DRAWN);
        await happens(h); // with nobody there
        await compare(`nobody there at ${way}`);
        const stays = await attached(h);
        await says(GOES_ON);
        await stays.receives(/w{14}/);
        await happens(h);
        await h.until('x', 'has its client back', (each) => each.clients === 1);
        await compare(`somebody there at ${way}`, stays);
        await says(LEAVES);
        await happens(h);
        await compare(`on the main screen at ${way}`);
      }
    });
  }

  test('is exact where a sequence, a string or a character was cut by the kill, with nobody and somebody there', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const whole = Buffer.from(
      '\x1b[1;38;5;208mone\x1b]2;title\x1b\\日two\x1b]8;;http://x.example\x07link\x1b]8;;\x1b\\',
    );
    let all = Buffer.alloc(0);
    const says = async (bytes: Buffer) => {
      all = Buffer.concat([all, bytes]);
      await s.says(bytes);
    };
    for (const [i, cut] of [1, 4, 18, 24, 26, 28, 45, 59, whole.length - 1].entries()) {
      const stays = i % 2 === 0 ? [] : [await attached(h)];
      await says(whole.subarray(0, cut));
      await replaced(h);
      await h.until('x', 'has its client back', (each) => each.clients === stays.length);
      await says(whole.subarray(cut));
      const never = await neverLeft(all);
      for (const each of [...stays, await attached(h, 'x', ['-r'])])
        await becomesSame(
          () => shownBy(each.terminal),
          () => shownBy(never),
          `cut at ${cut}`,
        );
      await h.ok('detach', 'x');
    }
  });

  test('is exact where a new supervisor was told of new sizes and a new run before anybody looked', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    await s.says(`${lines(1, 5)}${'a line of more than eighty columns, which goes on in the next row '.repeat(2)}\r\n`);
    await replaced(h);
    await h.ok('set', 'x', 'size-policy', '100x30');
    await s.says(lines(6, 9));
    await h.ok('restart', 'x');
    await s.isUp();
    await s.says(`${'b'.repeat(99)}\r\n`);
    await h.ok('set', 'x', 'size-policy', '60x20');
    await s.says('at sixty');
    const first = await attached(h, 'x', ['-r'], { columns: 60, rows: 20 });
    await first.sees(/at sixty$/);
    const seen = shownBy(first.terminal);
    await replaced(h); // which has all that from what is kept
    const second = await attached(h, 'x', ['-r'], { columns: 60, rows: 20 });
    await second.sees(/at sixty$/);
    assert.deepEqual(shownBy(second.terminal), seen);
    const texts = textsFrom(second, 'line 1: colour');
    assert.deepEqual(texts.slice(0, 5), numbered(1, 5));
    assert.deepEqual(texts.slice(8, 12), numbered(6, 9));
    assert.deepEqual(texts.slice(12), ['b'.repeat(60), 'b'.repeat(39), 'at sixty']);
  });

  test('of a stopped session is its last one, and the terminal is left in order', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    await s.says(`${lines(1, 40)}\x1b[?2004h\x1b[?1000h\x1b[?25l\x1b[3;9r\x1b[24;1H\x1b[1mlast`);
    await h.ok('stop', 'x');
    for (const replace of [false, true]) {
      if (replace) await h.ok('shutdown');
      const someone = person(h, ['attach', 'x']);
      assert.deepEqual(await someone.ended, { code: 3 });
      const line = "Session 'x' is stopped. Start it: session start x";
      assert.deepEqual(textsFrom(someone, 'line 1: colour'), [...numbered(1, 40), 'last', line]);
      const { modes } = someone.terminal;
      assert.deepEqual(
        [modes.bracketedPasteMode, modes.mouseTrackingMode, shownBy(someone.terminal).alternate],
        [false, 'none', '0'],
      );
    }
  });

  test('of a stopped full-screen program stays as it was, whoever looks at it on however small a terminal', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const rows = Array.from({ length: 24 }, (_, i) => `${String(i + 1).padEnd(79, '-')}|`);
    await s.says(`\x1b[?1049h\x1b[H${rows.join('\r\n')}`);
    const writer = await attached(h);
    await writer.sees(/^24-+\|$/m);
    writer.types('\x1c');
    await writer.ended;
    await h.ok('stop', 'x');
    for (const size of [
      { columns: 40, rows: 10 },
      { columns: 100, rows: 50 },
      { columns: 80, rows: 24 },
    ]) {
      const someone = person(h, ['attach', 'x'], {}, size);
      assert.deepEqual(await someone.ended, { code: 3 });
      const text = rowsOfTerminal(someone.terminal)
        .map(textOf)
        .join(size.columns < 80 ? '' : '\n');
      assert.ok(text.includes(rows.join(size.columns < 80 ? '' : '\n')), `${size.columns}x${size.rows}:\n${text}`);
    }
  });

  test('after shutdown and boot has the earlier one above the new run, with all modes off', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    await s.says(`${lines(1, 40)}${DRAWN}\x1b[?1049l\x1b[r\x1b[17;9Hleft`);
    await h.ok('shutdown');
    await h.ok('boot');
    await s.isUp();
    await s.says('\x1b[Khello\r\nagain');
    const someone = await attached(h);
    await someone.sees(/^hello\nagain$/m);
    const texts = textsFrom(someone, 'line 1: colour');
    const left = numbered(1, 40).with(33, 'line 34:left colour');
    assert.deepEqual(texts, [...left, 'hello', 'again']);
    const plain = shownBy(await neverLeft(''));
    assert.deepEqual(shownBy(someone.terminal).modes, plain.modes);
  });

  test('of a command that is respawned goes on below what the last one left, with all modes off', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x', '--set', 'restart=always', '--set', 'restart-delay=100ms');
    await s.says(`${lines(1, 10)}prompt${DRAWN}${GOES_ON}`);
    const stays = await attached(h);
    await stays.sees(/^row 0/m);
    process.kill((await h.view('x')).pid as number, 'SIGKILL');
    await h.until('x', 'is respawned', (each) => each.restarts === 1 && each.state === 'running');
    await s.isUp();
    await s.says('new run\r\nruns');
    const fresh = await attached(h, 'x', ['-r']);
    const plain = shownBy(await neverLeft(''));
    for (const each of [stays, fresh]) {
      await each.sees(/^new run\nruns$/m);
      assert.deepEqual(textsFrom(each, 'line 1: colour'), [...numbered(1, 10), 'prompt', 'new run', 'runs']);
      const { modes, alternate, cursor } = shownBy(each.terminal);
      assert.deepEqual({ modes, alternate }, { modes: plain.modes, alternate: '0' });
      assert.match(cursor, /^4,/);
    }
    await becomesSame(
      () => shownBy(stays.terminal),
      () => shownBy(fresh.terminal),
      'both see the same',
    );
  });

  test('that was kept torn or as garbage is made anew from the output', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    await s.says(lines(1, 40_000));
    assert.ok(offsetKept(s) > 0, 'a screen is kept');
    const file = join(s.kept, 'screen');
    const SPOILS: [string, (kept: Buffer) => Buffer | string][] = [
      ['empty', () => ''],
      ['garbage', (kept) => Buffer.from(kept.map((byte, i) => (byte * 7 + i) & 255))],
      ['its first half', (kept) => kept.subarray(0, kept.length / 2)],
      ['its first line', (kept) => kept.subarray(0, kept.indexOf(10) + 1)],
      [
        'a byte flipped',
        (kept) => Buffer.concat([kept.subarray(0, -9), Buffer.of((kept.at(-9) as number) ^ 64), kept.subarray(-8)]),
      ],
      [
        'an absurd size',
        (kept) => Buffer.from(kept.toString('latin1').replace('"columns":80', '"columns":800000000'), 'latin1'),
      ],
      [
        'an absurd number',
        (kept) => Buffer.from(kept.toString('latin1').replace(/^\d+/, '99999999999999999999'), 'latin1'),
      ],
      [
        'a state that is none',
        (kept) => Buffer.from(kept.toString('latin1').replace('"inside":"nothing"', '"inside":"nowhere"'), 'latin1'),
      ],
    ];
    const kept = readFileSync(file);
    for (const [i, [what, spoil]] of SPOILS.entries()) {
      const { keeper } = h.pids();
      process.kill(keeper, 'SIGSTOP');
      const killed = h.killSupervisor();
      writeFileSync(file, spoil(kept));
      writeFileSync(join(s.kept, 'changes.0'), '{"at":1}\n{"at":5,"is":"size","size":{"columns":-1}}\nnull\n{"at', {
        flag: 'a',
      });
      process.kill(keeper, 'SIGCONT');
      await eventually('another supervisor is there', () => ![0, killed].includes(h.pids().supervisor) || undefined);
      await s.says(`\x1b[Kspoilt ${i}\r`);
      const someone = await attached(h);
      await someone.sees(new RegExp(`^line 40000: colour\nspoilt ${i}$`, 'm'));
      assert.deepEqual(aboveIn(someone.terminal).slice(-900).map(textOf), numbered(40_000 - 922, 40_000 - 23), what);
      await h.ok('detach', 'x');
    }
  });
});
