// One deed for each of several named sessions: all names are resolved first, and one that is unknown means
// that nothing is done; a failure in the deed does not stop the rest, and the gravest exit code wins.
import { SessionError } from '../base/errors.ts';
import { type Link, openLink } from '../client/link.ts';
import { resolveNames, resolveOne } from '../model/pattern.ts';
import type { SessionView } from '../model/view.ts';
import type { Input } from './command.ts';
import { exitCodeOf } from './exit-codes.ts';

type Caller = Pick<Input, 'place' | 'env' | 'sources' | 'print'>;

/** How a keeper is launched where nobody answers; and `tell`, which says on stderr what that brought about. */
export function launcher({ place, env, sources, print }: Caller) {
  let launched = false;
  return {
    launch: async (connects: () => Promise<boolean>) => {
      const { launchKeeper } = require('./launch.cjs') as typeof import('../client/launch.ts');
      launched = true;
      await launchKeeper(place, env, sources, connects);
    },
    get launched() {
      return launched;
    },
    tell: (link: Link) => launched && tellBeginning(link, print),
  };
}

/** A link to the supervisor, started where none is. What a start brought about is said on stderr. */
export async function supervisor(caller: Caller): Promise<Link> {
  const starting = launcher(caller);
  const link = await openLink({ place: caller.place, launch: starting.launch });
  if (link === undefined) throw new SessionError('no-supervisor', 'no supervisor could be started.');
  if (!starting.launched) return tellsLate(link, starting);
  await link.request('ping', {});
  starting.tell(link);
  return link;
}

/** Whoever was there gave no answer, and another was launched meanwhile: that is said in the end. */
const tellsLate = (link: Link, starting: ReturnType<typeof launcher>): Link =>
  Object.create(link, {
    close: {
      value() {
        starting.tell(link);
        link.close();
      },
    },
  });

function tellBeginning(link: Link, print: Input['print']): void {
  const { relaunched = [], unreadable = [] } = link.hello ?? {};
  if (relaunched.length > 0)
    print.note(`the last supervisor had no orderly end; relaunched: ${relaunched.join(', ')}.`);
  for (const { file, why } of unreadable) print.note(`${file} cannot be read (${why}). The other sessions are well.`);
}

/** The sessions meant by `names`, at least one. */
export async function resolved(link: Link, names: string[]): Promise<SessionView[]> {
  const { sessions } = await link.request('list', { usage: false });
  return resolveNames(names, sessions);
}

/** Says on a terminal what is going on when `work` takes longer than a second. */
export async function withProgress<T>(print: Input['print'], say: () => string, work: Promise<T>): Promise<T> {
  const progress = setInterval(() => print.progress(say()), 1000);
  try {
    return await work;
  } finally {
    clearInterval(progress);
    print.progressOver();
  }
}

/** Does `deed` for each; `during` says what is being done when it takes longer than a second. */
export async function forEachNamed(
  input: Input,
  during: string,
  deed: (link: Link, session: SessionView) => Promise<void>,
): Promise<number> {
  const link = await supervisor(input);
  const names = input.operands;
  const unfinished = new Set<string>();
  try {
    const sessions = await resolved(link, names);
    const codes = sessions.map(async (session) => {
      unfinished.add(session.name);
      try {
        await deed(link, session);
        return 0;
      } catch (error) {
        if (!(error instanceof SessionError)) throw error;
        input.print.error(error);
        return exitCodeOf(error.code);
      } finally {
        unfinished.delete(session.name);
      }
    });
    const say = () => `${during} ${[...unfinished].join(', ')} …`;
    return Math.max(0, ...(await withProgress(input.print, say, Promise.all(codes))));
  } finally {
    link.close();
  }
}

/** Says what could not be reached by a stop or suspend. */
export function tellLeft(print: Input['print'], session: SessionView, left: string[], verb: string): void {
  if (left.length > 0) print.note(`'${session.name}': ${verb}, but this may still belong to it: ${left.join(', ')}.`);
}

/** For verbs that take exactly one session. */
export async function theOne(link: Link, name: string): Promise<SessionView> {
  const { sessions } = await link.request('list', { usage: false });
  return resolveOne(name, sessions);
}
