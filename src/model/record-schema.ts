// A session on disk: what it is, what is wished of it, and the history of its newest run. Never what it is
// now: that is observed. (Apart from record.ts because the schema's library is loaded only where files are read.)
import * as v from 'valibot';
import { shortened } from '../base/quote.ts';
import { ATTRIBUTES, type AttributeValues, isAttributeKey } from './attributes.ts';
import { isName } from './name.ts';

export const SCHEMA = 1;

/** What counts up can still do so. */
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** 52));
const text = v.string();
const time = v.pipe(
  text,
  v.check((value) => !Number.isNaN(Date.parse(value)), 'no time'),
);
const absolute = v.pipe(text, v.startsWith('/'));
/** Not v.record: that drops variables called `constructor` or `prototype`. */
const environment = v.custom<Record<string, string>>(
  (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  'no environment',
);

const exit = v.union([v.strictObject({ code: count }), v.strictObject({ signal: text })]);

const lastEntries = {
  run: count,
  /** The keeper's life under which it ran. */
  keeper: text,
  pid: count,
  /** Start time in clock ticks since boot: with bootId it makes the pid an identity. */
  pidStart: count,
  bootId: text,
  startedAt: v.nullable(time),
  endedAt: v.nullable(time),
  exit: v.nullable(exit),
  /** The end was somebody's wish. */
  asked: v.optional(v.boolean()),
  /** Why it could not be spawned. */
  refused: v.optional(text),
  /** It is not tried again by itself. */
  gaveUp: v.boolean(),
  /** What its restart policy said when it ended by itself: let it rest, or try it again. */
  rests: v.optional(v.boolean()),
};

const attributes = v.custom<Record<string, unknown>>(
  (value) => isObject(value) && Object.entries(value).every(([key, each]) => isValueOf(key, each)),
  'a value of the wrong kind',
);

const entries = {
  schema: v.literal(SCHEMA),
  id: v.pipe(text, v.regex(/^[a-z0-9]{4,16}$/)),
  name: v.pipe(text, v.check(isName)),
  /** As typed. */
  command: v.pipe(v.array(text), v.minLength(1)),
  /** Where the command was typed: a relative program is looked for there. */
  commandFrom: absolute,
  /** Where the session was created: its directory unless -C named one. */
  createdIn: absolute,
  /** Named by -C or set. */
  directory: v.optional(absolute),
  /** The creator's environment, filtered, and in which boot it was taken. */
  environment,
  environmentBoot: text,
  /** Given by -e or set, on top of it. */
  ownEnvironment: environment,
  umask: count,
  openFiles: v.optional(count),
  /** Only what was set. */
  attributes,
  desired: v.picklist(['running', 'suspended', 'stopped', 'removed']),
  /** Newest run wished for; newest run that needs no spawn any more. */
  run: count,
  settled: count,
  /** Quick ends in a row, and since when. */
  attempts: count,
  attemptsSince: v.nullable(time),
  /** Starts after an end that nobody asked for. */
  restarts: count,
  createdAt: time,
  /** Until when what was scheduled is done with. */
  scheduledUntil: v.optional(time),
  /** Requests done last: one that is sent again after a gap is not done again. */
  requests: v.array(text),
  last: v.nullable(v.looseObject(lastEntries)),
};

const schema = v.looseObject(entries); // loose: unknown fields are kept

type Fields = v.InferOutput<v.ObjectSchema<typeof entries, undefined>>;
export type LastRun = v.InferOutput<v.ObjectSchema<typeof lastEntries, undefined>>;
export type SessionRecord = Omit<Fields, 'attributes' | 'last'> & {
  attributes: Partial<AttributeValues>;
  last: LastRun | null;
};

export class NewerSchema extends Error {}

/** The record in `json`, unknown fields kept. Throws with the place and reason where it is none. */
export function parseRecord(json: string): SessionRecord {
  const value: unknown = JSON.parse(json);
  const newer = (value as { schema?: unknown } | null)?.schema;
  if (typeof newer === 'number' && newer > SCHEMA) {
    throw new NewerSchema(`it was written by a newer version (schema ${newer}, this one reads ${SCHEMA})`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output as unknown as SessionRecord;
  const issue = result.issues[0];
  throw new Error(`${v.getDotPath(issue) ?? 'record'}: ${shortened(issue.message)}`);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Unknown keys are a newer version's and are kept; known ones must hold what `set` would have put there. */
function isValueOf(key: string, value: unknown): boolean {
  if (!isAttributeKey(key)) return true;
  const row = ATTRIBUTES[key];
  try {
    const text: unknown = (row.format as (value: unknown) => unknown)(value);
    return typeof text === 'string' && row.parse(text) === value;
  } catch {
    return false;
  }
}
