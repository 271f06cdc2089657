// A wish to spawn is looked at before native code sees it: what it cannot take would be the end of the keeper.
import type { SpawnRequest } from './wire.ts';

/** Whether every field is of its kind. A later version may have more of them. */
export function isValidSpawn(request: SpawnRequest): boolean {
  const { file, argv, env, directory, columns, rows, umask, openFiles, owner, tag } = request;
  return (
    [file, directory, tag].every(isText) &&
    [argv, env].every((list) => Array.isArray(list) && list.every(isText)) &&
    argv.length > 0 &&
    [columns, rows].every((each) => isWhole(each, 1, 65535)) &&
    isWhole(umask, 0, 0o7777) &&
    (openFiles === undefined || isWhole(openFiles, 0, Number.MAX_SAFE_INTEGER)) &&
    (owner === undefined || isWhole(owner, 0, 2 ** 32 - 2))
  );
}

/** Ids stand in packets a line each: one that could not would make every later supervisor stumble. */
export const isKey = (id: unknown) => typeof id === 'string' && /^[\x21-\x7e]{1,100}$/.test(id);

const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0');

const isWhole = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
