// The supervisor's door: what comes through it is one of these or is refused. Unknown fields are dropped.
import * as v from 'valibot';
import { SessionError } from '../base/errors.ts';
import { shortened } from '../base/quote.ts';
import type { AnyRequest, Hello, ToSupervisor } from './messages.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const line = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.check((text) => !text.includes('\0'), 'a NUL'),
);
const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes('\0'), 'a NUL'),
);
const path = v.pipe(line, v.startsWith('/'));
const argv = v.pipe(v.array(text), v.minLength(1));
/** Pairs of any name; not v.record, which drops what is called `constructor` or `prototype`. */
const pairs = <T>(isPair: (key: string, value: unknown) => boolean, what: string) =>
  v.custom<Record<string, T>>(
    (given) =>
      typeof given === 'object' &&
      given !== null &&
      !Array.isArray(given) &&
      Object.entries(given).every(([key, value]) => isPair(key, value)),
    what,
  );
const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0');
const environment = pairs<string>((key, value) => /^[^=\0]+$/.test(key) && isText(value), 'no environment');
const size = v.object({
  columns: v.pipe(count, v.minValue(1), v.maxValue(65535)),
  rows: v.pipe(count, v.minValue(1), v.maxValue(65535)),
});
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/));
const session = v.pipe(v.string(), v.maxLength(64));

const hello = v.object({ is: v.literal('hello'), protocol: count, version: line });

const changes = v.object({
  attributes: v.optional(pairs<string | null>((_, value) => value === null || isText(value), 'no attributes')),
  name: v.optional(text),
  command: v.optional(v.object({ argv, from: path })),
  directory: v.optional(v.nullable(path)),
  ownEnvironment: v.optional(v.nullable(environment)),
  environment: v.optional(environment),
});

const named = <const K extends string>(is: K) => v.object({ is: v.literal(is), id, session });
const bare = <const K extends string>(is: K) => v.object({ is: v.literal(is), id });

const request = v.variant('is', [
  bare('ping'),
  v.object({
    is: v.literal('create'),
    id,
    name: v.optional(text),
    command: argv,
    from: path,
    directory: v.optional(path),
    environment: v.optional(environment),
    ownEnvironment: environment,
    umask: v.pipe(count, v.maxValue(0o777)),
    openFiles: v.optional(count),
    set: v.array(v.tuple([v.string(), text])),
    suspended: v.boolean(),
    size: v.optional(size),
  }),
  v.object({ is: v.literal('list'), id, usage: v.boolean() }),
  named('start'),
  named('stop'),
  named('restart'),
  named('suspend'),
  named('resume'),
  v.object({ is: v.literal('remove'), id, session, force: v.boolean() }),
  v.object({ is: v.literal('set'), id, session, changes }),
  named('detach'),
  bare('boot'),
  v.object({
    is: v.literal('attach'),
    id,
    session,
    size,
    readOnly: v.boolean(),
    client: count,
    from: v.optional(count),
    acknowledged: count,
    plain: v.optional(v.boolean()),
  }),
  v.object({ is: v.literal('upgrade'), id, node: path, directory: path }),
  v.object({ is: v.literal('shutdown'), id, within: v.optional(count) }),
]);

const streamed = v.variant('is', [
  v.object({ is: v.literal('resize'), size }),
  v.object({ is: v.literal('begin') }),
  v.object({ is: v.literal('giveUp') }),
  v.object({ is: v.literal('redraw') }),
  v.object({ is: v.literal('leave') }),
  v.object({
    is: v.literal('lend'),
    loan: count,
    ledger: count,
    received: count,
    detachKeys: v.pipe(v.array(v.object({ code: count, ctrl: v.boolean() })), v.minLength(1), v.maxLength(4)),
    remembered: v.pipe(v.string(), v.maxLength(64)),
  }),
  v.object({ is: v.literal('giveBack') }),
]);

export type Streamed = Extract<
  ToSupervisor,
  { is: 'resize' | 'begin' | 'giveUp' | 'redraw' | 'leave' | 'lend' | 'giveBack' }
>;

/** Whom to answer where a request cannot be read; null: it has no id that could be one. */
export function idOf(message: unknown): string | null {
  const found = v.safeParse(id, (message as { id?: unknown } | null)?.id);
  return found.success ? found.output : null;
}

export const parseHello = (message: unknown): Hello => parse(hello, message);
export const parseRequest = (message: unknown): AnyRequest => parse(request, message) as AnyRequest;
export const parseStreamed = (message: unknown): Streamed => parse(streamed, message);

function parse<S extends v.GenericSchema>(schema: S, message: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, message);
  if (result.success) return result.output;
  const issue = result.issues[0] as v.BaseIssue<unknown>;
  const why = shortened(issue.message); // it names what came
  throw new SessionError('bad-request', `${v.getDotPath(issue) ?? 'the message'}: ${why}.`);
}
