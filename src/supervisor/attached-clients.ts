// Everyone attached to one session: whose size counts, who may type, and one frame of output for all.
import type { SessionView } from '../model/view.ts';
import type { Connection } from '../protocol/connection.ts';
import { encodeBytes, OUTPUT } from '../protocol/frame.ts';
import type { Left, Size } from '../protocol/messages.ts';
import type { AttachedClient } from './attached-client.ts';

export class AttachedClients {
  private readonly clients = new Map<Connection, AttachedClient>();
  private readonly resize: (size: Size) => void;
  /** The one that typed or resized last. */
  private leader: AttachedClient | undefined;

  constructor(resize: (size: Size) => void) {
    this.resize = resize;
  }

  get count(): number {
    return this.clients.size;
  }

  all(): AttachedClient[] {
    return [...this.clients.values()];
  }

  byId(id: number): AttachedClient | undefined {
    return this.all().find((each) => each.id === id);
  }

  add(client: AttachedClient): void {
    this.clients.set(client.connection, client);
    if (!client.readOnly) this.lead(client);
  }

  remove(connection: Connection): void {
    const client = this.clients.get(connection);
    this.clients.delete(connection);
    if (client === undefined || client !== this.leader) return;
    this.leader = undefined; // the size stays until somebody else types
  }

  /** `client` typed or resized: its size is the session's. */
  lead(client: AttachedClient, size: Size = client.size): void {
    const before = this.leader?.size; // looked at first: the leader may be this one
    client.size = size;
    if (client.readOnly) return;
    this.leader = client;
    if (before?.columns !== size.columns || before.rows !== size.rows) this.resize(size);
  }

  output(piece: Buffer): void {
    if (this.clients.size === 0) return;
    const frame = encodeBytes(OUTPUT, piece);
    for (const each of this.clients.values()) each.output(frame);
  }

  changed(session: SessionView): void {
    for (const each of this.clients.values()) each.changed(session);
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
}
