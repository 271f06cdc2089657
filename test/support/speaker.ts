// A session that puts out what the test says, byte for byte and piece by piece, and notes every byte typed into it.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Size } from '../../src/base/size.ts';
import { endOf, listSegments } from '../../src/store/segments.ts';
import { eventually } from './deadline.ts';
import type { Home } from './home.ts';
import { type Person, person } from './person.ts';

export interface Speaker {
  id: string;
  /** Where its output and screen are kept. */
  kept: string;
  /** Puts this out. */
  puts(what: string | Buffer): void;
  /** Puts it out, and waits until the supervisor has all of it. */
  says(what: string | Buffer): Promise<void>;
  /** Everything that was typed, or answered by a terminal. */
  heard(): string;
  /** Waits until it has heard so much. */
  hears(length: number): Promise<string>;
  /** Waits until the present run is there. */
  isUp(): Promise<void>;
}

/** The terminal is raw before it is up: what is typed arrives as it is, what is put out stays as it is. */
const PROGRAM = 'stty raw -echo; exec 3<&0; cat <&3 >>heard & echo $$ >up; exec cat <>says';

/** Makes a session that speaks. `args` go to `create`. One for each home. */
export async function speaker(h: Home, name: string, ...args: string[]): Promise<Speaker> {
  execFileSync('mkfifo', [join(h.work, 'says')]);
  const fifo = openSync(join(h.work, 'says'), 'r+');
  h.atEnd(() => closeSync(fifo));
  await h.ok('create', '-n', name, ...args, '--', 'sh', '-c', PROGRAM);
  const { id } = await h.view(name);
  const kept = join(h.path, 'logs', id);
  const read = (file: string) => {
    try {
      return readFileSync(join(h.work, file), 'latin1');
    } catch {
      return '';
    }
  };
  const puts = (what: string | Buffer) => {
    const bytes = Buffer.from(what);
    for (let at = 0; at < bytes.length; ) at += writeSync(fifo, bytes, at);
  };
  const self: Speaker = {
    id,
    kept,
    puts,
    async says(what) {
      const end = endOf(listSegments(kept)) + Buffer.byteLength(what);
      puts(what);
      await eventually('its words are kept', () => endOf(listSegments(kept)) >= end);
    },
    heard: () => read('heard'),
    hears: (length) =>
      eventually(`it hears ${length} bytes`, () => (read('heard').length >= length ? read('heard') : undefined)),
    isUp: async () => {
      await eventually('it is up', async () => read('up') === `${(await h.view(name)).pid}\n`);
    },
  };
  await self.isUp();
  return self;
}

/** Somebody who attaches to `name`, and is there. */
export async function attached(h: Home, name = 'x', args: string[] = [], size?: Size): Promise<Person> {
  const { clients } = await h.view(name);
  const someone = person(h, ['attach', name, ...args], {}, size);
  await someone.receives(/Detach/);
  await h.until(name, 'has one client more', (each) => each.clients === clients + 1);
  return someone;
}
