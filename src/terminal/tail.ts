// The tail of kept output made fit to be shown again, until the exact screen replaces it: begun at a line,
// and without the questions in it, which the terminal would answer into the session's input.

const ESC = '\\x1b';

/** Requests that a terminal answers: DA, DSR, DECRQM, XTVERSION, window reports, colours, DECRQSS, ENQ … */
const QUESTIONS = new RegExp(
  [
    `${ESC}\\[[>=]?[0-9;]*c`,
    `${ESC}\\[\\??[0-9;]*n`,
    `${ESC}\\[\\??[0-9;]*\\$p`,
    `${ESC}\\[>[0-9;]*q`,
    `${ESC}\\[[0-9;]*x`,
    `${ESC}\\[(?:11|13|14|15|16|18|19|20|21)(?:;[0-9;]*)?t`,
    `${ESC}\\[\\?u`,
    `${ESC}\\][0-9;]*;\\?(?:;\\?)*(?:\\x07|${ESC}\\\\)`,
    `${ESC}P[+$]q[^\\x1b]*${ESC}\\\\`,
    `${ESC}_G[^\\x1b]*${ESC}\\\\`,
    `${ESC}Z`,
    '\\x05',
  ].join('|'),
  'g',
);

/** Clears a terminal. */
const FRESH = '\x1b[0m\x1b[r\x1b[H\x1b[2J';

/** Text alone, in lines: it can be shown below what a terminal shows already. */
const isPlain = (text: string) =>
  !/\x1b[[(PX^_78cDEHM]|\x0c/.test(text.replace(/\x1b\[[0-9;]*[mKn]|\x1b\[\?(?:2004|1|25|12)[hl]/g, ''));

/**
 * What to show a client of the session whose newest output is `bytes`. `whole`: nothing came before them.
 * `first`: the client has been shown nothing yet.
 */
export function redrawOf(bytes: Buffer, whole: boolean, first: boolean): Buffer {
  const line = whole ? -1 : bytes.indexOf(10);
  const text = bytes.toString('latin1', line + 1).replace(QUESTIONS, '');
  const fresh = first && whole && isPlain(text) ? '' : FRESH;
  return Buffer.from(fresh + text, 'latin1');
}
