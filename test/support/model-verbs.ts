// The verbs as the model knows them: what each makes of the world, and with which exit code and words.
import {
  type Believed,
  begin,
  changed,
  die,
  isLive,
  launch,
  type Restart,
  rest,
  supervise,
  type World,
} from './model.ts';

export type Verb =
  | { is: 'suspend' | 'resume' | 'stop' | 'start' | 'restart' | 'rm' | 'rm -f' | 'status'; names: string[] }
  | { is: 'create' | 'create -s'; name: string; restart: Restart; quick: boolean; tree: boolean }
  | { is: 'set'; name: string; key: 'description' | 'restart' | 'start-suspended'; value: string }
  | { is: 'unset'; name: string }
  | { is: 'rename'; name: string; to: string }
  | { is: 'boot' | 'shutdown' | 'upgrade' | 'status of all' | 'ls' };

export interface Expected {
  world: World;
  /** More than one: either will do. */
  codes: number[];
  out: RegExp;
  /** A line each on stderr. */
  err: RegExp[];
  /** Who came back after a crash, which is told if this verb is what brought them back. */
  back: string[];
}

const NONE = /^$/;

/** What `verb` does in `world`. `orders`: where a new session's program reads. */
export function expected(world: World, verb: Verb, orders = ''): Expected {
  const found: Expected = { world, codes: [0], out: NONE, err: [], back: [] };
  const fails = (code: number, line: RegExp) => {
    found.codes = [Math.max(code, ...found.codes)];
    found.err.push(line);
  };
  found.world = changed(world, (draft) => {
    if (!['status', 'status of all', 'ls', 'shutdown', 'upgrade'].includes(verb.is)) found.back = supervise(draft);
    const { sessions } = draft;
    const missing = namesOf(verb).find((name) => sessions[name] === undefined);
    if (missing !== undefined) return fails(4, new RegExp(`^session: no session '${missing}'\\.`));
    switch (verb.is) {
      case 'create':
      case 'create -s': {
        if (sessions[verb.name] !== undefined)
          return fails(1, new RegExp(`^session: the name '${verb.name}' is taken \\(`));
        const it = born(verb, orders);
        if (verb.is === 'create') begin(it);
        sessions[verb.name] = it;
        found.out = it.state === 'held' ? /^Session '.' created and suspended\.\n$/ : /^Session '.' started\n$/;
        return;
      }
      case 'rm':
      case 'rm -f':
        for (const name of verb.names) {
          const it = sessions[name] as Believed;
          const isIn = isLive(it) ? it.state : it.state === 'backing-off' ? 'restarting' : undefined;
          if (verb.is === 'rm' && isIn !== undefined)
            fails(
              1,
              new RegExp(
                `^The session '${name}' is (${isIn}|starting).*\\. Use \`session rm -f ${name}\` to stop and delete`,
              ),
            );
          else delete sessions[name];
        }
        return;
      case 'suspend':
      case 'resume':
      case 'stop':
      case 'start':
      case 'restart':
        for (const name of verb.names) {
          const line = move(verb.is, sessions[name] as Believed, name);
          if (line !== undefined) fails(1, line);
        }
        return;
      case 'set': {
        const it = sessions[verb.name] as Believed;
        if (verb.key === 'description') it.description = verb.value;
        else if (verb.key === 'restart') it.restart = verb.value as Restart;
        else it.startSuspended = verb.value === 'yes';
        return;
      }
      case 'unset':
        (sessions[verb.name] as Believed).description = '';
        return;
      case 'rename':
        if (verb.to === verb.name) return;
        if (sessions[verb.to] !== undefined)
          return fails(1, new RegExp(`^session: the name '${verb.to}' is taken \\(`));
        sessions[verb.to] = sessions[verb.name] as Believed;
        delete sessions[verb.name];
        return;
      case 'boot': {
        const due = Object.keys(sessions).filter((name) => sessions[name]?.state.match(/down|failed/));
        for (const name of due) launch(sessions[name] as Believed);
        const lines = [...due, ...found.back].length;
        found.back = [];
        found.out = new RegExp(`^(Session '.' (started|is suspended and has not begun\\.)\\n){${lines}}$`);
        if (Object.values(sessions).some((each) => each.perhapsFinal)) found.out = /^/;
        return;
      }
      case 'shutdown':
        if (draft.supervised) die(draft, 'in order');
        return;
      case 'upgrade':
        found.out = /^(Upgraded to session .*; \d+ sessions? runs? on|No supervisor is running: .*)\.\n$/;
        return;
      case 'ls':
        found.out = /^/;
        if (Object.keys(sessions).length === 0) found.err.push(/^No sessions\.$/);
        return;
      case 'status':
        found.out = /^/;
        if (!verb.names.every((name) => isLive(sessions[name] as Believed))) found.codes = [3];
        return;
      case 'status of all': {
        found.out = /^/;
        const each = Object.values(sessions);
        if (each.length === 0) found.err.push(/^No sessions\.$/);
        if (each.some((one) => one.desired === 'running' && one.state !== 'running')) found.codes = [3];
        if (each.some((one) => one.perhapsFinal || one.toldAt !== undefined)) found.codes = [0, 3];
        return;
      }
    }
  });
  return found;
}

function namesOf(verb: Verb): string[] {
  if ('names' in verb) return verb.names;
  return 'name' in verb && verb.is !== 'create' && verb.is !== 'create -s' ? [verb.name] : [];
}

const born = ({ restart, quick }: { restart: Restart; quick: boolean }, orders: string): Believed => ({
  state: 'held',
  desired: 'suspended',
  description: '',
  restart,
  quick,
  startSuspended: false,
  attempts: 0,
  restarts: 0,
  pid: undefined,
  former: undefined,
  toldAt: undefined,
  perhapsFinal: false,
  orders,
});

/** Answers how it is refused, if it is. */
function move(verb: 'suspend' | 'resume' | 'stop' | 'start' | 'restart', it: Believed, name: string) {
  switch (verb) {
    case 'stop':
      if (it.state !== 'stopped' || it.desired !== 'stopped') rest(it, 'stopped', 'stopped');
      return undefined;
    case 'restart':
      launch(it);
      return undefined;
    case 'start':
      if (it.state === 'suspended') goOn(it);
      else if (it.state !== 'running') launch(it);
      return undefined;
    case 'suspend':
    case 'resume': {
      const isThere = isLive(it) || it.state === 'held';
      if (!isThere) return refusal(it, name, verb === 'suspend' ? 'running' : 'suspended');
      if (verb === 'suspend' && it.state === 'running') Object.assign(it, { state: 'suspended', desired: 'suspended' });
      if (verb === 'resume' && it.state === 'suspended') goOn(it);
      if (verb === 'resume' && it.state === 'held') begin(it);
      return undefined;
    }
  }
}

const goOn = (it: Believed) => void Object.assign(it, { state: 'running', desired: 'running' });

function refusal({ state }: Believed, name: string, wanted: string): RegExp {
  const use = `Use session start ${name}\\.`;
  if (state === 'failed') return new RegExp(`^session: '${name}' has failed and is not ${wanted}\\. ${use}$`);
  if (state === 'down') return new RegExp(`^session: '${name}' should run and has not been launched\\. ${use}`);
  const is = state === 'backing-off' ? 'restarting' : 'stopped';
  return new RegExp(`^session: '${name}' is ${is}, not ${wanted}\\. ${use}$`);
}

/** The words for the command line. */
export function wordsOf(verb: Verb, orders: string, programs: { one: string; tree: string }): string[] {
  switch (verb.is) {
    case 'create':
    case 'create -s': {
      const { restart, quick, tree, name } = verb;
      const delays = quick ? ['restart-delay=20ms', 'restart-delay-max=20ms'] : ['restart-delay=1h'];
      const set = [`restart=${restart}`, ...delays, 'restart-steady=1h', 'restart-limit=3'];
      const words = set.flatMap((each) => ['--set', each]);
      return [...verb.is.split(' '), '-n', name, ...words, '--', tree ? programs.tree : programs.one, orders];
    }
    case 'set':
      return ['set', verb.name, verb.key, verb.value];
    case 'unset':
      return ['unset', verb.name, 'description'];
    case 'rename':
      return ['rename', verb.name, verb.to];
    case 'status of all':
      return ['status'];
    default:
      return [...verb.is.split(' '), ...('names' in verb ? verb.names : [])];
  }
}
