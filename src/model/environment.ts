// What of the creator's environment a session keeps, and what it is given.

/** Belongs to the terminal or login that happened to create the session, not to the session. */
const NOT_TAKEN = [
  /^TERM/,
  /^COLUMNS$/,
  /^LINES$/,
  /^TMUX/,
  /^STY$/,
  /^WINDOW$/,
  /^SSH_(CONNECTION|CLIENT|TTY)$/,
  /^XDG_SESSION_/,
  /^XDG_VTNR$/,
  /^SHLVL$/,
  /^OLDPWD$/,
  /^_$/,
  /^SUDO_/,
  /^SESSION_(NAME|ID|PART|TEST_HOOKS|KEEPER_STATE|CONFIG_SOURCES)$/,
];

/** Points at something that is gone after a reboot. */
const THIS_BOOT_ONLY = [
  /^DISPLAY$/,
  /^WAYLAND_DISPLAY$/,
  /^SSH_AUTH_SOCK$/,
  /^KRB5CCNAME$/,
  /^XDG_RUNTIME_DIR$/,
  /^DBUS_/,
];

export type Environment = Record<string, string>;

/** The part of `environment` that a session created from it keeps in its record. */
export function taken(environment: Environment): Environment {
  return without(environment, NOT_TAKEN);
}

export interface Given {
  id: string;
  name: string;
  term: string;
  directory: string;
}

/** The environment of a run: the kept one (less what a reboot ended), `-e`, and what every session is given. */
export function environmentOfRun(kept: Environment, own: Environment, sameBoot: boolean, given: Given): Environment {
  const base = sameBoot ? kept : without(kept, THIS_BOOT_ONLY);
  const environment: Environment = { ...base, ...own };
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG;
  if (!locale) environment.LANG = 'C.UTF-8';
  environment.PWD = given.directory;
  environment.TERM = given.term;
  environment.COLORTERM = 'truecolor';
  environment.SESSION_NAME = given.name;
  environment.SESSION_ID = given.id;
  return environment;
}

function without(environment: Environment, patterns: RegExp[]): Environment {
  // Not by assignment: a variable may be called __proto__.
  const kept = Object.entries(environment).filter(([key]) => !patterns.some((pattern) => pattern.test(key)));
  return Object.fromEntries(kept);
}
