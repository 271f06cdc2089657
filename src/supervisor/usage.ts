// What a session's whole process tree uses, for detailed lists.
import type { SessionView } from '../model/view.ts';
import { ageOf } from '../system/boot-clock.ts';
import type { Table } from '../system/process-table.ts';
import { membersOf } from '../system/process-tree.ts';
import type { Session } from './session.ts';

const PAGE = 4096;
const TICKS_PER_SECOND = 100; // sysconf(_SC_CLK_TCK), fixed on Linux

/** For how long it runs; and where there is a `table` of every process, read once for all sessions, what it uses. */
export function usageOf(session: Session, table: Table | undefined): Pick<SessionView, 'up' | 'usage'> {
  if (session.run === undefined) return {};
  const up = ageOf(session.run.tree.start);
  if (table === undefined) return { up };
  const members = membersOf(session.run.tree, table);
  return {
    up,
    usage: {
      processes: members.length,
      cpuSeconds: members.reduce((sum, each) => sum + each.ticks, 0) / TICKS_PER_SECOND,
      memoryBytes: members.reduce((sum, each) => sum + each.pages, 0) * PAGE,
    },
  };
}
