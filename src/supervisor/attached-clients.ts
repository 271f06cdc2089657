// Everyone attached to one session: whose size counts, who may type, who answers what the program asks.
import { bounded, type Size, sameSize } from '../base/size.ts';
import type { SizePolicy } from '../model/size-policy.ts';
import type { SessionView } from '../model/view.ts';
import type { Connection } from '../protocol/connection.ts';
import type { Left } from '../protocol/messages.ts';
import { silencer } from '../terminal/questions.ts';
import type { AttachedClient } from './attached-client.ts';

export interface Attached {
  size(): Size;
  /** Its program is gone. */
  isAtRest(): boolean;
  resize(size: Size): void;
  policy(): SizePolicy;
  /** Lines that have left the screen upwards. */
  scrolled(): number;
  /** What clients have been shown of a sequence that has not ended. */
  unfinished(): Buffer;
}

export class AttachedClients {
  private readonly clients = new Map<Connection, AttachedClient>();
  private readonly session: Attached;
  /** The one that typed or resized last. */
  private leader: AttachedClient | undefined;
  /** What those are shown who must not answer; there while there are such. */
  private silence: ((piece: Buffer) => Buffer) | undefined;

  constructor(session: Attached) {
    this.session = session;
  }

  get count(): number {
    return this.clients.size;
  }

  all(): AttachedClient[] {
    return [...this.clients.values()];
  }

  byId(id: number): AttachedClient | undefined {
    for (const each of this.clients.values()) if (each.id === id) return each;
    return undefined;
  }

  /** `isBack`: after a gap, in which it may not have been the one that typed last. */
  add(client: AttachedClient, isBack: boolean): void {
    for (const each of this.all()) each.giveBack();
    if (this.clients.size > 0) this.silence ??= silencer(this.session.unfinished());
    if (!client.readOnly && (!isBack || sameSize(client.size, this.session.size()))) this.leader = client;
    this.settleSize([client]);
    this.clients.set(client.connection, client);
  }

  remove(connection: Connection): void {
    const client = this.clients.get(connection);
    client?.gone();
    this.clients.delete(connection);
    // Who typed before it leads; the size of the last one stays.
    if (client === this.leader)
      this.leader = this.all()
        .filter((each) => !each.readOnly)
        .at(-1);
    this.settleSize();
  }

  /** `client` typed, or is of another size now. */
  lead(client: AttachedClient, size: Size = client.size): void {
    if (client.readOnly && sameSize(client.size, size)) return;
    const isNew = !sameSize(client.size, size);
    if (this.leader === client && !isNew) return;
    const taller = size.rows - client.size.rows;
    client.size = size;
    if (!client.readOnly && this.leader !== client) {
      this.leader = client;
      this.clients.delete(client.connection); // the last in order is who typed last
      this.clients.set(client.connection, client);
    }
    if (!this.settleSize([], { client, taller }) && isNew) client.fit(this.session.scrolled(), taller);
  }

  /** The policy has changed: a leader may not have been needed so far. */
  follow(): void {
    this.leader ??= this.all()
      .filter((each) => !each.readOnly)
      .at(-1);
    this.settleSize();
  }

  /** The policy or who is there has changed. Whether the session is of another size now; all but `without` see it. */
  settleSize(without: AttachedClient[] = [], grown?: { client: AttachedClient; taller: number }): boolean {
    const wanted = this.wantedSize(without);
    if (wanted === undefined || sameSize(wanted, this.session.size())) return false;
    if (this.session.isAtRest()) return false; // who looks at a last screen changes nothing of it
    const others = this.all().filter((each) => !without.includes(each));
    const scrolled = others.length > 0 ? this.session.scrolled() : 0;
    this.session.resize(wanted);
    for (const each of others) each.fit(scrolled, each === grown?.client ? grown.taller : 0);
    return true;
  }

  /** Shows a piece of output to everyone. Whether a terminal has it that answers the questions in it. */
  output(piece: Buffer): boolean {
    if (this.clients.size === 0) return false;
    const answerer = this.answerer();
    if (this.clients.size === 1 && answerer !== undefined) {
      this.silence = undefined;
      answerer.output(piece);
    } else {
      this.silence ??= silencer(this.session.unfinished());
      const silent = this.silence(piece);
      for (const each of this.clients.values()) each.output(each === answerer ? piece : silent);
    }
    return answerer?.follows === true;
  }

  changed(session: SessionView): void {
    for (const each of this.clients.values()) each.changed(session);
  }

  /** What they show is not what the screen holds: something else was done to it. */
  redraw(): void {
    for (const each of this.clients.values()) each.redraw();
  }

  /** What was typed is with the session, which gets a new terminal: nothing of it is to be sent again. */
  acknowledgeAll(): void {
    for (const each of this.clients.values()) each.taken(each.typed, true);
  }

  /** Lets everyone go. Answers how many there were. */
  leave(left: Left): number {
    const all = [...this.clients.values()];
    this.clients.clear();
    this.leader = undefined;
    for (const each of all) each.leave(left);
    return all.length;
  }

  /** The one terminal that answers: the leader's, else that of any who may type and follows. */
  private answerer(): AttachedClient | undefined {
    if (this.leader?.follows) return this.leader;
    for (const each of this.clients.values()) if (!each.readOnly && each.follows) return each;
    return undefined;
  }

  private wantedSize(also: AttachedClient[]): Size | undefined {
    const policy = this.session.policy();
    if (typeof policy === 'object') return policy;
    if (policy === 'latest') return this.leader && bounded(this.leader.size);
    const typists = [...this.clients.values(), ...also].filter((each) => !each.readOnly);
    if (typists.length === 0) return undefined;
    return bounded({
      columns: Math.min(...typists.map((each) => each.size.columns)),
      rows: Math.min(...typists.map((each) => each.size.rows)),
    });
  }
}
