// The screen of a session beside its kept output: logs/<id>/screen, the last checkpoint, and changes.<n>, what
// happened to it since besides output: a line of JSON each. A checkpoint names the changes that follow it, so one
// rename makes both new. Not synced: after a power cut an old or torn one costs the screen, no output.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLine, readOwn } from '../base/own-file.ts';

export interface ScreenFile {
  /** The checkpoint that was saved last. */
  checkpoint: Buffer | undefined;
  /** What was noted since, oldest first; a line that was cut short is left out. */
  changes: unknown[];
  generation: number;
}

const changesFile = (directory: string, generation: number) => join(directory, `changes.${generation}`);

/** What is there; nothing where nothing was kept, or it cannot be read. */
export function loadScreen(directory: string): ScreenFile {
  let checkpoint: Buffer | undefined;
  let generation = 0;
  try {
    const bytes = readOwn(join(directory, 'screen'));
    const line = bytes.indexOf(10);
    generation = Number(bytes.toString('latin1', 0, line));
    if (Number.isSafeInteger(generation) && generation > 0) checkpoint = bytes.subarray(line + 1);
    else generation = 0;
  } catch {
    // None was saved.
  }
  return { checkpoint, changes: readChanges(changesFile(directory, generation)), generation };
}

function readChanges(path: string): unknown[] {
  let text: string;
  try {
    text = readOwn(path).toString('utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/** Replaces the checkpoint; what is noted from now on belongs to `generation`. Throws where the disk is full. */
export function saveScreen(directory: string, generation: number, checkpoint: Buffer): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const temporary = join(directory, '.screen.new');
  try {
    rmSync(temporary, { force: true }); // a torn one, with whatever mode; a link is not followed
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${generation}\n`), checkpoint]), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, join(directory, 'screen'));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  try {
    for (const file of readdirSync(directory)) {
      if (file.startsWith('changes.') && file !== `changes.${generation}`)
        rmSync(join(directory, file), { force: true });
    }
  } catch {
    // It is saved all the same: who takes it for the one before would note changes that nobody reads.
  }
}

/** Throws where the disk is full. */
export function noteChange(directory: string, generation: number, change: object): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  appendLine(changesFile(directory, generation), JSON.stringify(change));
}
