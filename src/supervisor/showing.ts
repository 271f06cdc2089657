// What of a session its screen and its clients get to see, and what they do to it.
import { reasonOf } from '../base/errors.ts';
import { machineZone } from '../base/machine.ts';
import type { Size } from '../base/size.ts';
import { isAtRest } from '../model/lifecycle.ts';
import { settingOf } from '../model/record.ts';
import { parseSizePolicy, type SizePolicy } from '../model/size-policy.ts';
import type { Observed } from '../model/view.ts';
import type { AttachedClient, Shown } from './attached-client.ts';
import type { Attached } from './attached-clients.ts';
import { KeptScreen } from './kept-screen.ts';
import { missedOf } from './missed.ts';
import type { Session } from './session.ts';

/** Counts as one more who types: the emulator, when it answers. Clients have other numbers. */
const EMULATOR = 1;

/** The screen, which begins with what is kept of it. */
export function keptScreenOf(session: Session): KeptScreen {
  const { house, output, record, size } = session;
  return new KeptScreen({
    directory: `${house.place.logs}/${record.id}`,
    output,
    clock: house.clock,
    size,
    settings: () => ({
      scrollback: settingOf(session.record, 'scrollback'),
      logLimit: settingOf(session.record, 'log-limit'),
      log: settingOf(session.record, 'log'),
    }),
    answer: (text) => answer(session, Buffer.from(text, 'latin1')),
    hold: (isHeld) => session.run?.master.hold(isHeld),
    warn: (what, error) => house.log.warn(what, { session: session.name, why: reasonOf(error) }),
  });
}

/** A program that asks and asks and reads no answer gets no more; above what a typist may have waiting (hold-up.ts). */
const MOST_UNREAD = 256 * 1024;

function answer({ run }: Session, bytes: Buffer): void {
  if (run === undefined || run.master.waiting() > MOST_UNREAD) return;
  run.master.write({ client: EMULATOR, before: run.slot.taken(EMULATOR) ?? 0, bytes });
}

/** What of it is in no record. */
export function observedOf({ life, clients, retryDue, timetable, house: { clock } }: Session): Observed {
  return {
    ...life,
    clients: clients.count,
    retryAt: retryDue === null ? null : Math.floor(clock.now() + retryDue - clock.passed()),
    nextRun: timetable.next,
    machineZone,
  };
}

/** What one attached client is shown. */
export function shownOf(session: Session): Shown {
  const { output, house } = session;
  return {
    get end() {
      return output.end;
    },
    missed: (from, mayAnswer) => missedOf(session, from, mayAnswer),
    get screen() {
      return session.screen.screen;
    },
    get size() {
      return session.size;
    },
    get isAtRest() {
      return isAtRest(session.life.state);
    },
    get isPlain() {
      const { run, life, clients } = session;
      return life.state === 'running' && clients.count === 1 && run?.master.waiting() === 0;
    },
    type: (client, bytes) => typeInto(session, client, bytes),
    look: () => session.run?.master.look(),
    view: () => session.view(),
    after: house.clock.after.bind(house.clock),
  };
}

/** Answers how many bytes at their end the program has not taken. */
export function typeInto(session: Session, client: AttachedClient, bytes: Buffer): number {
  const typed = { client: client.id, before: client.typed, bytes };
  client.typed += bytes.length;
  session.clients.lead(client);
  session.run?.master.write(typed);
  return client.typed - (session.run?.slot.taken(client.id) ?? client.typed);
}

/** What the clients together do to it. */
export function attachedOf(session: Session): Attached {
  return {
    size: () => session.size,
    isAtRest: () => isAtRest(session.life.state),
    resize: (size: Size) => session.resize(size),
    policy: () => sizePolicyOf(session),
    scrolled: () => session.screen.screen.scrolled,
    unfinished: () => session.screen.screen.unfinished,
  };
}

/** The attribute, which was looked at when it was set. */
export const sizePolicyOf = ({ record }: Session): SizePolicy =>
  parseSizePolicy(settingOf(record, 'size-policy')) ?? 'latest';
