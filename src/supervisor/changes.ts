// A record with changes as `set`, `unset` and `rename` ask for them; checked whole before anything is taken.
import { isAttributeKey, parseAttribute, unknownAttribute } from '../model/attributes.ts';
import { taken } from '../model/environment.ts';
import { checkName } from '../model/name.ts';
import type { SessionRecord } from '../model/record.ts';
import type { Changes } from '../protocol/messages.ts';
import { checkIdentity } from './identity.ts';
import { checkSchedule } from './scheduling.ts';

/** Throws bad-name, bad-value or unknown-attribute; the given record is not touched. */
export function amended(record: SessionRecord, changes: Changes, bootId: string, now: number): SessionRecord {
  const attributes: Record<string, unknown> = { ...record.attributes };
  for (const [key, text] of Object.entries(changes.attributes ?? {})) {
    if (!isAttributeKey(key)) throw unknownAttribute(key);
    if (text === null) delete attributes[key];
    else attributes[key] = parseAttribute(key, text).value;
  }
  const next: SessionRecord = { ...record, attributes };
  if (changes.name !== undefined) next.name = checkName(changes.name);
  if (changes.command !== undefined) {
    next.command = changes.command.argv;
    next.commandFrom = changes.command.from;
  }
  if (changes.directory === null) delete next.directory;
  else if (changes.directory !== undefined) next.directory = changes.directory;
  if (changes.ownEnvironment === null) next.ownEnvironment = {};
  else if (changes.ownEnvironment !== undefined)
    next.ownEnvironment = { ...record.ownEnvironment, ...changes.ownEnvironment };
  if (changes.environment !== undefined) {
    next.environment = taken(changes.environment);
    next.environmentBoot = bootId;
  }
  checkIdentity(next);
  checkSchedule(next, now);
  if (Object.keys(changes.attributes ?? {}).some((key) => key.startsWith('schedule')))
    next.scheduledUntil = new Date(now).toISOString(); // from now on
  return next;
}
