// The keeper's own upgrade: it becomes its successor's program in the same process, so that the sessions'
// processes keep their parent and their terminals. What it holds is handed on in an anonymous file.
import { closeSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../base/paths.ts';
import { execute } from '../system/exec.ts';
import { checked } from '../system/libc.ts';
import type { Child } from './children.ts';
import type { Held } from './standing.ts';

export interface Inheritance extends Held {
  memoryFd: number;
  children: Child[];
  /** It runs in view: Ctrl-C is for it. */
  foreground: boolean;
}

const VARIABLE = 'SESSION_KEEPER_STATE';

const memfdCreate = checked('int memfd_create(const char*, uint)');

/** What a predecessor handed on, or undefined at a first start. */
export function inheritance(env: NodeJS.ProcessEnv): Inheritance | undefined {
  const fd = env[VARIABLE];
  if (fd === undefined) return undefined;
  delete env[VARIABLE];
  const state = JSON.parse(readFileSync(`/proc/self/fd/${fd}`, 'utf8')) as Inheritance;
  closeSync(Number(fd));
  return state;
}

/** Becomes the keeper in `directory` under `node`. Returns only by throwing; then this keeper goes on. */
export function reexecute(
  node: string,
  directory: string,
  place: Place,
  state: Inheritance,
  env: NodeJS.ProcessEnv,
): never {
  const script = join(directory, 'keeper.cjs');
  if (!existsSync(script)) throw new Error(`no ${script}`);
  const fd = memfdCreate('session-keeper', 1 /* MFD_CLOEXEC */);
  writeFileSync(`/proc/self/fd/${fd}`, JSON.stringify(state));
  const names = [state.homeNameFd, state.lifeNameFd].filter((each) => each !== undefined);
  const fds = [fd, state.lockFd, state.listenFd, state.memoryFd, ...names];
  for (const child of state.children) fds.push(child.master, child.slave);
  try {
    execute([node, script, place.scope, place.home, place.run], { ...env, [VARIABLE]: String(fd) }, fds);
  } finally {
    closeSync(fd);
  }
}
