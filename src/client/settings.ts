// What a command line says about configuration, and what is in force for it.
import { resolve } from 'node:path';
import { configFileOf } from '../base/paths.ts';
import type { Sources } from '../store/settings.ts';

export { readSettings } from '../store/settings.ts';
export type { Sources };

/** Where this command looks; what it starts looks there, too. */
export function sourcesOf(
  env: NodeJS.ProcessEnv,
  uid: number,
  given: { file?: string | undefined; options: string[] },
): Sources {
  return {
    scopeFile: configFileOf(env, uid),
    variable: env.SESSION_CONFIG_FILE && resolve(env.SESSION_CONFIG_FILE),
    file: given.file === undefined ? undefined : resolve(given.file),
    options: given.options,
  };
}
