// The supervisor's and keeper's diary: one JSON object a line, to a file descriptor they were given.
import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

export type Level = 'error' | 'warn' | 'info' | 'debug';

export interface Log {
  /** Lines of this level and graver are written; it may change at any time. */
  level: Level;
  error(what: string, fields?: object): void;
  warn(what: string, fields?: object): void;
  info(what: string, fields?: object): void;
  debug(what: string, fields?: object): void;
}

/** A diary that has grown to this, in bytes, is begun anew: a supervisor lives for months. */
const LARGEST = 4 * 1024 ** 2;
/** Its size is looked at once in so many lines. */
const LOOK_EVERY = 200;

const ORDER: Level[] = ['error', 'warn', 'info', 'debug'];

/** A log of `who`, writing to `fd`. A full disk silences it, nothing else. */
export function openLog(who: string, fd: number, level: Level = 'info'): Log {
  let lines = 0;
  const write = (at: Level) => (what: string, fields?: object) => {
    if (ORDER.indexOf(at) > ORDER.indexOf(log.level)) return;
    const line = JSON.stringify({ time: new Date().toISOString(), level: at, who, what, ...fields });
    try {
      if (lines++ % LOOK_EVERY === 0 && fstatSync(fd).isFile() && fstatSync(fd).size > LARGEST) ftruncateSync(fd);
      writeSync(fd, `${line}\n`);
    } catch {
      // Nowhere left to say it.
    }
  };
  const log: Log = {
    level,
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
  };
  return log;
}
