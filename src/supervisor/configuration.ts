// The supervisor's settings: read when it begins and again at SIGHUP. What is wrong is refused whole, and the last
// ones stay: a slip in a file must not keep sessions from running.
import { reasonOf, SessionError } from '../base/errors.ts';
import type { Level, Log } from '../base/log.ts';
import { type SettingValues, settle } from '../model/settings.ts';
import { readSettings, type Sources } from '../store/settings.ts';

export interface Configuration {
  readonly values: SettingValues;
  reload(): void;
}

/** `level`: of the log, whatever is configured. */
export function configuration(sources: Sources, log: Log, level: Level | undefined): Configuration {
  let { values } = settle([]);
  const reload = () => {
    try {
      ({ values } = readSettings(sources));
      log.level = level ?? values['log-level'];
      log.info('configuration read', { file: sources.scopeFile });
    } catch (error) {
      const why = error instanceof SessionError ? error.line : reasonOf(error);
      log.error('configuration refused: the last one stays', { why });
    }
  };
  reload();
  return {
    get values() {
      return values;
    },
    reload,
  };
}

/** As the keeper was told; one that is older than configuration tells nothing. */
export function sourcesFrom(told: string | undefined): Sources {
  try {
    const { scopeFile, variable, file, options } = JSON.parse(told ?? '') as Sources;
    return { scopeFile, variable, file, options };
  } catch {
    return { scopeFile: '', options: [] };
  }
}
