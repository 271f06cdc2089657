// The verbs that move a session's process and say nothing when it worked: suspend, resume, stop, start, restart.
import type { Command } from '../command.ts';
import { forEachNamed, tellLeft } from '../named.ts';
import { watchBeginning } from '../watch.ts';

const NAMES = { operands: 'NAME…', least: 1, most: Number.POSITIVE_INFINITY, options: [] };

export const suspend: Command = {
  ...NAMES,
  name: 'suspend',
  meant: ['pause', 'freeze', 'sleep'],
  summary: 'stop the whole process tree where it is; resume goes on',
  examples: ['session suspend backend'],
  run: (input) =>
    forEachNamed(input, 'Suspending', async (link, session) => {
      const { left } = await link.request('suspend', { session: session.id });
      tellLeft(input.print, session, left, 'suspended');
    }),
};

export const resume: Command = {
  ...NAMES,
  name: 'resume',
  meant: ['continue', 'cont', 'unpause', 'thaw'],
  summary: 'go on with a suspended session, or begin one that has not begun',
  examples: ['session resume backend'],
  run: (input) =>
    forEachNamed(input, 'Resuming', async (link, session) => {
      await link.request('resume', { session: session.id });
    }),
};

export const stop: Command = {
  ...NAMES,
  name: 'stop',
  meant: ['kill', 'end', 'halt', 'terminate', 'quit', 'down', 'disable'],
  summary: 'end the whole process tree; it stays stopped, also after a reboot',
  examples: ['session stop backend', "session stop 'web-*'"],
  run: (input) =>
    forEachNamed(input, 'Stopping', async (link, session) => {
      const { left } = await link.request('stop', { session: session.id });
      tellLeft(input.print, session, left, 'stopped');
    }),
};

export const start: Command = {
  ...NAMES,
  name: 'start',
  meant: ['up', 'enable', 'respawn'],
  summary: 'start a session that does not run',
  examples: ['session start backend'],
  run: (input) =>
    forEachNamed(input, 'Starting', async (link, session) => {
      const { session: begun } = await link.request('start', { session: session.id });
      if (!session.live) await watchBeginning(input, link, begun);
    }),
};

export const restart: Command = {
  ...NAMES,
  name: 'restart',
  meant: ['reload', 'bounce'],
  summary: 'end the process tree and start anew',
  examples: ['session restart backend'],
  run: (input) =>
    forEachNamed(input, 'Restarting', async (link, session) => {
      await link.request('restart', { session: session.id });
    }),
};
