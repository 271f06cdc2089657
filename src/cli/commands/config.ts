import { SessionError } from '../../base/errors.ts';
import { inert } from '../../base/quote.ts';
import { nearest } from '../../model/nearest.ts';
import { SETTING_KEYS } from '../../model/settings.ts';
import type { Command } from '../command.ts';

export const config: Command = {
  name: 'config',
  meant: ['settings', 'configuration', 'options'],
  operands: '[KEY]',
  least: 0,
  most: 1,
  summary: 'print each setting, and where it is set',
  options: [],
  examples: ['session config', 'session config detach-key', "session config --config-option 'detach-key=ctrl-a d'"],
  async run({ operands, settings, sources, print }) {
    const { list } = settings();
    const [key] = operands;
    if (key !== undefined) {
      const found = list.find((each) => each.key === key);
      if (found === undefined) throw noSetting(key);
      if (print.wantsJson) print.json({ key, value: found.text, origin: found.origin });
      else print.data(inert(found.text));
      return 0;
    }
    if (print.wantsJson) {
      print.json(list.map(({ key, text, origin }) => ({ key, value: text, origin })));
      return 0;
    }
    const lines = list.map((each) => `${each.key} = ${inTOML(each.text)}`);
    const width = Math.max(...lines.map((line) => line.length));
    for (const [at, { origin }] of list.entries()) {
      print.data(`${(lines[at] as string).padEnd(width)}  ${print.paint('dim', inert(`# ${origin}`))}`);
    }
    print.data(print.paint('dim', inert(`# The file of this scope: ${sources.scopeFile}`)));
    return 0;
  },
};

/** So that a line can be copied into a file. */
const inTOML = (text: string) => (/[\x00-\x1f\x7f']/.test(text) ? JSON.stringify(text) : `'${text}'`);

function noSetting(key: string): SessionError {
  const near = nearest(key, SETTING_KEYS);
  return new SessionError(
    'unknown-attribute',
    `no setting '${inert(key)}'.`,
    near === undefined ? `There are: ${SETTING_KEYS.join(' ')}.` : `Did you mean '${near}'?`,
  );
}
