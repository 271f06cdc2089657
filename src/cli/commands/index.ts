// All verbs, in the order of the help. Each is evaluated when it is wanted: a start-up pays for one verb, not all.
// A bundle of its own, verbs.cjs; the most frequent ones are in the first bundle as well (frequent.ts).
import type { Command } from '../command.ts';
import { ATTACH_ALIASES, CREATE_ALIASES, LS_ALIASES } from './frequent.ts';

interface Verb {
  name: string;
  aliases?: string[];
  load(): Promise<Command>;
}

const VERBS: Verb[] = [
  { name: 'create', aliases: CREATE_ALIASES, load: async () => (await import('./create.ts')).create },
  { name: 'attach', aliases: ATTACH_ALIASES, load: async () => (await import('./attach.ts')).attach },
  { name: 'detach', load: async () => (await import('./detach.ts')).detach },
  { name: 'ls', aliases: LS_ALIASES, load: async () => (await import('./ls.ts')).ls },
  { name: 'status', load: async () => (await import('./status.ts')).status },
  { name: 'suspend', load: async () => (await import('./process-control.ts')).suspend },
  { name: 'resume', load: async () => (await import('./process-control.ts')).resume },
  { name: 'stop', load: async () => (await import('./process-control.ts')).stop },
  { name: 'start', load: async () => (await import('./process-control.ts')).start },
  { name: 'restart', load: async () => (await import('./process-control.ts')).restart },
  { name: 'logs', aliases: ['log'], load: async () => (await import('./logs.ts')).logs },
  { name: 'get', load: async () => (await import('./get.ts')).get },
  { name: 'set', load: async () => (await import('./set.ts')).set },
  { name: 'unset', load: async () => (await import('./set.ts')).unset },
  { name: 'rename', load: async () => (await import('./set.ts')).rename },
  { name: 'rm', aliases: ['delete'], load: async () => (await import('./rm.ts')).rm },
  { name: 'boot', load: async () => (await import('./boot.ts')).boot },
  { name: 'shutdown', load: async () => (await import('./shutdown.ts')).shutdown },
  { name: 'upgrade', load: async () => (await import('./upgrade.ts')).upgrade },
  { name: 'doctor', load: async () => (await import('./doctor.ts')).doctor },
  { name: 'config', load: async () => (await import('./config.ts')).config },
  { name: 'completion', load: async () => (await import('./completion.ts')).completion },
  { name: 'supervise', load: async () => (await import('./supervise.ts')).supervise },
];

/** The verb that `word` names, also by an alias. */
export async function loadVerb(word: string): Promise<Command | undefined> {
  const verb = VERBS.find((each) => each.name === word || each.aliases?.includes(word));
  return verb === undefined ? undefined : withAliases(verb, await verb.load());
}

/** All of them: for help, suggestions and completion. */
export const loadVerbs = (): Promise<Command[]> =>
  Promise.all(VERBS.map(async (verb) => withAliases(verb, await verb.load())));

const withAliases = ({ aliases }: Verb, command: Command): Command =>
  aliases === undefined ? command : { ...command, aliases };
