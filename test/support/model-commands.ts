// The steps of the model test, each done to the real scope and to the model: verbs, also cut off at one operation of
// client, supervisor or keeper; ends of programs; deaths of supervisor, keeper and the whole machine.
import assert from 'node:assert/strict';
import type { AsyncCommand } from 'fast-check';
import type { Part } from './crash-points.ts';
import type { Ran } from './home.ts';
import { type Believed, changed, die, type End, end, supervise, type World } from './model.ts';
import { untilIs } from './model-look.ts';
import type { Scope } from './model-scope.ts';
import { type Expected, expected, type Verb, wordsOf } from './model-verbs.ts';

/** What fast-check carries along. */
export interface Model {
  world: World;
}

export type Step = AsyncCommand<Model, Scope, false>;

/** Where a verb is cut off: that part is killed at that operation, or in the middle of it. */
export interface Cut {
  part: Part;
  at: number;
  torn: boolean;
}

export class VerbStep implements Step {
  readonly verb: Verb;
  readonly cut: Cut | undefined;
  /** Also where it makes no sense: an unknown name, one that is taken. */
  readonly senseless: boolean;

  constructor(verb: Verb, cut: Cut | undefined, senseless: boolean) {
    this.verb = verb;
    this.cut = cut;
    this.senseless = senseless;
  }

  check({ world }: Readonly<Model>): boolean {
    return this.senseless || ![1, 4].includes(Math.max(...expected(world, this.verb).codes));
  }

  async run(model: Model, scope: Scope): Promise<void> {
    const { verb, cut } = this;
    const { h, tally } = scope;
    const before = model.world;
    const orders = scope.newOrders();
    if (cut !== undefined) h.arm(cut.part, cut.at, cut.torn ? 'torn' : undefined);
    const ran = await h.run(wordsOf(verb, orders, scope.programs));
    const died = cut === undefined ? undefined : scope.died();
    const after = expected(before, verb, orders);
    tally.steps++;
    if (ran.code !== 0 && died === undefined) tally.refused++;
    if (died !== undefined) tally[died]++;
    if (died === undefined) assertRan(ran, after, `${this}`);
    else if (died === 'supervisor') assertCode(ran, after, `${this}`);
    else {
      // How far it came is seen by looking, once somebody supervises again and has done what was asked.
      await scope.wake();
      const worlds = died === 'cli' ? done(before, verb, orders) : doneAndDied(before, verb, orders);
      model.world = await untilIs(
        scope,
        worlds.map((each) => changed(each, supervise)),
        `${this}`,
      );
      return;
    }
    const died2 = cut?.part === 'keeper' ? [crashed(after.world)] : []; // this very moment
    model.world = await untilIs(scope, [after.world, ...died2], `${this}`);
  }

  toString(): string {
    const { verb, cut } = this;
    const said = 'tree' in verb ? `${verb.is} ${verb.name}` : wordsOf(verb, '', { one: '', tree: '' }).join(' ');
    const kind =
      'tree' in verb ? ` (${verb.restart}${verb.quick ? ', at once' : ''}${verb.tree ? ', three processes' : ''})` : '';
    const how = cut === undefined ? '' : ` [${cut.part} killed at ${cut.at}${cut.torn ? ', half done' : ''}]`;
    return said + kind + how;
  }
}

/** Not done, done for some of those named, or done for all. */
function done(before: World, verb: Verb, orders: string): World[] {
  const names = 'names' in verb ? verb.names : [];
  const some = names.length > 1 ? names.map((name) => ({ ...verb, names: [name] }) as Verb) : [];
  return [before, ...[...some, verb].map((each) => expected(before, each, orders).world)];
}

/** The same where the keeper died with everything before, while or after it was done; the client may have asked the next. */
function doneAndDied(before: World, verb: Verb, orders: string): World[] {
  const died = [...done(before, verb, orders), changed(before, supervise)].flatMap((each) => [each, crashed(each)]);
  return [...died, ...died.flatMap((each) => done(each, verb, orders))];
}

const crashed = (world: World) => changed(world, (draft) => die(draft, 'crash'));

function assertCode({ code, stderr, signal }: Ran, { codes }: Expected, step: string): void {
  assert.ok(code !== null && codes.includes(code), `${step}: exit ${code ?? signal} and not ${codes}\n${stderr}`);
}

function assertRan(ran: Ran, after: Expected, step: string): void {
  assertCode(ran, after, step);
  assert.match(ran.stdout, after.out, `${step}: ${ran.stdout}`);
  const lines = ran.stderr.split('\n').slice(0, -1);
  const relaunched = /^session: the last supervisor had no orderly end; relaunched: (.*)\.$/;
  const back = lines.flatMap((line) => relaunched.exec(line)?.[1]?.split(', ') ?? []).sort();
  const maybe = Object.keys(after.world.sessions).filter((name) => after.world.sessions[name]?.perhapsFinal);
  assert.deepEqual([...new Set([...back, ...maybe])].sort(), [...new Set([...after.back, ...maybe])].sort(), step);
  const others = lines.filter((line) => !relaunched.test(line));
  assert.equal(others.length, after.err.length, `${step}: ${ran.stderr}`);
  for (const each of after.err)
    assert.ok(
      others.some((line) => each.test(line)),
      `${step}: ${ran.stderr}, not ${each}`,
    );
}

export class EndStep implements Step {
  private readonly name: string;
  private readonly how: End;
  /** The supervisor is killed at that moment, and its successor finds the end. */
  private readonly unseen: boolean;

  constructor(name: string, how: End, unseen: boolean) {
    this.name = name;
    this.how = how;
    this.unseen = unseen;
  }

  check({ world }: Readonly<Model>): boolean {
    const state = world.sessions[this.name]?.state;
    return state === 'running' || (state === 'suspended' && this.how === 'SIGKILL');
  }

  async run(model: Model, scope: Scope): Promise<void> {
    const { pid, orders } = model.world.sessions[this.name] as Believed;
    scope.tally.steps++;
    scope.tally.ends++;
    const now = Date.now();
    if (this.unseen && scope.killSupervisor()) scope.tally.supervisorAtRest++;
    await scope.tell(pid as number, orders, this.how);
    const after = changed(model.world, ({ sessions }) => end(sessions[this.name] as Believed, this.how, now));
    model.world = await untilIs(scope, [after], `${this}`);
  }

  toString = () => `'${this.name}' ends: ${this.how}${this.unseen ? ' [supervisor killed before]' : ''}`;
}

export class DeathStep implements Step {
  private readonly of: 'supervisor' | 'keeper' | 'machine, in order' | 'machine, by the plug';

  constructor(of: DeathStep['of']) {
    this.of = of;
  }

  check = () => true;

  async run(model: Model, scope: Scope): Promise<void> {
    const { tally } = scope;
    tally.steps++;
    let { world } = model;
    if (this.of === 'supervisor') {
      if (scope.killSupervisor()) tally.supervisorAtRest++;
    } else if (this.of === 'keeper') {
      if (await scope.killKeeper()) {
        tally.keeperAtRest++;
        world = crashed(world);
      }
    } else {
      const inOrder = this.of === 'machine, in order';
      await scope.reboot(inOrder);
      tally.boots++;
      world = changed(world, (draft) => die(draft, inOrder ? 'in order' : 'crash', true));
    }
    model.world = await untilIs(scope, [world], `${this}`);
  }

  toString = () => `${this.of} dies`;
}

/** Somebody sets the clock. What is timed by the hour does not come due by that. */
export class ClockStep implements Step {
  private readonly minutes: number;

  constructor(minutes: number) {
    this.minutes = minutes;
  }

  check = () => true;

  async run(model: Model, scope: Scope): Promise<void> {
    scope.tally.steps++;
    scope.tally.clocks++;
    scope.h.setClock(this.minutes * 60_000);
    const after = changed(model.world, ({ sessions }) => {
      // An end that was ten seconds ago by the new clock is final for a supervisor that begins now.
      for (const it of Object.values(sessions)) if (it.toldAt !== undefined) it.toldAt = 0;
    });
    model.world = await untilIs(scope, [after], `${this}`);
  }

  toString = () => `the clock is set ${this.minutes} min ahead`;
}
