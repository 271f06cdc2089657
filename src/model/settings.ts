// The settings of a configuration file, one row each, and how layers of them make what is in force. (Attributes are a
// session's own; the configuration says with which ones new sessions begin.)

import { SessionError } from '../base/errors.ts';
import type { Level } from '../base/log.ts';
import { quote } from '../base/quote.ts';
import { ATTRIBUTE_KEYS, type AttributeKey, formatAttribute, parseAttribute } from './attributes.ts';
import { formatKeys, type Key, parseKeys } from './key.ts';
import { nearest } from './nearest.ts';
import { formatDuration, parseDuration } from './quantity.ts';

export interface SettingValues {
  'detach-key': Key[];
  'boot-wait': number;
  'log-level': Level;
  hostname: string;
}

export type SettingKey = keyof SettingValues;

interface Row<T> {
  default: string;
  takes: string;
  /** undefined: no value of this setting. */
  parse(text: string): T | undefined;
  format(value: T): string;
  doc: string;
}

const LEVELS: Level[] = ['error', 'warn', 'info', 'debug'];

export const SETTINGS: { [K in SettingKey]: Row<SettingValues[K]> } = {
  'detach-key': {
    default: 'ctrl-\\',
    takes: 'keys such as ctrl-\\ or ctrl-a d, the first with ctrl-',
    parse: parseKeys,
    format: formatKeys,
    doc: 'leaves an attached session',
  },
  'boot-wait': {
    default: '5m',
    takes: 'a duration such as 30s, 5m, 1h',
    parse: parseDuration,
    format: formatDuration,
    doc: 'how long a boot tries again where a program or directory is not there yet',
  },
  'log-level': {
    default: 'info',
    takes: LEVELS.join(', '),
    parse: (text) => LEVELS.find((each) => each === text),
    format: (value) => value,
    doc: "what the supervisor's own log has (supervisor.log in its home)",
  },
  hostname: {
    default: '',
    takes: 'a host name',
    parse: (text) => (text === '' || /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(text) ? text : undefined),
    format: (value) => value,
    doc: "this host's part of a home on a network file system; SESSION_HOSTNAME is over it",
  },
};

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** Keys of the table [defaults]: attributes of sessions that are created from then on. */
const DEFAULTS = 'defaults.';

/** What one place says: `origin` tells a person where that is. Values are as written. */
export interface Layer {
  origin: string;
  entries: [key: string, text: string][];
}

export interface Setting {
  key: string;
  text: string;
  origin: string;
}

export interface Settings {
  values: SettingValues;
  /** Set for new sessions, as `create --set` would. */
  defaults: [AttributeKey, string][];
  /** All that is in force, with its origin. */
  list: Setting[];
}

export const STANDING = 'default';

/** The settings in force: later layers over earlier ones. Throws bad-value or unknown-attribute, naming the layer. */
export function settle(layers: Layer[]): Settings {
  const found = new Map<string, Setting>(
    SETTING_KEYS.map((key) => [key, { key, text: SETTINGS[key].default, origin: STANDING }]),
  );
  for (const { origin, entries } of layers) {
    for (const [key, text] of entries) found.set(key, { key, text: canonical(key, text, origin), origin });
  }
  const values = Object.fromEntries(
    SETTING_KEYS.map((key) => [key, SETTINGS[key].parse(found.get(key)?.text ?? '')]),
  ) as unknown as SettingValues;
  const list = [...found.values()];
  const defaults = list
    .filter(({ key }) => key.startsWith(DEFAULTS))
    .map(({ key, text }): [AttributeKey, string] => [key.slice(DEFAULTS.length) as AttributeKey, text]);
  return { values, defaults, list };
}

/** Checked, and as it would be printed. */
function canonical(key: string, text: string, origin: string): string {
  if (key.startsWith(DEFAULTS)) {
    const name = key.slice(DEFAULTS.length);
    if (!ATTRIBUTE_KEYS.includes(name as AttributeKey)) throw unknown(key, origin);
    try {
      const { key: attribute, value } = parseAttribute(name, text);
      return formatAttribute(attribute, value);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      throw new SessionError('bad-value', `${origin}: ${error.message}`, error.hint);
    }
  }
  if (!SETTING_KEYS.includes(key as SettingKey)) throw unknown(key, origin);
  const row = SETTINGS[key as SettingKey] as Row<unknown>;
  const value = row.parse(text);
  if (value === undefined)
    throw new SessionError(
      'bad-value',
      `${origin}: ${quote(text)} is no value for '${key}'.`,
      `It takes ${row.takes}.`,
    );
  return row.format(value);
}

function unknown(key: string, origin: string): SessionError {
  const keys = [...SETTING_KEYS, ...ATTRIBUTE_KEYS.map((each) => `${DEFAULTS}${each}`)];
  const near = nearest(key, keys) ?? (ATTRIBUTE_KEYS.includes(key as AttributeKey) ? `${DEFAULTS}${key}` : undefined);
  const hint =
    near === undefined ? `There are: ${SETTING_KEYS.join(' ')} ${DEFAULTS}ATTRIBUTE.` : `Did you mean '${near}'?`;
  return new SessionError('unknown-attribute', `${origin}: no setting ${quote(key)}.`, hint);
}

/** NAME=VALUE of a command line. */
export function optionLayer(words: string[]): Layer {
  const entries = words.map((word): [string, string] => {
    const equals = word.indexOf('=');
    if (equals > 0) return [word.slice(0, equals).trim(), word.slice(equals + 1).trim()];
    throw new SessionError('usage', `--config-option takes NAME=VALUE, not ${quote(word)}.`, 'See session config.');
  });
  return { origin: '--config-option', entries };
}
