// Becoming another program in the same process: pid, children and chosen descriptors stay (execve).
import { checked, declare, lastErrno, setCloseOnExec, systemError } from './libc.ts';

const execve = declare('int execve(const char*, const char**, const char**)');
const syscall = checked('long syscall(long, long, long, long, long)');

const CLOSE_RANGE = 436;
const CLOSE_RANGE_CLOEXEC = 4;

/** No descriptor from `first` on passes to what we execute. (Node marks only those up to the first gap.) */
export function closeOnExecAll(first: number): void {
  try {
    syscall(CLOSE_RANGE, first, 0x7fffffff, CLOSE_RANGE_CLOEXEC, 0);
  } catch {
    for (let fd = first; fd < 1024; fd++) {
      try {
        setCloseOnExec(fd, true); // a kernel before 5.11
      } catch {
        // Not open.
      }
    }
  }
}

/** Becomes `argv[0]` with `env`, passing on `fds` and the standard ones. Returns only by throwing. */
export function execute(argv: string[], env: NodeJS.ProcessEnv, fds: number[]): never {
  for (const fd of [0, 1, 2, ...fds]) setCloseOnExec(fd, false);
  const environment = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  execve(argv[0] as string, [...argv, null], [...environment, null]);
  const error = systemError(lastErrno(), 'execve');
  for (const fd of fds) setCloseOnExec(fd, true);
  throw error;
}
