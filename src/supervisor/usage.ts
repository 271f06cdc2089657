// What a session's whole process tree uses, for detailed lists.
import type { SessionView } from '../model/view.ts';
import type { Table } from '../system/process-table.ts';
import { membersOf } from '../system/process-tree.ts';
import type { Session } from './session.ts';

const PAGE = 4096;
const TICKS_PER_SECOND = 100; // sysconf(_SC_CLK_TCK), fixed on Linux

/** `table`: every process, read once for all sessions. */
export function usageOf(session: Session, table: Table): Pick<SessionView, 'usage'> {
  if (session.run === undefined) return {};
  const members = membersOf(session.run.tree, table);
  return {
    usage: {
      processes: members.length,
      cpuSeconds: members.reduce((sum, each) => sum + each.ticks, 0) / TICKS_PER_SECOND,
      memoryBytes: members.reduce((sum, each) => sum + each.pages, 0) * PAGE,
    },
  };
}
