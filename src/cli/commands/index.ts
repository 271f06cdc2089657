// The verbs, in the order of the help.
import type { Command } from '../command.ts';
import { attach } from './attach.ts';
import { boot } from './boot.ts';
import { create } from './create.ts';
import { detach } from './detach.ts';
import { get } from './get.ts';
import { logs } from './logs.ts';
import { ls } from './ls.ts';
import { restart, resume, start, stop, suspend } from './process-control.ts';
import { rm } from './rm.ts';
import { rename, set, unset } from './set.ts';
import { shutdown } from './shutdown.ts';
import { status } from './status.ts';
import { supervise } from './supervise.ts';
import { upgrade } from './upgrade.ts';

export const COMMANDS: Command[] = [
  create,
  attach,
  detach,
  ls,
  status,
  suspend,
  resume,
  stop,
  start,
  restart,
  logs,
  get,
  set,
  unset,
  rename,
  rm,
  boot,
  shutdown,
  upgrade,
  supervise,
];
