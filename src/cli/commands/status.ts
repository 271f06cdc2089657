import { knownSessions } from '../../client/sessions.ts';
import { resolveNames } from '../../model/pattern.ts';
import { isAsDesired, statusOf } from '../../model/status.ts';
import { published, type SessionView } from '../../model/view.ts';
import type { Command } from '../command.ts';
import { DONE, NOT_RUNNING } from '../exit-codes.ts';

export const status: Command = {
  name: 'status',
  meant: ['info', 'state', 'show', 'describe'],
  operands: '[NAME…]',
  least: 0,
  most: Number.POSITIVE_INFINITY,
  summary: 'say how sessions are; exit status 0 if they run, 3 if one does not, 4 if there is none of that name',
  options: [],
  examples: ['session status backend', 'session status'],
  async run({ operands, place, print }) {
    const { sessions } = await knownSessions(place);
    const asked = operands.length > 0 ? resolveNames(operands, sessions) : sessions;
    if (print.wantsJson) print.json(asked.map(published));
    else if (asked.length === 0) print.plain('No sessions.');
    else for (const each of asked) print.say(statusOf(each, Date.now()));
    const isFine = operands.length > 0 ? (each: SessionView) => each.live : isAsDesired;
    return asked.every(isFine) ? DONE : NOT_RUNNING;
  },
};
