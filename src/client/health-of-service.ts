// Keeper and supervisor: whether they answer, are of one version, and can read all that they should.
import { existsSync } from 'node:fs';
import { SessionError } from '../base/errors.ts';
import { isOfLogin, killsAtLogout } from '../base/logout.ts';
import type { Place } from '../base/paths.ts';
import { version } from '../base/version.ts';
import { livingKeeper } from '../system/living-keeper.ts';
import { type Finding, finding, note } from './health.ts';
import { openLink } from './link.ts';
import { knownSessions } from './sessions.ts';

export async function serviceHealth(place: Place): Promise<Finding[]> {
  const keeper = livingKeeper(place);
  if (keeper === undefined) {
    const found = [note('no supervisor runs', 'One starts when it is needed.')];
    if (existsSync(place.socket)) found.push(note(`${place.socket} was left behind`, 'The next start takes it over.'));
    return [...found, ...(await records(place))];
  }
  const found = [note(`the keeper is PID ${keeper}`)];
  if (killsAtLogout() && isOfLogin(keeper))
    found.push(
      finding('it outlives the login that began it', 'Once lingering is on: session shutdown, then session boot'),
    );
  try {
    const link = await openLink({ place });
    if (link === undefined) {
      found.push(
        finding(
          'its supervisor answers',
          `nobody listens at ${place.socket}: session ls asks the keeper to make it anew.`,
        ),
      );
      return found;
    }
    try {
      await link.request('ping', {});
      const { hello } = link;
      found.push(finding('its supervisor answers', undefined));
      const others = [hello?.version, hello?.keeper.version].filter((each) => each !== version);
      const what = `command, supervisor and keeper are one version (${version}, ${hello?.version}, ${hello?.keeper.version})`;
      found.push(finding(what, others.length > 0 ? 'session upgrade' : undefined));
      const { unowned = [] } = hello ?? {};
      if (unowned.length > 0)
        found.push(
          finding(
            'every process has its record',
            `The home was lost while no supervisor stood by: PID ${unowned.join(', ')} runs on until session shutdown.`,
          ),
        );
    } finally {
      link.close();
    }
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    found.push(finding('its supervisor answers', error.line));
  }
  return [...found, ...(await records(place))];
}

async function records(place: Place): Promise<Finding[]> {
  try {
    const { sessions, unreadable } = await knownSessions(place);
    if (unreadable.length === 0) return [finding(`all records can be read (${sessions.length})`, undefined)];
    return unreadable.map(({ file, why }) =>
      finding(`${file} can be read`, `${why}. Mend it under its first name, or move it away.`),
    );
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return [finding('the records can be read', error.line)];
  }
}
