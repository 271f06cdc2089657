// Reading without a supervisor: the records say what is wished and what was; what is, nobody observes.
import { join } from 'node:path';
import { machineZone } from '../base/machine.ts';
import type { Place } from '../base/paths.ts';
import { resolveOne } from '../model/pattern.ts';
import type { SessionRecord } from '../model/record.ts';
import { offlineView, type SessionView } from '../model/view.ts';
import { badFiles, loadRecords } from '../store/record-store.ts';
import { checkPrivateDirectory } from '../system/private-directory.ts';
import { readBootId } from '../system/process-table.ts';

export function offlineSessions(place: Place): {
  sessions: SessionView[];
  unreadable: { file: string; why: string }[];
} {
  if (!checkPrivateDirectory(place.home)) return { sessions: [], unreadable: [] };
  const { records, bad } = loadRecords(place.records);
  const bootId = readBootId();
  const shown = records.filter((each) => each.desired !== 'removed');
  const unreadable = bad.map(({ file, why }) => ({ file: join(place.records, file), why }));
  for (const file of badFiles(place.records))
    unreadable.push({ file: join(place.records, file), why: 'it was set aside' });
  return { sessions: shown.map((each) => offlineView(each, bootId, machineZone)), unreadable };
}

/** The record named `name`, from the disk: always as it was saved last. Throws not-found. */
export function readRecordNamed(place: Place, name: string): SessionRecord {
  const records = checkPrivateDirectory(place.home) ? loadRecords(place.records).records : [];
  return resolveOne(
    name,
    records.filter((each) => each.desired !== 'removed'),
  );
}
