// The configuration read from where it is: the scope's file, another that was named, options of a command line.
import { readFileSync, statSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { errnoOf, reasonOf, SessionError } from '../base/errors.ts';
import { inert, quote } from '../base/quote.ts';
import { ATTRIBUTES } from '../model/attributes.ts';
import { type Layer, optionLayer, type Settings, settle } from '../model/settings.ts';

/** Where to look, each over the one before it. */
export interface Sources {
  /** It need not be there. */
  scopeFile: string;
  /** SESSION_CONFIG_FILE. */
  variable?: string | undefined;
  /** --config-file. */
  file?: string | undefined;
  /** --config-option. */
  options: string[];
}

/** What is in force. Throws where a file cannot be read or anything in it is wrong: then nothing of it counts. */
export function readConfiguration({ scopeFile, variable, file, options }: Sources): Settings {
  const layers: Layer[] = [readLayer(scopeFile, scopeFile, true)];
  if (variable) layers.push(readLayer(variable, `SESSION_CONFIG_FILE (${variable})`, false));
  if (file !== undefined) layers.push(readLayer(file, `--config-file ${file}`, false));
  if (options.length > 0) layers.push(optionLayer(options));
  const settings = settle(layers);
  for (const { origin, entries } of layers) for (const [key, text] of entries) checkDefault(origin, key, text);
  return settings;
}

/** Throws what `create` would say of a value that by its form alone is one: no session can have it. */
function checkDefault(origin: string, key: string, text: string): void {
  if (key === 'defaults.schedule') {
    const { faultOf } = require('./schedule.cjs') as typeof import('../model/schedule.ts');
    const fault = faultOf(text, 'UTC', Date.now());
    if (fault === undefined) return;
    const line = `${origin}: ${quote(text)} is no value for 'schedule': ${fault}.`;
    throw new SessionError('bad-value', line, `It takes ${ATTRIBUTES.schedule.takes}.`);
  }
  if ((key === 'defaults.user' || key === 'defaults.group') && process.getuid?.() !== 0) {
    const attribute = key.slice('defaults.'.length);
    const line = `${origin}: only root's sessions can have a '${attribute}'.`;
    throw new SessionError('bad-value', line, "It belongs into the system's configuration: /etc/session/config.toml");
  }
}

function readLayer(path: string, origin: string, mayLack: boolean): Layer {
  let text: string;
  try {
    if (mayLack && !(statSync(path, { throwIfNoEntry: false })?.isFile() ?? true)) throw new Error('it is not a file');
    text = readFileSync(path, 'utf8'); // one that is named may be a pipe
  } catch (error) {
    const isMissing = errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
    if (mayLack && isMissing) return { origin, entries: [] };
    throw new SessionError('bad-configuration', `cannot read ${inert(origin)}: ${reasonOf(error)}.`, undefined, error);
  }
  try {
    return { origin, entries: [...flat('', parse(text))] };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    throw new SessionError(
      'bad-configuration',
      `${inert(origin)}, line ${error.line}: ${what}.`,
      "A line is like: detach-key = 'ctrl-a d'",
    );
  }
}

/** Tables as dotted keys, values as text. */
function* flat(prefix: string, table: object): Generator<[string, string]> {
  for (const [key, value] of Object.entries(table)) {
    const name = `${prefix}${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
      yield* flat(`${name}.`, value);
    } else if (typeof value === 'boolean') yield [name, value ? 'yes' : 'no'];
    else yield [name, Array.isArray(value) ? JSON.stringify(value) : String(value)];
  }
}
