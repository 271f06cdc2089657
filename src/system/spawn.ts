// Starts a program on a pty with posix_spawn: no copy of our heap, no thread per child, and the reason
// (ENOENT, EACCES, ENOEXEC …) at once where it cannot be started.
import { checked, declare, systemError } from './libc.ts';
import { lendOpenFiles } from './open-files.ts';

const posixSpawn = declare('int posix_spawn(_Out_ int*, const char*, void*, void*, const char**, const char**)');
const actionsInit = checked('int posix_spawn_file_actions_init(void*)');
const actionsOpen = checked('int posix_spawn_file_actions_addopen(void*, int, const char*, int, uint)');
const actionsDup2 = checked('int posix_spawn_file_actions_adddup2(void*, int, int)');
const actionsChdir = checked('int posix_spawn_file_actions_addchdir_np(void*, const char*)');
const actionsDestroy = declare('int posix_spawn_file_actions_destroy(void*)');
const attributesInit = checked('int posix_spawnattr_init(void*)');
const attributesFlags = checked('int posix_spawnattr_setflags(void*, short)');
const attributesDefault = checked('int posix_spawnattr_setsigdefault(void*, void*)');
const attributesMask = checked('int posix_spawnattr_setsigmask(void*, void*)');
const attributesDestroy = declare('int posix_spawnattr_destroy(void*)');
const sigfillset = checked('int sigfillset(void*)');
const sigemptyset = checked('int sigemptyset(void*)');

const SETSID_SIGDEF_SIGMASK = 0x80 | 0x04 | 0x08;

export interface Spawn {
  /** Absolute: posix_spawn would otherwise search our own PATH, not the session's. */
  file: string;
  argv: string[];
  env: string[];
  directory: string;
  umask: number;
  /** Soft limit of open files; Node has raised its own and children inherit that. */
  openFiles: number | undefined;
}

/** Runs `spawn` as leader of a new POSIX session whose terminal is `tty`. Returns its pid, or throws errno. */
export function spawnOnTerminal(tty: string, spawn: Spawn): number {
  const actions = Buffer.alloc(256); // opaque to us; glibc's is 80 bytes, musl's 88
  const attributes = Buffer.alloc(512); // glibc's is 336
  const all = Buffer.alloc(128);
  const none = Buffer.alloc(128);
  sigfillset(all);
  sigemptyset(none);
  actionsInit(actions);
  attributesInit(attributes);
  const umaskBefore = process.umask(spawn.umask);
  try {
    // setsid comes first, so the open makes it the controlling terminal.
    actionsOpen(actions, 0, tty, 2 /* O_RDWR */, 0);
    actionsDup2(actions, 0, 1);
    actionsDup2(actions, 0, 2);
    actionsChdir(actions, spawn.directory);
    attributesFlags(attributes, SETSID_SIGDEF_SIGMASK);
    attributesDefault(attributes, all);
    attributesMask(attributes, none);
    const pid = [0];
    const argv = [...spawn.argv, null];
    const env = [...spawn.env, null];
    const putBack = lendOpenFiles(spawn.openFiles);
    let errno: number;
    try {
      errno = posixSpawn(pid, spawn.file, actions, attributes, argv, env);
    } finally {
      putBack();
    }
    if (errno !== 0) throw systemError(errno, 'posix_spawn');
    return pid[0] as number;
  } finally {
    process.umask(umaskBefore);
    actionsDestroy(actions);
    attributesDestroy(attributes);
  }
}
