// The settings in force, read anew at each call. Where nothing is configured, TOML is not even loaded.
import { existsSync } from 'node:fs';
import { type Settings, settle } from '../model/settings.ts';
import type { Sources } from './configuration.ts';

export type { Sources } from './configuration.ts';

/** Throws where a file cannot be read or anything in it is wrong: then nothing of it counts. */
export function readSettings(sources: Sources): Settings {
  const { scopeFile, variable, file, options } = sources;
  const isPlain = !variable && file === undefined && options.length === 0 && !existsSync(scopeFile);
  if (isPlain) return settle([]);
  return (require('./configuration.cjs') as typeof import('./configuration.ts')).readConfiguration(sources);
}
