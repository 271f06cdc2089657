// A record as a file of a home has it, for tests of what reads such files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRecord } from '../../src/model/record.ts';

export function recordOf(id: string, name: string, more: Partial<SessionRecord> & Record<string, unknown> = {}) {
  return {
    schema: 1,
    id,
    name,
    command: ['sleep', '1000'],
    commandFrom: '/',
    createdIn: '/',
    environment: { PATH: '/usr/bin:/bin' },
    environmentBoot: 'another',
    ownEnvironment: {},
    umask: 0o022,
    attributes: {},
    desired: 'stopped',
    run: 0,
    settled: 0,
    attempts: 0,
    attemptsSince: null,
    restarts: 0,
    createdAt: '2026-11-21T08:00:00.000Z',
    requests: [],
    last: null,
    ...more,
  } as SessionRecord;
}

/** Changes the record of the session `name` on the disk, where nobody supervises it. */
export function editRecord(home: { path: string }, name: string, change: (record: SessionRecord) => void): void {
  const directory = join(home.path, 'records');
  for (const file of readdirSync(directory)) {
    const path = join(directory, file);
    const record = JSON.parse(readFileSync(path, 'utf8')) as SessionRecord;
    if (record.name !== name) continue;
    change(record);
    writeFileSync(path, JSON.stringify(record), { mode: 0o600 });
    return;
  }
  throw new Error(`no record of '${name}'`);
}
