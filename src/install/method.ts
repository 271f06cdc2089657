// A way to boot that machines have, and what it needs to know. Each is one file; index.ts chooses.
import type { Scope } from '../base/paths.ts';
import type { Step } from './steps.ts';

export const METHOD_NAMES = ['systemd-user', 'systemd-system', 'openrc', 'sysvinit', 'crontab'] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

export interface Context {
  scope: Scope;
  /** Where the sessions are. */
  home: string;
  user: string;
  /** The user's home directory. */
  userHome: string;
  /** Absolute: bin/session as it is now. */
  session: string;
  /** The package's init/. */
  templates: string;
  /** Where the configuration of users' programs is. */
  configHome: string;
  /** What is not at its usual place, as a login has it now: the next boot would look elsewhere. */
  environment: Record<string, string>;
}

/** One thing that the next boot needs. */
export interface Check {
  what: string;
  /** What to do where it is not so; undefined: it is. */
  mend: string | undefined;
  /** It is so, as far as can be seen: this cannot be. */
  isNote?: boolean;
}

export const hiddenCheck = (path: string): Check => ({
  what: `${path} cannot be seen from here, and may change this`,
  mend: undefined,
  isNote: true,
});

/** What boots sessions, whoever put it there: all that is needed to look at it. */
export interface Way {
  /** What status calls it. */
  name: string;
  /** Whether anything of it is there. */
  isInstalled(context: Context): boolean;
  /** What it runs to boot: the launcher, or what somebody wrote there by hand. Undefined: nothing that can be found. */
  program(context: Context): string | undefined;
  /** What keeps it from being seen what it runs, if something does. */
  unsure?(context: Context): Check[];
  /** How somebody who wrote it by hand tells it what to run. */
  told: string;
  /** What the next boot needs besides the program and the home. */
  checks(context: Context): Check[];
}

/** One that `boot install` can put there. */
export interface Method extends Way {
  name: MethodName;
  scopes: Scope[];
  /** Undefined: this machine is booted so, and it can be installed; else why not. */
  lacks(context: Context): string | undefined;
  /** Undefined: it can be installed, if only for a machine that this is an image of; else why not. */
  misses(context: Context): string | undefined;
  /** The file that it writes, which says what to run. */
  file?(context: Context): string;
  /** Whether somebody put it there by hand: it is not ours to take away. */
  isByHand?(context: Context): boolean;
  /** What is left to do so that it boots; nothing where it does already. */
  install(context: Context): Step[];
  /** What takes all of it away again. */
  uninstall(context: Context): Step[];
  /** What an uninstall leaves, and how to undo that by hand. */
  leaves?(context: Context): string | undefined;
}

/** The script in the home that finds session and Node when it is run. */
export const launcherOf = ({ home }: Context) => `${home}/launch`;

/** A word for sh. */
export const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
