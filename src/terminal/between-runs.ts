// What is put between two runs of a session on one screen: everything that the last program switched on is
// switched off, and the next begins below what the last one left.
import { writeFarewell } from './switch-off.ts';
import type { Tracked } from './tracked.ts';

export function beginRun(tracked: Tracked): void {
  const { core, saved, modes, colours, keyboard, parse } = tracked;
  parse(Buffer.from(writeFarewell(tracked)));
  for (const each of [saved, modes, colours, keyboard]) each.reset();
  core._inputHandler._windowTitleStack.length = 0;
  core._inputHandler._iconNameStack.length = 0;
}
