// docs/lifecycle.md, printed out of the table itself.
import {
  type EventName,
  type Life,
  type LifeEvent,
  NEW_LIFE,
  type Policy,
  type State,
} from '../../src/model/lifecycle.ts';
import { table, transition } from '../../src/model/lifecycle-table.ts';

interface Case {
  when: string;
  life?: Partial<Life>;
  policy?: Partial<Policy>;
  event?: Partial<{ leftovers: boolean; patient: boolean }>;
}

const MEANING: Record<State, string> = {
  held: 'no process yet; begins on the user’s word',
  starting: 'a spawn is asked for and not yet answered',
  running: 'it has a process',
  suspended: 'its whole process tree is stopped',
  stopping: 'its tree is being ended, perhaps to be started again',
  stopped: 'no process, and none is wished',
  'backing-off': 'waits before the next try',
  failed: 'gave up; the wish is still to run',
  down: 'should run; nobody has launched it since the supervisor began',
  gone: 'removed',
};

const NATURAL: Record<State, Partial<Life>> = {
  held: { desired: 'suspended' },
  starting: { desired: 'running' },
  running: { desired: 'running' },
  suspended: { desired: 'suspended' },
  stopping: { desired: 'running', asked: true },
  stopped: { desired: 'stopped' },
  'backing-off': { desired: 'running', launch: 'retry' },
  failed: { desired: 'running' },
  down: { desired: 'running' },
  gone: { desired: 'removed' },
};

const ANYWHERE: Case[] = [
  { when: '' },
  { when: 'start-suspended', policy: { startSuspended: true } },
  { when: 'the policy lets it rest', policy: { restarts: () => false } },
  { when: 'a scheduled run is over', policy: { restarts: () => false, isFinal: () => true } },
  { when: 'restart-delay 0', policy: { isAtOnce: true } },
  { when: 'too many quick ends', life: { attempts: 9, launch: 'retry' } },
  { when: 'others of its tree live on', event: { leftovers: true } },
  { when: 'a patient boot', life: { launch: 'boot' }, event: { patient: true } },
];
const UNDER_WAY: Case[] = [
  { when: 'wish stopped', life: { desired: 'stopped' } },
  { when: 'wish suspended', life: { desired: 'suspended' } },
  { when: 'wish removed', life: { desired: 'removed' } },
  { when: 'nobody asked for the end', life: { asked: false } },
  { when: 'the supervisor leaves', life: { closing: true } },
];

const CASES = (state: State): Case[] =>
  state === 'starting' || state === 'stopping' ? [...ANYWHERE, ...UNDER_WAY] : ANYWHERE;

const policy: Policy = { startSuspended: false, restarts: () => true, isFinal: () => false, limit: 5, isAtOnce: false };

function outcome(state: State, name: EventName, each: Case): string {
  const life: Life = { ...NEW_LIFE, run: 1, attempts: 1, ...NATURAL[state], ...each.life, state };
  const event = {
    is: name,
    exit: { code: 1 },
    leftovers: false,
    patient: false,
    ...each.event,
  } as unknown as LifeEvent;
  const result = transition(life, event, { ...policy, ...each.policy });
  if ('refused' in result) return `refused: ${result.refused}`;
  const effects = result.effects.map((effect) =>
    effect.do === 'signal' ? `signal ${effect.what}` : 'timer' in effect ? `${effect.do} ${effect.timer}` : effect.do,
  );
  const wish = result.life.desired === life.desired ? '' : `, wish ${result.life.desired}`;
  const same = result.life.state === state && wish === '';
  if (same && effects.length === 0) return '';
  return `**${result.life.state}**${wish}${effects.length > 0 ? `: ${effects.join(', ')}` : ''}`;
}

/** The whole document. */
export function lifecycleDocument(): string {
  const lines = [
    '# The life of a session',
    '',
    'Printed out of `src/model/lifecycle-table.ts` (`UPDATE_DOCS=1 npm test` does so); a test walks every state that can be reached. The *wish* is on disk before its deed; the *state* is only observed. Events that are not listed for a state change nothing there. Effects are done in their order by `src/supervisor/effects.ts`.',
    '',
  ];
  for (const state of Object.keys(table) as State[]) {
    lines.push(`## ${state}`, '', `${MEANING[state][0]?.toUpperCase()}${MEANING[state].slice(1)}.`, '');
    const rows: string[] = [];
    for (const name of Object.keys(table[state]) as EventName[]) {
      const usual = outcome(state, name, { when: '' });
      if (usual !== '') rows.push(`| ${name} | | ${usual} |`);
      for (const each of CASES(state)) {
        const special = outcome(state, name, each);
        if (special !== usual) rows.push(`| ${name} | ${each.when} | ${special === '' ? 'nothing' : special} |`);
      }
    }
    if (rows.length === 0) lines.push('Nothing moves it.', '');
    else lines.push('| event | if | becomes, and what is done |', '| --- | --- | --- |', ...rows, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
