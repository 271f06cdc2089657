import { SessionError } from '../../base/errors.ts';
import { inert, quote } from '../../base/quote.ts';
import { printOutput } from '../../client/kept-output.ts';
import { parseMoment } from '../../model/moment.ts';
import { settingOf } from '../../model/record.ts';
import { type Command, type Input, text } from '../command.ts';

export const logs: Command = {
  name: 'logs',
  meant: ['tail', 'output', 'journal', 'history'],
  operands: 'NAME',
  least: 1,
  most: 1,
  summary: 'print what a session has put out, also before its restarts and a reboot',
  options: [
    { long: 'follow', short: 'f', doc: 'go on as more comes, after the last 10 lines' },
    { long: 'lines', short: 'n', value: 'N', meant: ['--tail'], doc: 'only the last N lines' },
    { long: 'since', value: 'T', doc: 'only from then on: 10m, 14:00, 2026-11-21T08:00' },
    { long: 'timestamps', doc: 'the time of each line, to the second' },
    { long: 'raw', doc: 'the bytes as they came, escape sequences included' },
  ],
  examples: ['session logs backend', 'session logs -f -n 100 backend', 'session logs --since 10m --timestamps backend'],
  run,
};

const FOLLOWED = 10;

async function run(input: Input): Promise<number> {
  const { operands, options, place, print } = input;
  const { readRecordNamed } = require('./offline.cjs') as typeof import('../../client/offline.ts');
  const record = readRecordNamed(place, operands[0] as string);
  const since = sinceOf(text(options, 'since'));
  const count =
    countOf(text(options, 'lines')) ?? (options.follow === true && since === undefined ? FOLLOWED : undefined);
  if (!settingOf(record, 'log')) print.note(`'${record.name}' keeps no output now (log=no).`);
  const selection = { since, lines: count };
  const follow = options.follow === true;
  const directory = `${place.logs}/${record.id}`;
  if (options.raw === true) return printOutput({ directory, selection, follow, raw: (bytes) => print.raw(bytes) });
  const stamp = (time: number | undefined) => {
    if (options.timestamps !== true) return '';
    return `${time === undefined ? '-'.padEnd(19) : localTime(time)} `;
  };
  return printOutput({
    directory,
    selection,
    follow,
    line: (line, time) => print.data(stamp(time) + line.split('\t').map(inert).join('\t')), // a tab obeys nothing
  });
}

function countOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^\d+$/.test(word)) return Number(word);
  throw new SessionError('usage', `-n takes a number of lines, not ${quote(word)}.`);
}

function sinceOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const time = parseMoment(word, Date.now());
  if (time !== undefined) return time;
  throw new SessionError('usage', `--since takes a time such as 10m, 14:00 or 2026-11-21T08:00, not ${quote(word)}.`);
}

function localTime(time: number): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
