// A key, or several one after the other, as people write them: ctrl-\, ctrl-a d. (What detaches a terminal.)

export interface Key {
  /** Of the character on the key, without modifiers: 97 is a. */
  code: number;
  ctrl: boolean;
}

/** Enter, Tab, Backspace and Esc are what these are on a terminal. */
const TAKEN = new Set(['m', 'j', 'i', 'h', '[', '@']);

/** What terminals send for Ctrl and a digit. */
const DIGITS: Record<string, string> = { '4': '\\', '5': ']', '6': '^', '7': '_' };

/** The key that Ctrl and the digit with this code are; undefined where it is no such digit. */
export const withCtrl = (code: number): number | undefined => DIGITS[String.fromCharCode(code)]?.charCodeAt(0);

/** Undefined where `text` is none, or the first of them is no Ctrl key: typing it would detach. */
export function parseKeys(text: string): Key[] | undefined {
  const words = text.trim().split(/\s+/);
  const keys = words.map(parseKey);
  if (words.length > 4 || keys.some((each) => each === undefined) || keys[0]?.ctrl !== true) return undefined;
  return keys as Key[];
}

function parseKey(word: string): Key | undefined {
  const ctrl = /^(?:ctrl-|c-|\^)(.)$/i.exec(word);
  if (ctrl === null) return /^[!-~]$/.test(word) ? { code: word.charCodeAt(0), ctrl: false } : undefined;
  const letter = (ctrl[1] as string).toLowerCase();
  const base = DIGITS[letter] ?? letter;
  return /^[a-z\\\]^_]$/.test(base) && !TAKEN.has(base) ? { code: base.charCodeAt(0), ctrl: true } : undefined;
}

/** As it is set: ctrl-a d. */
export const formatKeys = (keys: Key[]) =>
  keys.map(({ code, ctrl }) => `${ctrl ? 'ctrl-' : ''}${String.fromCharCode(code)}`).join(' ');

/** As it is read: Ctrl-a d. */
export const showKeys = (keys: Key[]) => formatKeys(keys).replaceAll('ctrl-', 'Ctrl-');
