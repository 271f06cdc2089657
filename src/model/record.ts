// What a session's record says, defaults included.
import { isZone } from './attribute-kinds.ts';
import { ATTRIBUTES, type AttributeKey, type AttributeValues } from './attributes.ts';
import { isInteractiveShell } from './command.ts';
import type { SessionRecord } from './record-schema.ts';

export type { LastRun, SessionRecord } from './record-schema.ts';

/** The value in force: what was set, else the default. */
export function settingOf<K extends AttributeKey>(record: SessionRecord, key: K): AttributeValues[K] {
  const set = record.attributes[key];
  if (set !== undefined) return set as AttributeValues[K];
  const standing: unknown = ATTRIBUTES[key].default;
  if (typeof standing !== 'object') return standing as AttributeValues[K];
  return derived(record, key) as AttributeValues[K];
}

/** The directory its command runs in. */
export const directoryOf = (record: SessionRecord) => record.directory ?? record.createdIn;

/** The zone of its schedule: the attribute, else the creator's TZ, else the machine's: the same whoever keeps its time. */
export function zoneOf(record: SessionRecord, machineZone: () => string): string {
  const own = (record.ownEnvironment.TZ ?? record.environment.TZ)?.replace(/^:/, '');
  return settingOf(record, 'schedule-zone') || (own !== undefined && isZone(own) ? own : machineZone());
}

/** Whether the clock begins it, and it ends by itself. */
export const isOneShot = (record: SessionRecord) =>
  settingOf(record, 'schedule') !== '' && settingOf(record, 'schedule-action') === 'run';

function derived(record: SessionRecord, key: AttributeKey): unknown {
  if (key === 'restart') {
    if (isOneShot(record)) return 'never'; // it ends, and begins when its time comes again
    return isInteractiveShell(record.command) ? 'on-abnormal' : 'on-failure';
  }
  if (key === 'umask') return record.umask;
  if (key === 'open-files') return record.openFiles;
  return ''; // user, group: as the supervisor; schedule: none
}
