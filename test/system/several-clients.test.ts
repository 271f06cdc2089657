// Several terminals attached to one session: whose size it has, what one of another size is
// shown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rowsOfTerminal, textOf } from '../support/cells.ts';
import { eventually } from '../support/deadline.ts';
import { BIN, type Home, home, runProgram } from '../support/home.ts';
import { type Person, personWith } from '../support/person.ts';
import { memoryOf } from '../support/processes.ts';
import { becomesSame, cutOf, neverLeft, picturedBy, shownBy } from '../support/shown.ts';
import { attached, speaker } from '../support/speaker.ts';

const sizeOf = async (h: Home, name = 'x') => {
  const { pid } = await h.view(name);
  const ran = await runProgram('stty', ['-F', `/proc/${pid}/fd/1`, 'size'], { env: h.env });
  return ran.stdout.trim().split(' ').reverse().join('x');
};

const hasSize = (h: Home, size: string) =>
  eventually(`the size is ${size}`, async () => (await sizeOf(h)) === size || undefined);

const leaves = async (h: Home, who: Person) => {
  const { clients } = await h.view('x');
  who.types('\x1c');
  await who.ended;
  await h.until('x', 'has one client less', (each) => each.clients === clients - 1);
};

const replaced = (h: Home) => {
  const killed = h.killSupervisor();
  return eventually('another supervisor is there', () => ![0, killed].includes(h.pids().supervisor) || undefined);
};

describe('the size of a session', () => {
  test('latest: that of who typed or came last, and it stays when everybody has left', async (t) => {
    const h = home(t);
    await speaker(h, 'x');
    const one = await attached(h, 'x', [], { columns: 100, rows: 20 });
    await hasSize(h, '100x20');
    const two = await attached(h, 'x', [], { columns: 90, rows: 30 });
    await hasSize(h, '90x30');
    one.types('a');
    await hasSize(h, '100x20');
    await attached(h, 'x', ['-r'], { columns: 40, rows: 10 });
    two.types('b');
    await hasSize(h, '90x30');
    await leaves(h, two);
    await hasSize(h, '100x20'); // that of who typed before
    await leaves(h, one);
    assert.equal(await sizeOf(h), '100x20');
  });

  test('smallest: of those who can type, in each direction by itself, also when one leaves or changes', async (t) => {
    const h = home(t);
    await speaker(h, 'x', '--set', 'size-policy=smallest');
    const one = await attached(h, 'x', [], { columns: 100, rows: 20 });
    await hasSize(h, '100x20');
    const two = await attached(h, 'x', [], { columns: 90, rows: 30 });
    await hasSize(h, '90x20');
    const watcher = await attached(h, 'x', ['-r'], { columns: 40, rows: 10 });
    two.types('b');
    watcher.resizes(30, 9);
    one.resizes(110, 40);
    await hasSize(h, '90x30');
    await leaves(h, two);
    await hasSize(h, '110x40');
    await leaves(h, one);
    assert.equal(await sizeOf(h), '110x40');
    assert.equal((await h.view('x')).clients, 1);
  });

  test('fixed: from the first start on, with nobody and with anybody there; and what it is set to counts at once', async (t) => {
    const h = home(t);
    const prints = ['--', 'sh', '-c', 'stty size; exec sleep 1000'];
    await h.ok('create', '-n', 'new', '--set', 'size-policy=100x30', ...prints);
    await eventually('it has printed', async () => (await h.ok('logs', 'new')) === '30 100\n');
    await h.ok('create', '-n', 'later', '-s', ...prints);
    await h.ok('set', 'later', 'size-policy', '100x30');
    await h.ok('resume', 'later');
    await eventually('it has printed', async () => (await h.ok('logs', 'later')) === '30 100\n');
    await h.ok('shutdown');
    await h.ok('start', 'new');
    await eventually('it has printed', async () => (await h.ok('logs', 'new')) === '30 100\n30 100\n');

    await speaker(h, 'x');
    assert.equal(await sizeOf(h), '80x24');
    await h.ok('set', 'x', 'size-policy', '100x30');
    assert.equal(await sizeOf(h), '100x30');
    const one = await attached(h);
    one.types('a');
    one.resizes(70, 20);
    assert.equal(await sizeOf(h), '100x30');
    await h.ok('set', 'x', 'size-policy', '101x31');
    assert.equal(await sizeOf(h), '101x31');
    await replaced(h);
    await h.until('x', 'has its client back', (each) => each.clients === 1);
    assert.equal(await sizeOf(h), '101x31');
    one.types('b');
    await h.ok('set', 'x', 'size-policy', 'latest');
    await hasSize(h, '70x20');
    // Resized while no supervisor is there to be told.
    process.kill(one.pid, 'SIGSTOP');
    await replaced(h);
    one.resizes(71, 21);
    process.kill(one.pid, 'SIGCONT');
    await hasSize(h, '71x21');
  });
});

describe('a terminal of another size', () => {
  test('shows what fits around the cursor, and nothing wraps or scrolls there', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x', '--set', 'size-policy=60x12');
    const small = await attached(h, 'x', [], { columns: 41, rows: 8 });
    const wide = await attached(h, 'x', ['-r'], { columns: 100, rows: 20 });
    const pictures = [
      // Lines of all widths, some of wide characters that no cut leaves whole, behind much that has scrolled away.
      Array.from({ length: 40 }, (_, i) => `${i}: ${(i % 2 ? '日本語' : 'abc').repeat(i % 16)}`).join('\r\n'),
      `\x1b[2J${Array.from({ length: 12 }, (_, i) => `\x1b[${i + 1};${1 + (i % 2)}H\x1b[4${i % 8}m${'漢'.repeat(18 + i)}\x1b[K`).join('')}`,
      ...[
        '\x1b[3;2H',
        '\x1b[12;60H',
        '\x1b[12;59H',
        '\x1b[1;60H',
        '\x1b[2;58H',
        '\x1b[0m\x1b[12;1H',
        '\x1b[?1049h\x1b[6;30Hx漢',
      ],
      `${'long '.repeat(100)}\x1b[5;8r\x1b[8;50H\r\n\n\nin margins`,
    ];
    let bytes = '';
    const above = [small, wide].map(({ terminal }) => terminal.buffer.normal.baseY);
    for (const [i, picture] of pictures.entries()) {
      bytes += picture;
      await s.says(picture);
      const whole = await neverLeft(bytes, 60, 12);
      for (const { terminal } of [small, wide])
        await becomesSame(
          () => picturedBy(terminal),
          () => cutOf(whole, terminal),
          `picture ${i}, ${terminal.cols}`,
        );
    }
    assert.deepEqual(
      [small, wide].map(({ terminal }) => terminal.buffer.normal.baseY),
      above,
      'nothing scrolled',
    );
    wide.resizes(50, 30); // a watcher's own size is its own affair
    const whole = await neverLeft(bytes, 60, 12);
    await becomesSame(
      () => picturedBy(wide.terminal),
      () => cutOf(whole, wide.terminal),
      'after a resize',
    );
    await s.says('!');
    const more = await neverLeft(`${bytes}!`, 60, 12);
    await becomesSame(
      () => picturedBy(wide.terminal),
      () => cutOf(more, wide.terminal),
      'and more',
    );
  });

  test('is exact from the moment on in which somebody types there', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const one = await attached(h, 'x', [], { columns: 80, rows: 24 });
    const two = await attached(h, 'x', [], { columns: 50, rows: 10 });
    const text = '\x1b[2J\x1b[?2004h\x1b[?25l\x1b[3;5r\x1b[4;7H\x1b[1;4:3;38;5;99mhello';
    await s.says(text);
    await two.sees(/hello/);
    one.types('k');
    await hasSize(h, '80x24');
    await s.says('\r\nmore'); // a plain terminal does with it what the session does
    await one.sees(/more/);
    const watcher = await attached(h, 'x', ['-r'], { columns: 80, rows: 24 });
    await becomesSame(
      () => shownBy(one.terminal),
      () => shownBy(watcher.terminal),
      'as somebody new sees it',
    );
    assert.match(watcher.screen(), /hello\nmore$/);
    assert.equal(one.terminal.modes.bracketedPasteMode, true);
  });

  test('has all lines above it that it missed as a picture, once each, when somebody types there', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const two = await attached(h, 'x', [], { columns: 50, rows: 10 });
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`).join('\r\n');
    await s.says(`${lines(1, 30)}\r\n`);
    await two.sees(/line 30/);
    const one = await attached(h, 'x', [], { columns: 80, rows: 24 });
    await s.says(`${lines(31, 90)}\r\n`);
    await one.sees(/line 90/);
    await two.sees(/line 90/);
    two.types('k');
    await hasSize(h, '50x10');
    await s.says(`${lines(91, 120)}\r\nall`);
    await two.sees(/line 120\nall$/);
    const texts = rowsOfTerminal(two.terminal).map(textOf);
    const from = texts.indexOf('line 1');
    assert.deepEqual(texts.slice(from, from + 121), [...lines(1, 120).split('\r\n'), 'all']);
  });

  test('has them also when it was the small one, and grows back', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const one = await attached(h, 'x');
    const two = await attached(h, 'x');
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\r\n`).join('');
    await s.says(lines(1, 40));
    await two.sees(/line 40/);
    two.resizes(60, 10);
    await hasSize(h, '60x10');
    one.types('k');
    await hasSize(h, '80x24');
    await s.says(lines(41, 80));
    await two.sees(/line 80/);
    two.resizes(80, 24);
    await s.says('all');
    await two.sees(/line 59\n[\s\S]*line 80\nall$/);
    const seen = rowsOfTerminal(two.terminal)
      .map(textOf)
      .filter((row) => row.startsWith('line'));
    assert.deepEqual([...new Set(seen)], lines(1, 80).trimEnd().split('\r\n'));
  });

  test('is told of the mouse only where nothing is cut off that would shift what it points at', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x', '--set', 'size-policy=60x12');
    const small = await attached(h, 'x', [], { columns: 41, rows: 8 });
    const wide = await attached(h, 'x', [], { columns: 100, rows: 20 });
    const mouse = (...what: string[]) =>
      becomesSame(
        () => [small, wide].map(({ terminal }) => terminal.modes.mouseTrackingMode),
        () => what,
        'the mouse',
      );
    await s.says('\x1b[?1000h\x1b[3;3H');
    await mouse('vt200', 'vt200');
    await s.says('\x1b[12;1H');
    await mouse('none', 'vt200');
    await s.says('\x1b[2;2H');
    await mouse('vt200', 'vt200');
  });

  test('that says it is enormous, or has but one cell, gets a screen within bounds', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const before = memoryOf(h.pids().supervisor);
    for (const [says, has] of [
      ['cols 20000 rows 20000', '1000x1000'],
      ['cols 1 rows 1', '2x1'],
    ] as const) {
      const who = personWith(h, '/bin/sh', ['sh', '-c', `stty ${says}; exec "$0" attach x`, BIN]);
      await hasSize(h, has);
      await s.says(`here ${has}\r\n`);
      who.types('\x1c');
      await who.ended;
    }
    const grown = memoryOf(h.pids().supervisor) - before;
    assert.ok(grown < 200 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MB more`);
    const one = await attached(h);
    await one.sees(/here 1000x1000\s+here 2x1/);
  });
});
