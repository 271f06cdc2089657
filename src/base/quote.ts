// Somebody's word inside a sentence of ours: in single quotes, cut, and with nothing in it that a terminal obeys.

/** 'word'; at most 80 characters of it. */
export const quote = (word: string) => `'${JSON.stringify(word.slice(0, 80)).slice(1, -1).replaceAll('\\"', '"')}'`;
