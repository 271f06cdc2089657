// How many more files this process may open.
import { readdirSync, readFileSync } from 'node:fs';

export function roomForFiles(): number {
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
  const limit = line === null ? 1024 : Number(line[1]);
  return limit - readdirSync('/proc/self/fd').length;
}
