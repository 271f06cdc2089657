// What a program asks its terminal is answered exactly once: by the terminal of who typed last, else by the emulator,
// whoever comes or goes meanwhile.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { type Home, home } from '../support/home.ts';
import { type Person, person } from '../support/person.ts';
import { neverLeft } from '../support/shown.ts';
import { attached, type Speaker, speaker } from '../support/speaker.ts';

/** Device attributes, cursor position, version, background, is bracketed paste set?, secondary attributes. */
const ASKED = ['\x1b[c', '\x1b[6n', '\x1b[>q', '\x1b]11;?\x1b\\', '\x1b[?2004$p', '\x1b[>c'];

/** Their answers, where the cursor is at `row` and `column`. */
const answersAt = (row: number, column: number) => [
  '\\x1b\\[\\?[\\d;]*c',
  `\\x1b\\[${row};${column}R`,
  '\\x1bP>\\|[^\\x1b]*\\x1b\\\\',
  '\\x1b\\]11;rgb:[\\da-f/]*(?:\\x07|\\x1b\\\\)',
  '\\x1b\\[\\?2004;2\\$y',
  '\\x1b\\[>[\\d;]*c',
];

/** One each, and nothing else. */
const answers = (row: number, column: number) => new RegExp(`^${answersAt(row, column).join('')}$`);

const FLOOD = Array.from({ length: 20_000 }, (_, i) => `\x1b[3${i % 8}mline ${i} of many\x1b[0m\r\n`).join('');

let marks = 0;

/**
 * What the session hears because of `deed`, once no answer to it can be under way any more: everyone has been shown
 * it, the emulator has parsed it, and what each terminal answered came before what is typed on it now.
 */
async function heardOf(h: Home, s: Speaker, there: Person[], deed: () => Promise<unknown>): Promise<string> {
  const before = s.heard().length;
  await deed();
  const end = `(end ${++marks})`;
  await s.says(`\x1b[9;1H${end}`);
  for (const each of there) await each.receives(new RegExp(`\\(end ${marks}\\)`));
  const watcher = person(h, ['attach', '-r', 'x']);
  await watcher.sees(new RegExp(`\\(end ${marks}\\)`));
  watcher.types('\x1c');
  await watcher.ended;
  for (const [i, each] of there.entries()) {
    each.types(`<${marks}.${i}>`);
    await eventually('what is typed is heard', () => s.heard().includes(`<${marks}.${i}>`) || undefined);
  }
  if (there.length === 0) {
    await s.says('\x1b[5n'); // answered after whatever came before
    await eventually('the last answer', () => s.heard().endsWith('\x1b[0n') || undefined);
  }
  return s
    .heard()
    .slice(before)
    .replace(/<\d+\.\d+>/g, '')
    .replace(/\x1b\[0n$/, '');
}

const types = async (s: Speaker, who: Person, text: string) => {
  who.types(text);
  await eventually('what is typed is heard', () => s.heard().endsWith(text) || undefined);
};

const all = ASKED.join('');

describe('what a program asks', () => {
  test('is answered by the emulator while nobody is there, also byte by byte, behind and amid floods', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    assert.match(await heardOf(h, s, [], () => s.says(`\x1b[5;7H${all}`)), answers(5, 7));

    const byByte = async () => {
      await s.says('\x1b[11;70H日本');
      for (const byte of Buffer.from(all)) await s.says(Buffer.of(byte));
    };
    assert.match(await heardOf(h, s, [], byByte), answers(11, 74));

    const { active } = (await neverLeft(`${FLOOD}last`)).buffer;
    const flooded = answers(active.cursorY + 1, active.cursorX + 1);
    assert.match(await heardOf(h, s, [], () => s.says(`${FLOOD}last${all}`)), flooded, 'behind');
    assert.match(await heardOf(h, s, [], () => s.says(`${FLOOD}last${all}${FLOOD}`)), flooded, 'amid');
    const cut = async () => {
      await s.says(`${FLOOD}last${all.slice(0, -1)}`);
      await s.says(`${all.slice(-1)}${FLOOD}`);
    };
    assert.match(await heardOf(h, s, [], cut), flooded, 'cut');
  });

  test('is answered by the terminal of the one who is attached, and not again by one who comes later', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    assert.match(await heardOf(h, s, [], () => s.says(`\x1b[5;7H${all}`)), answers(5, 7));
    const one = await attached(h);
    assert.equal(await heardOf(h, s, [one], async () => {}), '', 'a redraw holds no question');
    assert.equal(one.answered(), '');
    const heard = await heardOf(h, s, [one], () => s.says(`\x1b[6;8H${all}`));
    assert.match(heard, answers(6, 8));
    assert.equal(heard, one.answered(), 'its own words');
  });

  test('is answered by who typed last of several, never by one who only watches', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const watcher = await attached(h, 'x', ['-r']);
    assert.match(await heardOf(h, s, [], () => s.says(`\x1b[5;7H${all}`)), answers(5, 7), 'a watcher alone');
    const one = await attached(h);
    const two = await attached(h);
    const three = await attached(h);
    let was = '';
    for (const [who, others] of [
      [two, [one, three]],
      [one, [two, three]],
      [three, [one, two]],
    ] as const) {
      await types(s, who, 'mine');
      was = who.answered();
      const silent = others.map((each) => each.answered());
      const heard = await heardOf(h, s, [who, ...others], () => s.says(`\x1b[6;8H${all}`));
      assert.match(heard, answers(6, 8));
      assert.equal(heard, who.answered().slice(was.length));
      assert.deepEqual(
        others.map((each) => each.answered()),
        silent,
      );
    }
    await types(s, three, 'mine');
    three.hangsUp();
    await three.ended;
    await h.until('x', 'has three clients', (each) => each.clients === 3);
    assert.match(await heardOf(h, s, [one, two], () => s.says(`\x1b[7;9H${all}`)), answers(7, 9), 'the last one left');
    assert.equal(watcher.answered(), '', 'the watcher was shown no question');
  });

  test('in halves, while somebody comes or goes between them, is answered once', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    for (const question of ['\x1b[c', '\x1b]11;?\x07']) {
      for (let cut = 1; cut < question.length; cut++) {
        const comes = await heardOf(h, s, [], async () => {
          await s.says(question.slice(0, cut));
          const one = await attached(h);
          await s.says(question.slice(cut));
          await one.receives(/\x07$|c$/);
          await eventually('an answer', () => /c$|\\$|\x07$/.test(s.heard()) || undefined);
          const before = s.heard().length;
          const answered = one.answered();
          await s.says(question.slice(0, cut));
          await one.receives(new RegExp(`${question.slice(0, cut).replace(/[[\]?]/g, '\\$&')}$`));
          one.types('\x1c');
          await one.ended;
          assert.equal(one.answered(), answered, `what ends with the client is no question: cut at ${cut}`);
          await h.until('x', 'has no client', (each) => each.clients === 0);
          await s.says(question.slice(cut));
          await eventually('an answer', () => s.heard().length > before || undefined);
        });
        assert.equal(comes.match(/\x1b\[\?|\x1b\]11;rgb/g)?.length, 2, `cut at ${cut}: ${JSON.stringify(comes)}`);
      }
    }
  });

  test('in halves, is not ended by a client that is killed in the middle of it', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const one = await attached(h);
    await s.says('\x1b]11;?');
    await one.receives(/\x1b\]11;\?$/);
    process.kill(one.pid, 'SIGTERM');
    await one.ended;
    assert.equal(one.answered(), '');
    assert.match(await heardOf(h, s, [], () => s.says('\x07')), /^\x1b\]11;rgb:0000[\da-f/]*\x1b\\$/);
  });

  test('in halves, while a second one comes, is answered once', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const one = await attached(h);
    await s.says('\x1b');
    const two = await attached(h);
    assert.match(await heardOf(h, s, [one, two], () => s.says('[c')), /^\x1b\[\?[\d;]*c$/);
    await s.says('\x1b]11;');
    const three = await attached(h);
    assert.match(await heardOf(h, s, [one, two, three], () => s.says('?\x07')), /^\x1b\]11;rgb:[\da-f/]*\x1b\\$/);
    await s.says('\x1b[');
    await h.ok('detach', 'x');
    const flooded = await heardOf(h, s, [], () => s.says(`c${FLOOD}`));
    assert.match(flooded, /^\x1b\[\?[\d;]*c$/, 'also when a flood follows, of which most is never parsed');
  });

  test('in the gap between two supervisors is answered once', async (t) => {
    const h = home(t);
    const s = await speaker(h, 'x');
    const one = await attached(h);
    const die = async () => {
      const killed = h.killSupervisor();
      await eventually('another is there', () => ![0, killed].includes(h.pids().supervisor) || undefined);
    };
    // The client is away: nobody else is there to answer.
    const away = async () => {
      process.kill(one.pid, 'SIGSTOP');
      await die();
      await s.says(`\x1b[5;7H${all}`);
      await eventually('an answer', () => s.heard().includes('\x1b[5;7R') || undefined);
      process.kill(one.pid, 'SIGCONT');
    };
    assert.match(await heardOf(h, s, [one], away), answers(5, 7));
    // The question was on its way to the client, behind more than a socket holds.
    const undelivered = async () => {
      process.kill(one.pid, 'SIGSTOP');
      await s.says(`${FLOOD.slice(0, 600_000)}\x1b[0m\x1b[4;6H${all}`);
      await die();
      process.kill(one.pid, 'SIGCONT');
    };
    assert.match(await heardOf(h, s, [one], undelivered), answers(4, 6));
    // Asked of a supervisor that hangs, and dies without having read it.
    const unread = async () => {
      process.kill(h.pids().supervisor, 'SIGSTOP');
      s.puts(`\x1b[6;8H${all}`);
      await die();
    };
    assert.match(await heardOf(h, s, [one], unread), answers(6, 8));
    // Both at once, and the client comes back when it likes.
    const both = async () => {
      s.puts(`\x1b[7;9H${all.slice(0, 20)}`);
      await Promise.all([die(), s.says(all.slice(20))]);
    };
    // Each has one answer, though the terminal's and the emulator's need not come in the order of the questions.
    const heard = await heardOf(h, s, [one], both);
    const rest = answersAt(7, 9).reduce((text, each) => {
      assert.match(text, new RegExp(each));
      return text.replace(new RegExp(each), '');
    }, heard);
    assert.equal(rest, '', 'and no second one');
  });
});
