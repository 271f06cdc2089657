// The schedule of a session: its attributes looked at, its timetable, and what a time that has come brings about.
import { SessionError } from '../base/errors.ts';
import { machineZone } from '../base/machine.ts';
import { quote } from '../base/quote.ts';
import { hasProcess } from '../model/lifecycle.ts';
import { type SessionRecord, settingOf, zoneOf as zoneInForce } from '../model/record.ts';
import type { Session } from './session.ts';
import { Timetable } from './timetable.ts';

/** Loaded where a session has a schedule. */
const schedules = () => require('./schedule.cjs') as typeof import('../model/schedule.ts');

const zoneOf = (record: SessionRecord) => zoneInForce(record, machineZone);

/** Throws bad-value where a record has a schedule that is none, or never fires. */
export function checkSchedule(record: SessionRecord, now: number): void {
  const schedule = settingOf(record, 'schedule');
  if (schedule === '') return;
  const fault = schedules().faultOf(schedule, zoneOf(record), now);
  if (fault === undefined) return;
  throw new SessionError(
    'bad-value',
    `${quote(schedule)} is no schedule: ${fault}.`,
    "One is like: '0 3 * * *', @daily",
  );
}

/** Whether it waits for its time from the beginning, instead of starting when it is made. */
export const waitsForItsTime = (record: SessionRecord) =>
  settingOf(record, 'schedule') !== '' && ['run', 'start'].includes(settingOf(record, 'schedule-action'));

export function timetableOf(session: Session): Timetable {
  const { house } = session;
  return new Timetable({
    now: () => house.clock.now(),
    at: (time, then) => house.at(time, then),
    nextAfter(after) {
      const schedule = settingOf(session.record, 'schedule');
      if (schedule === '') return undefined;
      try {
        return schedules().nextAfter(schedule, zoneOf(session.record), after);
      } catch (error) {
        house.log.error('a schedule that never fires', { session: session.name, schedule, error: String(error) });
        return undefined;
      }
    },
    catchesUp: () => settingOf(session.record, 'schedule-catch-up'),
    doneUntil() {
      const { scheduledUntil, createdAt } = session.record;
      return Date.parse(scheduledUntil ?? createdAt);
    },
    act(isDue, until) {
      if (house.leaving()) return;
      const record = { ...session.record, scheduledUntil: new Date(until).toISOString() };
      try {
        session.record = record;
        if (!isDue || !act(session)) session.amend(session.record); // nothing else has saved it
      } catch (error) {
        house.log.error('what is scheduled could not be done', { session: session.name, error: String(error) });
      }
    },
  });
}

/** Whether there was something to do. A run that still goes on is not begun once more. */
function act(session: Session): boolean {
  const { life, house, record } = session;
  const action = settingOf(record, 'schedule-action');
  house.log.info('it is its time', { session: session.name, action, state: life.state });
  const isBusy = hasProcess(life.state) || life.state === 'starting';
  if (life.state === 'held') return false; // it begins on the user's word
  if (action === 'run' && isBusy) return false;
  if (action === 'restart' && life.desired !== 'running') return false;
  if (action === 'start' && isBusy && life.state !== 'suspended') return false;
  if (action === 'stop' && life.desired === 'stopped') return false;
  session.dispatch({ is: action === 'run' ? 'start' : action });
  return true;
}
