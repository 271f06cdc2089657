// Starting a keeper where nobody answers, by one of however many clients want one at the same moment. The
// keeper's own lock decides in the end; this round only spares the others a start in vain.
import { spawn } from 'node:child_process';
import { closeSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { reasonOf, SessionError } from '../base/errors.ts';
import { outOfLogin } from '../base/logout.ts';
import { ONE_ARENA } from '../base/one-arena.ts';
import { openDiary } from '../base/own-file.ts';
import type { Place } from '../base/paths.ts';
import { checkPrivateDirectory, ensurePrivateDirectory } from '../system/private-directory.ts';
import { pokeKeeper } from './keeper.ts';
import type { Sources } from './settings.ts';

/** A client that died in its round is waited for no longer than this, ms. */
const STALE = 5000;

/** Until another keeper has left or made its socket anew, ms. */
const HELD_PAUSE = 50;

/**
 * Starts a keeper if, now that it is our turn, `connects` still answers false. Resolves when one listens, or
 * when another client has the turn and this one should look again.
 */
export async function launchKeeper(
  place: Place,
  env: NodeJS.ProcessEnv,
  sources: Sources,
  connects: () => Promise<boolean>,
): Promise<void> {
  ensurePrivateDirectory(place.home);
  ensurePrivateDirectory(place.run);
  let release: () => Promise<void>;
  endRoundOfTheFuture(place.launchLock);
  try {
    release = await lock(place.run, {
      lockfilePath: place.launchLock,
      stale: STALE,
      realpath: false,
      onCompromised: () => {}, // starved for longer than STALE: the keeper's own lock still decides
    });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw cannotStart(error);
    await new Promise((resolve) => setTimeout(resolve, 15));
    return;
  }
  try {
    if (!(await connects())) await startKeeper(place, keeperEnvironment(env, sources));
  } finally {
    await release().catch(() => {}); // a round that took too long is over already
  }
}

/** The clock was set back since: it would not be old before that time comes again. */
function endRoundOfTheFuture(path: string): void {
  const begun = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (begun <= Date.now() + STALE) return;
  try {
    rmdirSync(path);
  } catch {
    // Somebody else did.
  }
}

/** The scope's home, for what is put there before anything runs. */
export function makeHome(place: Place): void {
  ensurePrivateDirectory(place.home);
}

/** Refuses a home that is another's, or open to others; one that is not there yet is none. */
export function checkHome(place: Place): void {
  checkPrivateDirectory(place.home);
}

async function startKeeper(place: Place, env: NodeJS.ProcessEnv): Promise<void> {
  const argv = [process.execPath, join(__dirname, 'keeper.cjs'), place.scope, place.home, place.run];
  const outside = outOfLogin();
  let answer = await spawnKeeper([...outside, ...argv], env, place);
  if (answer === '' && outside.length > 0) answer = await spawnKeeper(argv, env, place); // no manager to be reached
  if (answer === 'ready') return;
  if (answer === 'held-elsewhere') {
    // Another keeper lives: it is leaving just now, or its socket was swept away.
    pokeKeeper(place);
    await new Promise((resolve) => setTimeout(resolve, HELD_PAUSE));
    return;
  }
  const why = answer.startsWith('failed ') ? answer.slice(7) : `it ended without a word. See ${place.supervisorLog}`;
  throw new SessionError('no-supervisor', `cannot start the keeper: ${why}`);
}

/** Answers the keeper's one word; none: it ended without any. */
async function spawnKeeper(argv: string[], env: NodeJS.ProcessEnv, place: Place): Promise<string> {
  const log = openDiary(place.supervisorLog);
  const child = spawn(argv[0] as string, argv.slice(1), {
    cwd: '/',
    detached: true,
    env,
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.stdout?.on('end', () => resolve(text.trim()));
    child.on('error', reject);
  }).catch((error: unknown) => `failed ${reasonOf(error)}`);
  child.unref();
  return answer;
}

/** The keeper belongs to no session, though it may be started from inside one. */
export function keeperEnvironment(env: NodeJS.ProcessEnv, sources: Sources): NodeJS.ProcessEnv {
  const { SESSION_ID: _id, SESSION_NAME: _name, SESSION_ASIDE_NOFILE: _nofile, ...rest } = env;
  return { ...rest, ...ONE_ARENA, SESSION_PART: 'keeper', SESSION_CONFIG_SOURCES: JSON.stringify(sources) };
}

function cannotStart(error: unknown): SessionError {
  return new SessionError('no-supervisor', `cannot start the keeper: ${reasonOf(error)}.`, undefined, error);
}
