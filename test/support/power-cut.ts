// A disk as POSIX promises it and no more: what was written is there after a power cut only if it was synced, and a
// name (made, renamed, removed) only if its directory was. Fed with what fixtures/file-trace.ts wrote down, it can be
// cut at any moment, and tells what may be found then.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type Traced =
  | { is: 'made'; path: string; empty: boolean }
  | { is: 'written'; path: string; bytes: string }
  | { is: 'synced' | 'removed' | 'directory'; path: string }
  | { is: 'renamed'; from: string; to: string }
  | { is: 'acknowledged' };

interface File {
  kind: 'file';
  bytes: Buffer;
  /** As it was synced last. */
  safe: Buffer;
}

interface Directory {
  kind: 'directory';
  names: Map<string, Node>;
  /** As they were synced last. */
  safe: Map<string, Node>;
  /** What was done to them since, each step whole or not at all, whatever became of the others. */
  unsafe: ((names: Map<string, Node>) => void)[];
}

type Node = File | Directory;

/** Of what is not safe, how much has reached the disk: of one step, or of so many more bytes. */
export type Luck = (most: number) => number;

const emptyDirectory = (): Directory => ({ kind: 'directory', names: new Map(), safe: new Map(), unsafe: [] });

export class Disk {
  /** Above the home, and safe. */
  private readonly top = emptyDirectory();

  private readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  /** Does what the trace says. */
  apply(event: Traced): void {
    switch (event.is) {
      case 'made': {
        const found = this.find(event.path);
        if (found === undefined) this.name(event.path, { kind: 'file', bytes: Buffer.alloc(0), safe: Buffer.alloc(0) });
        else if (event.empty && found.kind === 'file') found.bytes = Buffer.alloc(0);
        return;
      }
      case 'written': {
        const found = this.find(event.path);
        if (found?.kind === 'file') found.bytes = Buffer.concat([found.bytes, Buffer.from(event.bytes, 'base64')]);
        return;
      }
      case 'synced': {
        const found = this.find(event.path);
        if (found?.kind === 'file') found.safe = found.bytes;
        if (found?.kind !== 'directory') return;
        found.safe = new Map(found.names);
        found.unsafe = [];
        return;
      }
      case 'directory':
        if (this.find(event.path) === undefined) this.name(event.path, emptyDirectory());
        return;
      case 'removed':
        return this.change(dirname(event.path), (names) => void names.delete(basename(event.path)));
      case 'renamed': {
        const node = this.find(event.from);
        if (node === undefined) return;
        return this.change(dirname(event.to), (names) => {
          names.delete(basename(event.from));
          names.set(basename(event.to), node);
        });
      }
    }
  }

  /** The text of each file of a directory, as a process sees it. */
  read(path: string): Map<string, string> {
    const found = this.find(path);
    const files = found?.kind === 'directory' ? [...found.names] : [];
    return new Map(files.flatMap(([name, node]) => (node.kind === 'file' ? [[name, node.bytes.toString()]] : [])));
  }

  /** Puts into `target` what the disk may hold if the power goes now. */
  cut(target: string, luck: Luck): void {
    const put = (directory: Directory, path: string) => {
      const names = new Map(directory.safe);
      for (const step of directory.unsafe) if (luck(1) === 1) step(names);
      for (const [name, node] of names) {
        const at = join(path, name);
        if (node.kind === 'directory') {
          mkdirSync(at, { mode: 0o700 });
          put(node, at);
        } else {
          const kept = node.bytes.length > node.safe.length ? luck(node.bytes.length - node.safe.length) : 0;
          const isGrown = node.bytes.subarray(0, node.safe.length).equals(node.safe);
          const bytes = isGrown ? node.bytes.subarray(0, node.safe.length + kept) : kept > 0 ? node.bytes : node.safe;
          writeFileSync(at, bytes, { mode: 0o600 });
        }
      }
    };
    put(this.top, target);
  }

  private find(path: string): Node | undefined {
    let node: Node | undefined = this.top;
    for (const name of this.wordsOf(path)) node = node?.kind === 'directory' ? node.names.get(name) : undefined;
    return node;
  }

  private wordsOf = (path: string) =>
    path
      .slice(dirname(this.home).length)
      .split('/')
      .filter((word) => word !== '');

  private name(path: string, node: Node): void {
    this.change(dirname(path), (names) => void names.set(basename(path), node));
  }

  private change(path: string, step: (names: Map<string, Node>) => void): void {
    const directory = this.find(path);
    if (directory?.kind !== 'directory') throw new Error(`no directory ${path}`);
    step(directory.names);
    directory.unsafe.push(step);
  }
}
