// Somebody's word inside a sentence of ours: in single quotes, cut, and with nothing in it that a terminal obeys.

/** Control characters, C1 included, and those that turn text around. */
const OBEYED = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Those made visible: \n, \x1b, \u202e. */
export function inert(text: string): string {
  return text.replace(OBEYED, (char) => {
    const code = char.charCodeAt(0);
    if (char === '\n' || char === '\t' || char === '\r') return JSON.stringify(char).slice(1, -1);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** Cut where it is longer than a sentence. */
export const shortened = (text: string, most = 200) => (text.length > most ? `${text.slice(0, most)}…` : text);

/** 'word'; cut to `most` characters: a path is shown whole. */
export const quote = (word: string, most = 300) =>
  `'${inert(word.length > most ? `${word.slice(0, most - 1)}…` : word)}'`;
