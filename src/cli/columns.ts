// How wide a text is on a terminal: the door to string-width. A bundle of its own, for plain letters need no table.
import stringWidth from 'string-width';

/** `text` cut to `room` columns, with … where something is missing. */
export function cutTo(text: string, room: number): string {
  if (stringWidth(text) <= room) return text;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(cut + segment) > room - 1) break;
    cut += segment;
  }
  return room <= 0 ? '' : `${cut}…`;
}
