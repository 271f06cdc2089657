// What is measured: a manager of processes or terminals, by the commands that its users type.
import type { Environment } from './processes.ts';

export interface System {
  name: string;
  /** Undefined: it is not installed. */
  version: string | undefined;
  env: Environment;
  /** Starts a session `name` that runs `command` by a shell. */
  create(name: string, command: string): string[];
  /** Lists the sessions; absent: it has no such command. */
  list?: string[];
  /** Attaches to one; absent: it has no terminals. */
  attach?(name: string): string[];
  /** What was on the screen is drawn anew for who attaches. */
  redraws: boolean;
  /** Starts one again; absent: it cannot. */
  restart?(name: string): string[];
  /** A process that dies is started again at once. */
  replaces: boolean;
  /** Its own processes, not the sessions'. */
  pids(): number[];
  /** Ends everything. */
  end(): void;
}

/** Makes a system with all that it keeps under `place`. */
export type Maker = (place: string) => System;
