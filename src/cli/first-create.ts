// What somebody who makes a first session is told once: what would end it, or not bring it back.
import { existsSync, writeFileSync } from 'node:fs';
import { killsAtLogout } from '../base/logout.ts';
import { lingers, userName } from '../base/machine.ts';
import { bootFinding } from './boot-installation.ts';
import type { Input } from './command.ts';

/** Says so on a terminal, at the first create in this home, where nothing is installed that boots. */
export function noteFirstCreate(input: Input): void {
  const { place, print, isTerminal } = input;
  if (!isTerminal || print.quiet || existsSync(place.told)) return; // a script's create leaves it for a person's
  try {
    writeFileSync(place.told, '', { mode: 0o600, flag: 'wx' });
  } catch {
    return; // another one was the first just now, or there is nowhere to note it
  }
  const { is } = bootFinding(input);
  if (is === 'note') print.note('after a reboot sessions come back if that is set up: session boot install');
  if (is === 'no') print.note('after a reboot they would not come back as it is: session boot status');
  const user = userName();
  if (process.getuid?.() !== 0 && killsAtLogout() && !lingers(user))
    print.note(`a logout ends them here (KillUserProcesses) without: loginctl enable-linger ${user ?? ''}`.trim());
}
