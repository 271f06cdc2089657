import { resolve } from 'node:path';
import { restored } from '../../base/aside.ts';
import { SessionError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import type { Changes } from '../../protocol/messages.ts';
import type { Command, Input } from '../command.ts';
import { supervisor, theOne, withProgress } from '../named.ts';
import { variable } from './create.ts';

export const set: Command = {
  name: 'set',
  meant: ['change', 'edit', 'configure'],
  operands: 'NAME KEY VALUE…',
  least: 2,
  most: Number.POSITIVE_INFINITY,
  summary: 'set an attribute; NAME command -- CMD ARG… sets the command',
  options: [{ long: 'from-here', doc: 'with environment: take it anew from this shell' }],
  examples: [
    'session set backend restart always',
    'session set backend command -- node server.js --port 8080',
    'session set backend environment PORT=8080',
    'session set backend environment --from-here',
  ],
  async run(input) {
    const [name, key, ...values] = input.operands as [string, string, ...string[]];
    return change(input, name, changesOf(input, key, values));
  },
};

export const unset: Command = {
  name: 'unset',
  meant: ['reset'],
  operands: 'NAME KEY',
  least: 2,
  most: 2,
  summary: 'take back what was set: the default holds again',
  options: [],
  examples: ['session unset backend restart'],
  async run(input) {
    const [name, key] = input.operands as [string, string];
    if (key === 'name' || key === 'command') {
      throw new SessionError('bad-value', `'${key}' has no default to go back to.`, `Use session set ${name} ${key}.`);
    }
    if (key === 'directory') return change(input, name, { directory: null });
    if (key === 'environment') return change(input, name, { ownEnvironment: null });
    return change(input, name, { attributes: { [key]: null } });
  },
};

export const rename: Command = {
  name: 'rename',
  meant: ['mv', 'move'],
  operands: 'OLD NEW',
  least: 2,
  most: 2,
  summary: 'give a session another name',
  options: [],
  examples: ['session rename backend mybackend'],
  async run(input) {
    const [old, name] = input.operands as [string, string];
    return change(input, old, { name });
  },
};

async function change(input: Input, name: string, changes: Changes): Promise<number> {
  const link = await supervisor(input);
  try {
    const session = await theOne(link, name);
    const { note } = await withProgress(
      input.print,
      () => 'Saving …',
      link.request('set', { session: session.id, changes }),
    );
    if (note !== undefined) input.print.note(`${note} (Only a note: it is set.)`);
    return 0;
  } finally {
    link.close();
  }
}

function changesOf(input: Input, key: string, values: string[]): Changes {
  if (input.options['from-here'] === true) {
    if (key !== 'environment' || values.length > 0)
      throw new SessionError('usage', '--from-here goes with environment alone.');
    return { environment: restored(input.env) };
  }
  if (values.length === 0)
    throw new SessionError('usage', `set needs a value for ${quote(key)}.`, 'Usage: session set NAME KEY VALUE');
  if (key === 'command') return { command: { argv: values, from: process.cwd() } };
  if (key === 'environment') return { ownEnvironment: Object.fromEntries(values.map(variable)) };
  if (values.length > 1)
    throw new SessionError('usage', `${quote(key)} takes one value.`, 'Put it in quotes if it has spaces.');
  const value = values[0] as string;
  if (key === 'name') return { name: value };
  if (key === 'directory') return { directory: resolve(process.cwd(), value) };
  return { attributes: { [key]: value } };
}
