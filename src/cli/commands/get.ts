import { inert } from '../../base/quote.ts';
import {
  ATTRIBUTE_KEYS,
  type AttributeKey,
  formatAttribute,
  isAttributeKey,
  unknownAttribute,
} from '../../model/attributes.ts';
import { toPythonList } from '../../model/command.ts';
import { directoryOf, type SessionRecord, settingOf } from '../../model/record.ts';
import type { Command, Options } from '../command.ts';

export const get: Command = {
  name: 'get',
  meant: ['attributes', 'properties', 'cat', 'inspect'],
  operands: 'NAME [KEY]',
  least: 1,
  most: 2,
  summary: 'print what a session is: its name, command, and what was set',
  options: [
    { long: 'all', doc: 'also what is at its default' },
    { long: 'show-env', doc: 'the values of its environment, too' },
  ],
  examples: ['session get backend', 'session get backend restart', 'session get backend --all --json'],
  async run({ operands, options, place, print }) {
    const [name, key] = operands as [string, string | undefined];
    const { readRecordNamed } = require('./offline.cjs') as typeof import('../../client/offline.ts');
    const record = readRecordNamed(place, name);
    if (key !== undefined) {
      const value = one(record, key, options);
      if (print.wantsJson) print.json(value);
      else if (Array.isArray(value)) print.data(toPythonList(value));
      else print.data(inert(value));
      return 0;
    }
    const values = given(record, options);
    if (print.wantsJson) print.json(values);
    else
      for (const [each, value] of Object.entries(values))
        print.data(`${each}=${Array.isArray(value) ? toPythonList(value) : inert(value)}`);
    return 0;
  },
};

type Value = string | string[];

function given(record: SessionRecord, options: Options): Record<string, Value> {
  const values: Record<string, Value> = { name: record.name, command: record.command };
  values['start-suspended'] = attribute(record, 'start-suspended');
  const all = options.all === true;
  if (all || record.directory !== undefined) values.directory = directoryOf(record);
  if (all || Object.keys(record.ownEnvironment).length > 0) values.environment = environment(record, options);
  for (const key of ATTRIBUTE_KEYS) {
    if (key !== 'start-suspended' && (all || record.attributes[key] !== undefined))
      values[key] = attribute(record, key);
  }
  return values;
}

function one(record: SessionRecord, key: string, options: Options): Value {
  if (key === 'name') return record.name;
  if (key === 'command') return record.command;
  if (key === 'directory') return directoryOf(record);
  if (key === 'environment') return environment(record, options);
  if (isAttributeKey(key)) return attribute(record, key);
  throw unknownAttribute(key);
}

function attribute(record: SessionRecord, key: AttributeKey): string {
  const value = settingOf(record, key);
  return value === undefined ? '' : formatAttribute(key, value);
}

/** Names only, unless asked: an environment holds secrets. With --all, the creator's as well. */
function environment(record: SessionRecord, options: Options): string[] {
  const whole = options.all === true || options['show-env'] === true;
  const variables = whole ? { ...record.environment, ...record.ownEnvironment } : record.ownEnvironment;
  return Object.entries(variables).map(([key, value]) => (options['show-env'] === true ? `${key}=${value}` : key));
}
