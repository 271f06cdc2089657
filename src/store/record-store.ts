// The records of a home: one JSON file a session, so that a bad one costs one session.
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, reasonOf } from '../base/errors.ts';
import { readOwn } from '../base/own-file.ts';
import { shortened } from '../base/quote.ts';
import { NewerSchema, parseRecord, type SessionRecord } from '../model/record-schema.ts';
import { removeDurably, writeAtomically } from './atomic-file.ts';

export interface Loaded {
  records: SessionRecord[];
  /** Files that gave no record, why, and whether that is for ever (else it may be read another time). */
  bad: { file: string; why: string; forEver: boolean }[];
}

const RECORD_FILE = /^[a-z0-9]{4,16}\.json$/;

/** A record is a few KB, an environment of the greatest size a few hundred. */
const LARGEST = 4 * 1024 ** 2;

/** Reads every record, the oldest first; a file that holds none is reported and left where it is. */
export function loadRecords(directory: string): Loaded {
  const loaded: Loaded = { records: [], bad: [] };
  for (const file of recordFiles(directory)) {
    try {
      const record = parseRecord(readOwn(join(directory, file), LARGEST).toString('utf8'));
      if (`${record.id}.json` !== file) throw new Error(`it is the record of '${record.id}'`);
      loaded.records.push(record);
    } catch (error) {
      loaded.bad.push({ file, ...verdictOn(error) });
    }
  }
  loaded.records.sort((a, b) =>
    a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1,
  );
  const names = new Set<string>();
  loaded.records = loaded.records.filter(({ id, name }) => {
    const isFirst = !names.has(name);
    if (!isFirst) loaded.bad.push({ file: `${id}.json`, why: `its name '${name}' is taken`, forEver: true });
    names.add(name);
    return isFirst;
  });
  return loaded;
}

/** Saves `record` for good. Throws, with the old one in place, where it cannot. */
export function saveRecord(directory: string, record: SessionRecord): void {
  writeAtomically(join(directory, `${record.id}.json`), `${JSON.stringify(record, null, 1)}\n`);
}

export function forgetRecord(directory: string, id: string): void {
  removeDurably(join(directory, `${id}.json`));
}

/** Removes what a save left that was cut short; nobody else may be saving. */
export function sweepHalfSaved(directory: string): void {
  for (const file of readdirSync(directory)) {
    if (!HALF_SAVED.test(file)) continue;
    try {
      rmSync(join(directory, file), { force: true });
    } catch {
      // A disk that cannot be written now: another time.
    }
  }
}

const HALF_SAVED = /^\.[a-z0-9]{4,16}\.json\.new$/;

/** Moves a file that holds no record out of the way, never over another. Answers its new name. */
export function setAside(directory: string, file: string): string {
  const taken = new Set(readdirSync(directory));
  let name = `${file}.bad`;
  for (let number = 2; taken.has(name); number++) name = `${file}.bad${number}`;
  renameSync(join(directory, file), join(directory, name));
  return name;
}

/** Files that were set aside before. */
export function badFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((file) => /\.json\.bad\d*$/.test(file));
  } catch {
    return [];
  }
}

/** What a newer version wrote, or the disk will not give now, must still be there when it can be read. */
function verdictOn(error: unknown): { why: string; forEver: boolean } {
  const errno = errnoOf(error);
  if (error instanceof NewerSchema) return { why: error.message, forEver: false };
  if (errno === undefined) return { why: shortened((error as Error).message), forEver: true };
  return { why: reasonOf(error), forEver: errno === 'ELOOP' };
}

function recordFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((file) => RECORD_FILE.test(file));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
