// A record as a file of a home has it, for tests of what reads such files.
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
