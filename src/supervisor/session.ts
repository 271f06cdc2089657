// One session while a supervisor is there: its record, its life, its run, its output and its clients. Every
// change of its life goes through dispatch, every deed through effects.ts.
import type { Undo } from '../base/clock.ts';
import { SessionError } from '../base/errors.ts';
import { bounded, type Size } from '../base/size.ts';
import type { Life, LifeEvent, Policy, Timer } from '../model/lifecycle.ts';
import { transition } from '../model/lifecycle-table.ts';
import { isOneShot, type SessionRecord, settingOf } from '../model/record.ts';
import { isRestarted, verdictIn } from '../model/restart.ts';
import { type SessionView, viewOf } from '../model/view.ts';
import { Output } from '../store/output.ts';
import { saveRecord } from '../store/record-store.ts';
import { AttachedClients } from './attached-clients.ts';
import { perform } from './effects.ts';
import type { House } from './house.ts';
import type { KeptScreen } from './kept-screen.ts';
import { cannotSave, refusedInWords } from './refusals.ts';
import type { Run } from './run.ts';
import { timetableOf } from './scheduling.ts';
import { attachedOf, keptScreenOf, observedOf, sizePolicyOf } from './showing.ts';
import type { Timetable } from './timetable.ts';

const DEFAULT_SIZE: Size = { columns: 80, rows: 24 };

export class Session {
  readonly house: House;
  record: SessionRecord;
  life: Life;
  run: Run | undefined;
  readonly output: Output;
  readonly clients: AttachedClients;
  size: Size;
  readonly timers = new Map<Timer | 'emptying' | 'unsaved' | 'unbooted', Undo>();
  /** When the next try is due, by the clock that nobody sets. */
  retryDue: number | null = null;
  /** Whoever answers, a terminal or the emulator, has had the output from here on; before that, another supervisor. */
  answeredFrom = 0;
  /** When a patient launch (boot) began, by the clock that nobody sets. */
  launchedAt: number | undefined;
  /** Processes that a suspend or stop could not reach, in words. */
  left: string[] = [];
  /** A suspend's rounds under way. */
  suspending: Promise<unknown> | undefined;
  /** Runs whose end is not on the disk yet. */
  private unacknowledged: string[] = [];
  private readonly waiting = new Set<() => void>();
  readonly timetable: Timetable;
  private madeScreen: KeptScreen | undefined;

  constructor(house: House, record: SessionRecord, life: Life, size: Size = DEFAULT_SIZE) {
    this.house = house;
    this.record = record;
    this.life = life;
    this.size = bounded(size);
    this.output = new Output(
      `${house.place.logs}/${record.id}`,
      settingOf(record, 'log-limit'),
      settingOf(record, 'log'),
    );
    this.clients = new AttachedClients(attachedOf(this));
    this.timetable = timetableOf(this);
    const policy = sizePolicyOf(this);
    if (typeof policy === 'object') this.size = policy;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  view(): SessionView {
    return viewOf(this.record, observedOf(this));
  }

  /** Takes an event through the table. Throws where it is refused, or where the wish cannot be saved. */
  dispatch(event: LifeEvent): void {
    if (this.house.leaving() && LAUNCHING.has(event.is))
      throw new SessionError('stopping', 'the supervisor is leaving.');
    const outcome = transition(this.life, event, this.policy());
    if ('refused' in outcome) throw refusedInWords(this.name, this.life.state, outcome.refused);
    const before = this.life.state;
    const isFact = FACTS.has(event.is);
    for (const effect of outcome.effects) {
      // Saving comes first: where it fails a wish is not taken; a fact is a fact all the same.
      if (effect.do === 'save') this.save(outcome.life, isFact);
    }
    this.life = outcome.life;
    for (const effect of outcome.effects) if (effect.do !== 'save') perform(this, effect);
    if (before !== this.life.state) {
      this.house.log.info('state', {
        session: this.name,
        id: this.id,
        event: event.is,
        from: before,
        to: this.life.state,
      });
    }
    this.changed();
  }

  /** Tells everyone who watches. */
  changed(): void {
    this.house.changed(this);
    this.clients.changed(this.view());
    for (const each of [...this.waiting]) each();
  }

  /** It has come to rest: who is attached is told how, and let go. */
  farewell(): void {
    this.clients.leave({ reason: 'ended', exit: this.record.last?.exit ?? null, session: this.view() });
  }

  /** Resolves once `holds`, looking again at every change; with false where it did not within `limit` ms. */
  until(holds: () => boolean, limit: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (held: boolean) => {
        this.waiting.delete(look);
        undo();
        resolve(held);
      };
      const look = () => holds() && finish(true);
      const undo = this.house.clock.after(limit, () => finish(false));
      this.waiting.add(look);
    });
  }

  /** Saves `record` in place of its own and takes it over; throws, with nothing changed, where it cannot. */
  amend(record: SessionRecord): void {
    this.store(record);
    this.record = record;
  }

  /** A request is about to be done: its id goes to disk with the wish it brings. */
  noteRequest(id: string): void {
    this.record = {
      ...this.record,
      requests: [...this.record.requests.filter((each) => each !== id), id].slice(-REQUESTS),
    };
  }

  /** Lets the keeper forget a run, once its end is on the disk. */
  acknowledge(key: string): void {
    if (this.timers.has('unsaved')) this.unacknowledged.push(key);
    else this.house.keeper.acknowledge(key);
  }

  /** Made when it is first needed: what was put out until then, it reads from what is kept. */
  get screen(): KeptScreen {
    this.madeScreen ??= keptScreenOf(this);
    return this.madeScreen;
  }

  /** What of the screen is nowhere else goes to disk, as far as it was used. */
  keepScreen(): void {
    this.madeScreen?.keep();
  }

  resize(size: Size): void {
    this.size = size;
    this.screen.resize(size);
    this.run?.master.resize(size);
  }

  policy(): Policy {
    return {
      startSuspended: settingOf(this.record, 'start-suspended'),
      restarts: (exit) => isRestarted(settingOf(this.record, 'restart'), exit),
      isFinal: (exit) => 'code' in exit && isOneShot(this.record),
      limit: settingOf(this.record, 'restart-limit'),
      isAtOnce: settingOf(this.record, 'restart-delay') === 0 && !this.house.leaving(),
    };
  }

  private save(life: Life, isFact: boolean): void {
    const record: SessionRecord = {
      ...this.record,
      desired: life.desired,
      run: life.run,
      settled: life.state === 'starting' || life.state === 'stopping' ? this.record.settled : life.run,
      attempts: life.attempts,
      attemptsSince: life.attempts === 0 ? null : (this.record.attemptsSince ?? this.record.last?.startedAt ?? null),
    };
    if (record.last !== null) record.last = { ...record.last, ...verdictIn(life.state) };
    if (record.last !== null && this.life.state === 'stopping' && life.state !== 'stopping') {
      record.last = { ...record.last, asked: this.life.asked };
    } else if (record.last !== null && !isFact && life.state === 'stopped') {
      record.last = { ...record.last, asked: true }; // while it waited for another try, or had failed
    }
    if (life.state === 'starting' && life.launch === 'retry') record.restarts += 1;
    try {
      this.store(record);
      this.record = record;
    } catch (error) {
      if (!isFact) throw error;
      this.record = record;
      this.house.log.error('a fact could not be saved', { session: this.name, error: String(error) });
      this.saveLater();
    }
  }

  /** The keeper may have forgotten this fact by now: it must reach the disk before we leave. */
  private saveLater(): void {
    this.timers.get('unsaved')?.();
    const again = () => {
      try {
        this.store(this.record);
        this.timers.delete('unsaved');
        for (const key of this.unacknowledged.splice(0)) this.house.keeper.acknowledge(key);
        this.changed();
      } catch {
        this.saveLater();
      }
    };
    this.timers.set('unsaved', this.house.clock.after(1000, again));
  }

  private store(record: SessionRecord): void {
    try {
      saveRecord(this.house.place.records, record);
    } catch (error) {
      throw cannotSave(error, this.house.place.records);
    }
  }
}

/** More than are ever under way at once on one session. */
const REQUESTS = 64;

/** What may begin a process: nothing is begun any more in an orderly end, which nobody would end. */
const LAUNCHING = new Set<LifeEvent['is']>(['start', 'restart', 'resume', 'boot']);

/** What the world or the clock says, which cannot be refused. */
const FACTS = new Set<LifeEvent['is']>([
  'spawned',
  'spawnFailed',
  'exited',
  'emptied',
  'steady',
  'overdue',
  'retry',
  'settle',
  'shutdown',
]);
