// What was answered to `ls` is left in a file beside the socket until anything changes: `ls` and `status` whose output goes
// into a pipe are answered from it by the launcher (bin/session), which takes a tenth of the time that a Node needs to
// start. It is believed as long as the keeper lives that it names, the socket is the one that it names, and the supervisor
// goes by the name that it gives it: before a change is told, that takes another name, which no disk can refuse, and the
// file goes. The keeper takes it away, too, when a process or the supervisor has ended.
//
//   1 PID START BOOT SUPERVISOR NAME    of the keeper: its pid, when it began (ticks), the machine's boot; then the
//                                 supervisor's pid, and what /proc/PID/comm has to say
//   SOCKET                        the path
//   TOP UP REST                   the head of the table: before the column UP, that column, behind it
//   TOP BASE REST NAME LIVE FINE SENTENCE    for each session, by name
//
// The words of a line are set apart by tabs, and none is empty. BASE: what /proc/uptime showed, in hundredths of a second,
// when it began; `-` where it has no process. LIVE and FINE: 0 where `status` is to end with 0, for it alone, and as one of
// all. SENTENCE: what `status` says; `-` where that is another at each moment.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { removeQuietly } from '../base/own-file.ts';
import type { Place } from '../base/paths.ts';
import { inert } from '../base/quote.ts';
import { version } from '../base/version.ts';
import type { State } from '../model/lifecycle.ts';
import { aligned, COLUMNS, cellsOf, UP } from '../model/listing.ts';
import { isAsDesired, isOfTheMoment, statusOf } from '../model/status.ts';
import type { SessionView } from '../model/view.ts';
import { lastLife } from '../system/living-keeper.ts';
import { readProcess } from '../system/process-table.ts';
import type { KeeperHello } from './keeper-link.ts';

/** A shell reads byte by byte: with more sessions than this, Node is as quick. */
const MOST = 100;

/** Soon over, whether or not somebody notices that it should be. (And a time is another for each reader.) */
const PASSING = new Set<State>(['starting', 'stopping', 'backing-off']);

export interface Posted {
  /** Leaves what was answered just now. */
  post(sessions: SessionView[]): void;
  /** Something is about to change, or has just changed. */
  withdraw(): void;
}

/** Where whoever asks is to be told more than the launcher could. */
export const nothingPosted: Posted = { post() {}, withdraw() {} };

/** `keeper`: of this place, in this boot of the machine. */
export function posted(
  place: Place,
  keeper: Pick<KeeperHello, 'pid' | 'version' | 'life'> & { bootId: string },
): Posted {
  const { listing, socket } = place;
  const start = readProcess(keeper.pid)?.start;
  const mayPost = keeper.version === version && start !== undefined && !/[\t\n]/.test(socket); // an older keeper takes nothing away
  let isPosted = true; // by a predecessor
  let posts = 0;
  return {
    post(sessions) {
      if (isPosted || sessions.length === 0 || sessions.length > MOST) return;
      if (!mayPost || sessions.some((each) => PASSING.has(each.state) || each.schedule !== null)) return;
      if (lastLife(place) !== keeper.life) return; // another keeper's by now
      const name = `session-${++posts % 1e7}`; // 15 bytes at most
      const head = `1\t${keeper.pid}\t${start}\t${keeper.bootId}\t${process.pid}\t${name}\n${socket}\n`;
      try {
        goBy(name);
        writeFileSync(`${listing}.new`, head + linesOf(sessions, uptime()), { mode: 0o600, flag: 'wx' });
        renameSync(`${listing}.new`, listing);
        isPosted = true;
      } catch {
        removeQuietly(`${listing}.new`); // a full disk: Node answers
      }
    },
    withdraw() {
      if (!isPosted) return;
      isPosted = false;
      try {
        goBy('session');
      } catch {
        // Nor could it have gone by another.
      }
      removeQuietly(listing);
    },
  };
}

/** What `ps` shows of this process. */
const goBy = (name: string) => writeFileSync('/proc/self/comm', name);

function linesOf(views: SessionView[], now: number): string {
  const sessions = [...views].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [head = [], ...rows] = aligned([COLUMNS, ...sessions.map((each) => cellsOf(each, each.up))]);
  const words = (row: string[], up: string) => [
    row.slice(0, UP).join(''),
    up,
    row
      .slice(UP + 1)
      .join('')
      .trimEnd(),
  ];
  const lines = sessions.map((each, i) => {
    const base = each.live && each.up !== undefined ? String(now - Math.floor(each.up / 10)) : '-';
    const says = isOfTheMoment(each) ? '-' : inert(statusOf(each, 0));
    return [...words(rows[i] ?? [], base), each.name, each.live ? 0 : 1, isAsDesired(each) ? 0 : 1, says];
  });
  return [words(head, 'UP'), ...lines].map((line) => `${line.join('\t')}\n`).join('');
}

/** As the launcher sees it, in hundredths of a second. */
const uptime = () => Number((readFileSync('/proc/uptime', 'latin1').split(' ')[0] as string).replace('.', ''));
